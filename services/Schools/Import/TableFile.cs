namespace CareerPlatform.Schools.Import;

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
    private readonly int width;
    private readonly RowJudge judge;
    private readonly ColumnPlan[] plans;
    private readonly List<FileWarning> warnings = [];
    private readonly int keyColumn = -1;
    private readonly Field keyField;
    private Duplicates? duplicates;

    private TableFile(OpenedSource opened, ReadOptions options, CancellationToken ct)
    {
        this.opened = opened;
        this.options = options;
        warnings.AddRange(opened.Warnings);
        header = opened.Header;
        headerRows = [.. header.Rows.Select(index => opened.Sample[index])];
        firstDataRow = header.DataStart < opened.Sample.Count ? opened.Sample[header.DataStart].SourceRow : int.MaxValue;
        Letterhead = [.. opened.Sample.Take(header.Rows.Count == 0 ? 0 : header.Rows[0]).Select(row => string.Join(" ", row.Texts.Where(text => text.Length > 0)))];

        width = WidthOf(opened);
        var (columns, found) = ColumnMapper.Map(header, width, LikelyData(), options);
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
    public IReadOnlyList<string> Letterhead { get; }

    /// <summary>What the list's title says of everybody in it ("danh sách trúng tuyển"), for files without an outcome column.</summary>
    public Outcome? TitleOutcome
    {
        get
        {
            var title = " " + string.Join(' ', Letterhead.Select(line => Vietnamese.Fold(line))) + " ";
            return title.Contains(" khong trung tuyen ", StringComparison.Ordinal) ? Outcome.NotAdmitted : title.Contains(" trung tuyen ", StringComparison.Ordinal) ? Outcome.Admitted : null;
        }
    }

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
        foreach (var row in DataRows(ct))
        {
            var verdict = reader.Read(row);
            if (duplicates is not null && keyColumn >= 0 && duplicates.MayRepeat(IdText.KeyOf(row[keyColumn])))
            {
                verdict = duplicates.Judge(KeyOf(verdict, row), row.SourceRow) switch
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

    /// <summary>Columns of the header; more where most rows have more.</summary>
    private static int WidthOf(OpenedSource opened)
    {
        var widths = opened.Sample.Skip(opened.Header.DataStart).Select(row => Array.FindLastIndex(row.Texts, text => text.Length > 0) + 1).Order().ToArray();
        var named = opened.Header.Texts.Count;
        if (widths.Length == 0) return named;
        return named == 0 ? widths[^1] : widths.Length < 3 ? named : Math.Max(named, widths[(widths.Length - 1) / 2]);
    }

    private RowReader NewReader() =>
        new(plans, width, options, Kind is FileKind.Workbook, opened.Source is WorkbookSource { Date1904: true });

    /// <summary>First pass: counts rows, settles each column's plan, finds keys that repeat.</summary>
    private List<Column> Profile(List<Column> columns, CancellationToken ct)
    {
        var profiles = plans.Where(plan => plan.Field is Field.BirthDate or Field.CandidateNumber or Field.MinistryId or Field.FullName or Field.SurnameAndMiddleName or Field.Literature or Field.Mathematics
            or Field.ForeignLanguage or Field.Specialised or Field.OtherMark or Field.Total or Field.PriorityPoints or Field.BonusPoints).Select(plan => new ColumnProfile(plan)).ToArray();
        var keys = new KeyCounter();
        var natures = new int[4];
        var hidden = 0;
        var source = opened.Source;
        source.Restart();
        judge.Restart();
        var rows = 0;
        while (source.Read())
        {
            var row = source.Row;
            if (row.SourceRow < firstDataRow) continue;
            if ((++rows & 0x3FF) == 0) ct.ThrowIfCancellationRequested();
            if (rows > 2L * options.MaxRows) throw Refuse.TooManyRows(options.MaxRows);
            var nature = judge.Judge(row);
            natures[(int)nature]++;
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
        if (source is WorkbookSource { Formulas: > 0 } withFormulas) warnings.Add(new FileWarning("formula_value_used", null, $"{withFormulas.Formulas} ô là công thức; giá trị đã tính sẵn được dùng."));
        if (source is WorkbookSource { CellsBeyond: > 0 }) warnings.Add(new FileWarning("cells_beyond_limit", null, $"Có ô ở sau cột thứ {options.MaxColumns}, bị bỏ qua."));
        FindDuplicates(keys.Repeated(), ct);
        return decided;
    }

    private void FindDuplicates(HashSet<ulong> repeated, CancellationToken ct)
    {
        if (repeated.Count == 0) return;
        var found = new Duplicates(repeated);
        var reader = NewReader();
        foreach (var row in DataRows(ct))
        {
            if (row.Flaw is not null || row[keyColumn].IsEmpty || !repeated.Contains(IdText.KeyOf(row[keyColumn]))) continue;
            var verdict = reader.Read(row);
            found.Note(KeyOf(verdict, row), row.SourceRow, verdict.Row is { } read ? Duplicates.FingerprintOf(read) : string.Join('\u001F', row.ToTexts()));
        }

        duplicates = found;
    }

    private string KeyOf(RowVerdict verdict, RowBuffer row) =>
        (keyField switch
        {
            Field.CandidateNumber => verdict.Row?.CandidateNumber,
            Field.MinistryId => verdict.Row?.MinistryId,
            _ => verdict.Row?.CitizenId,
        })
        ?? IdText.Unwrap(row[keyColumn]).ToString();

    private IEnumerable<RowBuffer> DataRows(CancellationToken ct)
    {
        var source = opened.Source;
        source.Restart();
        judge.Restart();
        var rows = 0;
        while (source.Read())
        {
            if ((++rows & 0x3FF) == 0) ct.ThrowIfCancellationRequested();
            if (source.Row.SourceRow >= firstDataRow && judge.Judge(source.Row) is RowNature.Data) yield return source.Row;
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
