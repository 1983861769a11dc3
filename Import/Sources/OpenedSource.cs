namespace CareerPlatform.Import;

/// <summary>A file of which kind, encoding, delimiter, sheet and header are known.</summary>
internal sealed class OpenedSource : IDisposable
{
    private const int SampleRows = 400;
    private const int SampleCharacters = 64 * 1024;
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];
    private readonly Workbook? workbook;

    private OpenedSource(FileKind kind, string encoding, char? delimiter, RowSource source, Workbook? workbook = null)
    {
        (Kind, Encoding, Delimiter, Source) = (kind, encoding, delimiter, source);
        this.workbook = workbook;
    }

    public FileKind Kind { get; }

    public string Encoding { get; }

    public char? Delimiter { get; }

    public RowSource Source { get; }

    public IReadOnlyList<SheetInfo> Sheets { get; private init; } = [];

    public List<FileWarning> Warnings { get; } = [];

    /// <summary>The first rows that hold anything.</summary>
    public IReadOnlyList<SampleRow> Sample { get; private set; } = [];

    public HeaderFound Header { get; private set; } = HeaderFound.None;

    public static OpenedSource Open(Stream stream, ReadOptions options, CancellationToken ct, IReadOnlySet<string>? names = null)
    {
        if (!stream.CanSeek) throw new ArgumentException("The stream must be seekable.", nameof(stream));
        var opened = ContentSniffer.IsZip(stream) ? OpenWorkbook(stream, options, ct, names) : OpenText(stream, options, names);
        try
        {
            if (opened.Sample.Count == 0) opened.TakeSample(SampleRows);
            if (opened.Sample.Count == 0) throw opened.Kind is FileKind.Workbook ? Refuse.NoRows() : Refuse.FileEmpty();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Source.Dispose();
        workbook?.Dispose();
    }

    private static OpenedSource OpenText(Stream stream, ReadOptions options, IReadOnlySet<string>? names)
    {
        var encoding = EncodingDetector.Detect(stream, options);
        var reader = CharReader.For(stream, encoding);
        var start = new char[SampleCharacters];
        var length = 0;
        reader.Restart();
        while (length < start.Length && reader.Read(start.AsSpan(length)) is > 0 and var read) length += read;
        var text = new string(start, 0, length);
        var kind = ContentSniffer.KindOfText(text);
        OpenedSource opened;
        if (kind is FileKind.Delimited)
        {
            var delimiter = options.Delimiter ?? DelimiterOf(text, options, names);
            opened = new OpenedSource(kind, encoding.Name, delimiter, new DelimitedSource(reader, delimiter, options));
        }
        else
        {
            opened = new OpenedSource(kind, encoding.Name, null, new JsonSource(reader, kind, options));
        }

        if (encoding.DoubleEncoded is not null) opened.Warnings.Add(new FileWarning("encoding_repaired", null, "Chữ bị mã hoá UTF-8 hai lần, đã được khôi phục; cần kiểm tra lại tên."));
        return opened;
    }

    private static OpenedSource OpenWorkbook(Stream stream, ReadOptions options, CancellationToken ct, IReadOnlySet<string>? names)
    {
        var workbook = new Workbook(stream, options);
        try
        {
            var (best, bestScore) = (-1, double.NegativeInfinity);
            var headers = new string?[workbook.Sheets.Count];
            if (options.Sheet is { } wanted)
            {
                best = workbook.Sheets.FindIndex(sheet => string.Equals(sheet.Name, wanted, StringComparison.OrdinalIgnoreCase));
                if (best < 0) throw Refuse.SheetUnknown(workbook.Sheets.ConvertAll(sheet => sheet.Name));
            }
            else
            {
                for (var index = 0; index < workbook.Sheets.Count; index++)
                {
                    ct.ThrowIfCancellationRequested();
                    using var source = new WorkbookSource(workbook, index, options);
                    var candidate = new OpenedSource(FileKind.Workbook, "utf-8", null, source);
                    candidate.TakeSample(150);
                    var data = candidate.Sample.Count - candidate.Header.DataStart;
                    var score = candidate.Header.Score + (data > 0 ? 5 : 0) + (candidate.Sample.Count > 0 ? 1 : 0) - (workbook.Sheets[index].Hidden ? 100 : 0);
                    if (data > 0 && !workbook.Sheets[index].Hidden) headers[index] = candidate.HeaderOfPupils(names);
                    if (names is not null && headers[index] is not null) score += 50;
                    if (score > bestScore) (best, bestScore) = (index, score);
                }

                if (headers.Where(header => header is not null).Distinct().Count() > 1) throw Refuse.SeveralTables([.. workbook.Sheets.Where((_, index) => headers[index] is not null).Select(sheet => sheet.Name)]);
            }

            // A sheet for each council or school, all with one header, is one list.
            var read = Enumerable.Range(0, headers.Length).Where(index => index == best || (headers[index] is not null && headers[index] == headers[best])).ToList();
            return new OpenedSource(FileKind.Workbook, "utf-8", null, new SheetsSource(read.ConvertAll(index => (workbook.Sheets[index].Name, new WorkbookSource(workbook, index, options)))), workbook)
            {
                Sheets = [.. workbook.Sheets.Select((sheet, index) => new SheetInfo(sheet.Name, sheet.Hidden, read.Contains(index)))],
            };
        }
        catch
        {
            workbook.Dispose();
            throw;
        }
    }

    /// <summary>The header, if it is that of a list of pupils or of the columns asked for; null for help texts, statistics and lists of schools.</summary>
    private string? HeaderOfPupils(IReadOnlySet<string>? names)
    {
        if (names is not null)
        {
            var header = Sample.Take(30).MaxBy(Known)!;
            return Known(header) >= 2 ? Written(header.Texts) : null;
        }

        return Header.Texts.Any(texts => HeaderWords.Match(texts).Field is Field.CandidateNumber or Field.MinistryId or Field.CitizenId or Field.FullName or Field.SurnameAndMiddleName)
            ? Written(Header.Texts.Select(texts => string.Join(' ', texts)))
            : null;

        int Known(SampleRow row) => row.Texts.Count(text => names.Contains(Vietnamese.Fold(text).Replace(" ", "", StringComparison.Ordinal)));
        static string Written(IEnumerable<string> texts) => string.Join('|', texts.Select(text => Vietnamese.Fold(text))).TrimEnd('|');
    }

    /// <summary>The delimiter under which the start of the file looks most like a table with a header.</summary>
    private static char DelimiterOf(string text, ReadOptions options, IReadOnlySet<string>? names)
    {
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && Delimiters.Contains(text[4])) return text[4];
        var (best, bestScore) = (',', double.NegativeInfinity);
        foreach (var delimiter in Delimiters)
        {
            if (!text.Contains(delimiter) && delimiter != ',') continue;
            var candidate = new OpenedSource(FileKind.Delimited, "utf-8", delimiter, new DelimitedSource(new TextCharReader(text), delimiter, options));
            try
            {
                candidate.TakeSample(200);
            }
            catch (FileRefused)
            {
                // Cut off at the sample's end, or not the delimiter; what was read so far is judged.
            }

            var widths = candidate.Sample.Select(row => row.Texts.Length).ToArray();
            var usual = widths.Length == 0 ? 1 : widths.GroupBy(width => width).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First().Key;
            var steady = usual <= 1 ? 0 : (double)widths.Count(width => width == usual) / widths.Length;
            var score = (candidate.Header.Score * 10) + (steady * Math.Min(usual, 20));
            if (names is not null && candidate.Sample.Count > 0)
            {
                score += 100 * candidate.Sample.Take(30).Max(row => row.Texts.Count(cell => names.Contains(Vietnamese.Fold(cell).Replace(" ", "", StringComparison.Ordinal))));
            }

            if (score > bestScore) (best, bestScore) = (delimiter, score);
        }

        return best;
    }

    private void TakeSample(int limit)
    {
        var rows = new List<SampleRow>();
        var written = new List<string[]>();
        Sample = rows;
        Source.Restart();
        try
        {
            while (rows.Count < limit && Source.Read())
            {
                if (Source.Row.Flaw is "json_invalid" || Source.Row.IsBlank()) continue;
                rows.Add(new SampleRow(Source.Row.SourceRow, Source.Row.ToTexts()));
                if (Source.Repair is null) written.Add(Source.Row.ToRawTexts());
            }
        }
        finally
        {
            Header = Source.Names is { } names
                ? new HeaderFound([], [.. names.Select(name => (IReadOnlyList<string>)name.Split('.'))], 0, 0)
                : HeaderFinder.Find(rows);
        }

        if (Source.Repair is not null || FontRepair.Find(written) is not { } repair) return;
        Source.Repair = repair;
        Warnings.Add(new FileWarning("font_encoding_repaired", null, $"Chữ gõ bằng phông {(repair.Encoding == "vni" ? "VNI" : "TCVN3 (ABC)")} đã được đổi sang Unicode; cần kiểm tra lại tên."));
        TakeSample(limit);
    }
}
