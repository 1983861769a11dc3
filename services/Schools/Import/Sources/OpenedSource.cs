namespace CareerPlatform.Schools.Import;

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
        var opened = ContentSniffer.IsZip(stream) ? OpenWorkbook(stream, options, ct) : OpenText(stream, options, names);
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

    private static OpenedSource OpenWorkbook(Stream stream, ReadOptions options, CancellationToken ct)
    {
        var workbook = new Workbook(stream, options);
        try
        {
            var (best, bestScore, tables) = (-1, double.NegativeInfinity, 0);
            if (options.Sheet is { } wanted)
            {
                best = workbook.Sheets.FindIndex(sheet => string.Equals(sheet.Name, wanted, StringComparison.OrdinalIgnoreCase));
                if (best < 0) throw Refuse.SheetUnknown(workbook.Sheets.ConvertAll(sheet => sheet.Name));
            }
            else
            {
                for (var index = 0; index < Math.Min(workbook.Sheets.Count, 50); index++)
                {
                    ct.ThrowIfCancellationRequested();
                    using var source = new WorkbookSource(workbook, index, options);
                    var candidate = new OpenedSource(FileKind.Workbook, "utf-8", null, source);
                    candidate.TakeSample(150);
                    var data = candidate.Sample.Count - candidate.Header.DataStart;
                    var score = candidate.Header.Score + (data > 0 ? 5 : 0) + (candidate.Sample.Count > 0 ? 1 : 0) - (workbook.Sheets[index].Hidden ? 100 : 0);
                    if (candidate.Header.Score >= 2 && data > 0) tables++;
                    if (score > bestScore) (best, bestScore) = (index, score);
                }
            }

            var opened = new OpenedSource(FileKind.Workbook, "utf-8", null, new WorkbookSource(workbook, best, options), workbook)
            {
                Sheets = [.. workbook.Sheets.Select((sheet, index) => new SheetInfo(sheet.Name, sheet.Hidden, index == best))],
            };
            if (tables > 1) opened.Warnings.Add(new FileWarning("other_sheets", null, $"Có {tables} trang tính chứa bảng; chỉ trang «{workbook.Sheets[best].Name}» được đọc."));
            return opened;
        }
        catch
        {
            workbook.Dispose();
            throw;
        }
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
        Sample = rows;
        Source.Restart();
        try
        {
            while (rows.Count < limit && Source.Read())
            {
                if (Source.Row.Flaw is "json_invalid" || Source.Row.IsBlank()) continue;
                rows.Add(new SampleRow(Source.Row.SourceRow, Source.Row.ToTexts()));
            }
        }
        finally
        {
            Header = Source.Names is { } names
                ? new HeaderFound([], [.. names.Select(name => (IReadOnlyList<string>)name.Split('.'))], 0, 0)
                : HeaderFinder.Find(rows);
        }
    }
}
