namespace CareerPlatform.Import;

/// <summary>An uploaded table of pupils or results: what it is, what its columns mean, and its rows one at a time.</summary>
/// <remarks>
/// The stream must be seekable and stay open; it is read twice (once to decide per column, once for the rows) and never held in memory.
/// What grows with the file is eight bytes a row, to find repeated candidate numbers. Not for use by two threads at once.
/// </remarks>
public sealed class TableFile : IDisposable
{
    private readonly OpenedSource opened;
    private readonly ReadOptions options;
    private readonly HeaderFound header;
    private readonly IReadOnlyList<SampleRow> headerRows;
    private readonly int firstDataRow;
    private readonly RowWidth width;
    private readonly TotalRule? totalRule;
    private readonly List<int> skipped = [];
    private readonly RowJudge judge;
    private readonly ColumnPlan[] plans;
    private readonly List<FileWarning> warnings = [];
    private readonly int keyColumn = -1;
    private readonly Field keyField;
    private Duplicates? duplicates;
    private Duplicates? people;
    private Outcome? title;
    private bool titled;

    private TableFile(OpenedSource opened, ReadOptions options, CancellationToken ct)
    {
        this.opened = opened;
        this.options = options;
        warnings.AddRange(opened.Warnings);
        header = opened.Header;
        headerRows = [.. header.Rows.Select(index => opened.Sample[index])];
        firstDataRow = header.DataStart < opened.Sample.Count ? opened.Sample[header.DataStart].SourceRow : int.MaxValue;
        LetterheadCells = [.. opened.Sample.Take(header.Rows.Count == 0 ? 0 : header.Rows[0]).Select(row => row.Texts.Where(text => text.Length > 0).ToArray())];

        var likely = LikelyData();
        width = RowWidth.Of(opened, likely);
        var (columns, found) = ColumnMapper.Map(header, width.Columns, likely, options);
        warnings.AddRange(found);
        var data = opened.Sample.Count > header.DataStart;
        if (!data && header.Rows.Count > 0) throw Refuse.NoRows();
        RequireColumns(columns);
        if (header.Rows.Count == 0 && opened.Source.Names is null) warnings.Add(new FileWarning("header_missing", null, "Không thấy dòng tiêu đề; ý nghĩa các cột được đoán theo nội dung."));

        judge = new RowJudge(columns, headerRows);
        plans = [.. columns.Where(column => column.Field is not (Field.Ignored or Field.Ordinal)).Select(column => new ColumnPlan(column))];
        foreach (var field in new[] { Field.CandidateNumber, Field.MinistryId, Field.CitizenId })
        {
            if (keyColumn < 0 && columns.FirstOrDefault(column => column.Field == field) is { } key) (keyColumn, keyField) = (key.Index, field);
        }

        totalRule = TotalRule.Find(plans, likely);
        Columns = Profile(columns, ct);
    }

    public FileKind Kind => opened.Kind;

    /// <summary>utf-8, utf-8-bom, utf-16le, utf-16be, tcvn3, vni, windows-1258; for a workbook utf-8.</summary>
    public string Encoding => opened.Encoding;

    public char? Delimiter => opened.Delimiter;

    public IReadOnlyList<SheetInfo> Sheets => opened.Sheets;

    /// <summary>1-based source rows of the header; empty when there is none.</summary>
    public IReadOnlyList<int> HeaderRows => [.. headerRows.Select(row => row.SourceRow)];

    /// <summary>Non-empty lines above the header: who issued the list and what it is.</summary>
    public IReadOnlyList<string> Letterhead => [.. LetterheadCells.Select(line => string.Join(' ', line))];

    /// <summary>The same lines cell by cell: what stands side by side was said by different people.</summary>
    public IReadOnlyList<IReadOnlyList<string>> LetterheadCells { get; }

    /// <summary>What the list's title says of everybody in it ("danh sách trúng tuyển"), for files without an outcome column.</summary>
    public Outcome? TitleOutcome => LetterheadCells.SelectMany(line => line).Select(line => Outcomes.Title(line)).Where(outcome => outcome is not null).Distinct().ToList() is [var only] ? only : null;

    /// <summary>The file itself says who was admitted: in a column, or in the titles over its lists.</summary>
    public bool HasOutcomes => titled || plans.Any(plan => plan.TellsOutcome);

    /// <summary>Source rows that were taken for totals, notes and signatures; the first of them.</summary>
    public IReadOnlyList<int> SkippedRows => skipped;

    public IReadOnlyList<Column> Columns { get; }

    public IReadOnlyList<FileWarning> Warnings => warnings;

    public RowCounts Counts { get; private set; } = new(0, 0, 0, 0, 0);

    /// <summary>Finds out what the file is and reads it once through; refuses with <see cref="FileRefused"/>.</summary>
    public static TableFile Open(Stream stream, ReadOptions? options = null, CancellationToken ct = default)
    {
        options ??= ReadOptions.Default;
        var opened = OpenedSource.Open(stream, options, ct);
        try
        {
            return new TableFile(opened, options, ct);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The rows in file order, faulty ones included; may be enumerated again.</summary>
    public IEnumerable<RowVerdict> Rows(CancellationToken ct = default)
    {
        var reader = NewReader();
        foreach (var row in DataRows(reader, ct))
        {
            var verdict = reader.Read(row);
            if (duplicates is not null && keyColumn >= 0 && duplicates.MayRepeat(IdText.KeyOf(row[keyColumn])))
            {
                var (key, wish) = KeyOf(verdict, row);
                var judged = people!.Judge(key, row.SourceRow) is "duplicate_conflict" and var conflict ? conflict : duplicates.Judge(key + wish, row.SourceRow);
                verdict = judged switch
                {
                    "duplicate_row" => verdict with { Row = null, Faults = [], Warnings = [.. verdict.Warnings, new RowFault(row.SourceRow, NameOf(keyColumn), "duplicate_row", Hints.For("duplicate_row"))] },
                    "duplicate_conflict" => verdict with { Row = null, Faults = [.. verdict.Faults, new RowFault(row.SourceRow, NameOf(keyColumn), "duplicate_conflict", Hints.For("duplicate_conflict"))] },
                    _ => verdict,
                };
            }

            yield return verdict;
        }
    }

    public void Dispose() => opened.Dispose();

    private RowReader NewReader() =>
        new(plans, width, totalRule, options, Kind is FileKind.Workbook, opened.Source.Date1904);

    /// <summary>First pass: counts rows, settles each column's plan, finds keys that repeat.</summary>
    private List<Column> Profile(List<Column> columns, CancellationToken ct)
    {
        var profiles = plans.Where(plan => plan.Field is Field.BirthDate or Field.CandidateNumber or Field.MinistryId or Field.FullName or Field.SurnameAndMiddleName or Field.Literature or Field.Mathematics
            or Field.ForeignLanguage or Field.Specialised or Field.OtherMark or Field.Total or Field.PriorityPoints or Field.BonusPoints or Field.Outcome or Field.IsAdmitted or Field.AdmittedTo).Select(plan => new ColumnProfile(plan, opened.Source.Date1904)).ToArray();
        var keys = new KeyCounter();
        var natures = new int[4];
        var hidden = 0;
        var source = opened.Source;
        foreach (var nature in Judged(ct))
        {
            var row = source.Row;
            if (natures.Sum() > 2L * options.MaxRows) throw Refuse.TooManyRows(options.MaxRows);
            natures[(int)nature]++;
            titled |= title is not null;
            if (nature is RowNature.TotalOrNote && skipped.Count < 20) skipped.Add(row.SourceRow);
            if (nature is not RowNature.Data) continue;
            if (natures[0] > options.MaxRows) throw Refuse.TooManyRows(options.MaxRows);
            if (row.Hidden) hidden++;
            if (row.Flaw is not null) continue;
            foreach (var profile in profiles) profile.Note(row);
            if (keyColumn >= 0 && !row[keyColumn].IsEmpty) keys.Add(IdText.KeyOf(row[keyColumn]));
        }

        if (natures[0] == 0) throw Refuse.NoRows();
        Counts = new RowCounts(natures[0], natures[1], natures[2], natures[3], hidden);
        var decided = columns.ToList();
        foreach (var profile in profiles) decided[profile.Plan.Index] = profile.Decide(decided[profile.Plan.Index], options, warnings);
        if (hidden > 0) warnings.Add(new FileWarning("hidden_rows", null, $"Trang tính có {hidden} dòng ẩn, vẫn được đọc."));
        if (source.Formulas > 0) warnings.Add(new FileWarning("formula_value_used", null, $"{source.Formulas} ô là công thức; giá trị đã tính sẵn được dùng."));
        if (source.CellsBeyond > 0) warnings.Add(new FileWarning("cells_beyond_limit", null, $"Có ô ở sau cột thứ {options.MaxColumns}, bị bỏ qua."));
        if (source.Sheets.Count > 1) warnings.Add(new FileWarning("sheets_joined", null, $"Các trang tính cùng tiêu đề được đọc nối tiếp: {string.Join(", ", source.Sheets.Select(sheet => $"«{sheet.Name}» từ dòng {sheet.FirstRow}"))}."));
        FindDuplicates(keys.Repeated(), ct);
        return decided;
    }

    private void FindDuplicates(HashSet<ulong> repeated, CancellationToken ct)
    {
        if (repeated.Count == 0) return;
        (duplicates, people) = (new Duplicates(repeated), new Duplicates(repeated));
        var reader = NewReader();
        foreach (var row in DataRows(reader, ct))
        {
            if (row.Flaw is not null || row[keyColumn].IsEmpty || !repeated.Contains(IdText.KeyOf(row[keyColumn]))) continue;
            var verdict = reader.Read(row);
            var (key, wish) = KeyOf(verdict, row);
            duplicates.Note(key + wish, row.SourceRow, verdict.Row is { } read ? Duplicates.FingerprintOf(read) : string.Join('\u001F', row.ToTexts()));
            if (verdict.Row is { } person) people.Note(key, row.SourceRow, Duplicates.PersonOf(person));
        }
    }

    /// <summary>What may stand in the file once: a number or id, and with it the wish where a list has one row per wish.</summary>
    private (string Key, string Wish) KeyOf(RowVerdict verdict, RowBuffer row) =>
        ((keyField switch
        {
            Field.CandidateNumber => verdict.Row?.CandidateNumber,
            Field.MinistryId => verdict.Row?.MinistryId,
            _ => verdict.Row?.CitizenId,
        })
        ?? IdText.Unwrap(row[keyColumn]).ToString(), verdict.Row?.WishNumber is { } wish ? $"\u001F{wish}" : "");

    private IEnumerable<RowBuffer> DataRows(RowReader reader, CancellationToken ct)
    {
        foreach (var nature in Judged(ct))
        {
            reader.Title = title;
            if (nature is RowNature.Data) yield return opened.Source.Row;
        }
    }

    /// <summary>Goes over the rows from the first data row on; what a title over a list or the name of one of several sheets says holds for the rows below it.</summary>
    private IEnumerable<RowNature> Judged(CancellationToken ct)
    {
        var source = opened.Source;
        source.Restart();
        judge.Restart();
        title = TitleOutcome;
        var (rows, sheets) = (0, 0);
        var several = opened.Sheets.Count(sheet => sheet.Chosen) > 1;
        while (source.Read())
        {
            if ((++rows & 0x3FF) == 0) ct.ThrowIfCancellationRequested();
            var row = source.Row;
            if (row.SourceRow < firstDataRow) continue;
            if (several && source.Sheets.Count != sheets)
            {
                sheets = source.Sheets.Count;
                title = (sheets == 1 ? TitleOutcome : null) ?? Outcomes.Title(source.Sheets[^1].Name, isWhole: false);
            }

            var nature = judge.Judge(row);
            if (nature is RowNature.TotalOrNote) title = row.ToTexts().Select(text => Outcomes.Title(text)).FirstOrDefault(outcome => outcome is not null) ?? title;
            yield return nature;
        }
    }

    private string NameOf(int column) => Columns[column].Header;

    /// <summary>Sample rows that are probably pupils, for the columns' meanings to be told from.</summary>
    private List<SampleRow> LikelyData()
    {
        var rows = opened.Sample.Skip(header.DataStart).ToList();
        if (rows.Count == 0) return rows;
        var filled = rows.ConvertAll(row => row.Texts.Count(text => text.Length > 0));
        var usual = filled.Order().ElementAt(filled.Count / 2);
        var repeated = headerRows.Select(row => string.Join('\u001F', row.Texts)).ToHashSet();
        return [.. rows.Where((row, index) => filled[index] * 2 >= usual && !repeated.Contains(string.Join('\u001F', row.Texts)))];
    }

    private void RequireColumns(List<Column> columns)
    {
        var found = header.Rows.Count == 0 && opened.Source.Names is null ? columns.ConvertAll(column => ColumnMapper.Name(column.Index)) : columns.ConvertAll(column => column.Header);
        if (options.Require.Any(field => !columns.Exists(column => column.Field == field))) throw Refuse.ColumnsMismatch("A column is missing.", [.. options.Require.Select(field => HeaderWords.Vietnamese.GetValueOrDefault(field, field.ToString()))], found);
        if (!options.RequireIdentity) return;
        if (columns.Exists(column => column.Field is Field.CandidateNumber or Field.MinistryId or Field.CitizenId or Field.FullName or Field.SurnameAndMiddleName)) return;
        throw Refuse.ColumnsMismatch(
            "No column tells whose row it is.",
            ["Số báo danh | Mã định danh | Số CCCD | Họ và tên"],
            found);
    }
}

/// <summary>Columns that are read, and the cells a row of comma-separated text may have at all: a comma in an unquoted mark makes it one longer and moves every mark after it.</summary>
internal sealed record RowWidth(int Columns, int? Cells)
{
    /// <summary>The header's columns. Only a worksheet may have values beside them, and a table without header is as wide as its rows.</summary>
    public static RowWidth Of(OpenedSource opened, IReadOnlyList<SampleRow> likely)
    {
        var rows = opened.Sample.Skip(opened.Header.DataStart).ToList();
        var widths = rows.Select(row => Array.FindLastIndex(row.Texts, text => text.Length > 0) + 1).Order().ToArray();
        var named = opened.Header.Texts.Count;
        if (named == 0 || widths.Length == 0) return new RowWidth(Math.Max(named, widths.LastOrDefault()), null);
        if (opened.Delimiter is null) return new RowWidth(widths.Length < 3 ? named : Math.Max(named, widths[(widths.Length - 1) / 2]), null);
        return new RowWidth(named, opened.Delimiter is ',' ? likely.Select(row => row.Texts.Length).Where(cells => cells >= named).DefaultIfEmpty(named).Min() : null);
    }

    public bool IsExceededBy(RowBuffer row)
    {
        if (row.Count > Cells) return true;
        for (var extra = Columns; extra < row.Count; extra++)
        {
            if (!CellText.Trim(row[extra]).IsEmpty) return true;
        }

        return false;
    }
}
