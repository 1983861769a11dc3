namespace CareerPlatform.Import;

/// <summary>A table whose column names are given beforehand (areas, schools, rosters): same encodings, delimiters and guards, no guessing of meaning.</summary>
/// <remarks>
/// Headers are compared without case, accents and punctuation. A missing, duplicated or unknown column refuses the file with
/// <c>columns_mismatch</c>, expected against found. Streamed like <see cref="TableFile"/>.
/// </remarks>
public sealed class PlainTable : IDisposable
{
    private readonly OpenedSource opened;
    private readonly string?[] names;
    private readonly int headerRow;
    private readonly string[] headerTexts;
    private readonly ReadOptions options;

    private PlainTable(OpenedSource opened, IReadOnlyList<string> required, IReadOnlyList<string> optional, ReadOptions options, bool allowOthers)
    {
        this.opened = opened;
        this.options = options;
        var known = required.Concat(optional).ToDictionary(Squeeze, name => name);
        var header = opened.Source.Names is { } keys ? new SampleRow(0, [.. keys]) : opened.Sample.Take(30).MaxBy(row => row.Texts.Distinct().Count(text => known.ContainsKey(Squeeze(text))))!;
        names = new string?[header.Texts.Length];
        var found = header.Texts.Any(HeaderFinder.IsValue) ? [.. header.Texts.Select((_, index) => ColumnMapper.Name(index))] : header.Texts.Where(text => text.Length > 0).ToArray();
        var taken = new HashSet<string>();
        for (var index = 0; index < names.Length; index++)
        {
            var text = header.Texts[index];
            if (text.Length == 0) continue;
            if (known.TryGetValue(Squeeze(text), out var name)) names[index] = name;
            else if (allowOthers) names[index] = text;
            else throw Refuse.ColumnsMismatch("The file has a column that is not expected.", [.. required, .. optional], found);
            if (!taken.Add(names[index]!)) throw Refuse.ColumnsMismatch("A column stands twice in the header.", [.. required, .. optional], found);
        }

        if (required.Any(name => !taken.Contains(name))) throw Refuse.ColumnsMismatch("A column is missing.", [.. required, .. optional], found);
        (headerRow, headerTexts) = (header.SourceRow, header.Texts);
        Columns = [.. names.Where(name => name is not null).Select(name => name!)];
        if (opened.Source.Names is null && opened.Sample[^1].SourceRow <= headerRow) throw Refuse.NoRows();
    }

    public FileKind Kind => opened.Kind;

    public string Encoding => opened.Encoding;

    /// <summary>The columns that are there, expected ones under the name the caller gave.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Opens a table that must have the required and may have the optional columns.</summary>
    public static PlainTable Open(
        Stream stream, IReadOnlyList<string> required, IReadOnlyList<string> optional, ReadOptions? options = null, bool allowOthers = false, CancellationToken ct = default)
    {
        options ??= ReadOptions.Default;
        var opened = OpenedSource.Open(stream, options, ct, required.Concat(optional).Select(Squeeze).ToHashSet());
        try
        {
            return new PlainTable(opened, required, optional, options, allowOthers);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Rows with a value; cells trimmed, composed (NFC) and free of control characters, or the row's faults.</summary>
    public IEnumerable<PlainRow> Rows(CancellationToken ct = default)
    {
        var cache = new TextCache();
        var source = opened.Source;
        source.Restart();
        var rows = 0;
        while (source.Read())
        {
            var row = source.Row;
            if ((++rows & 0x3FF) == 0) ct.ThrowIfCancellationRequested();
            if (rows > options.MaxRows) throw Refuse.TooManyRows(options.MaxRows);
            if (row.SourceRow <= headerRow || (row.Flaw is null && row.IsBlank())) continue;
            if (source.Sheets.Count > 1 && row.ToTexts().AsSpan().SequenceEqual(headerTexts)) continue;
            yield return Read(row, cache);
        }
    }

    public void Dispose() => opened.Dispose();

    private PlainRow Read(RowBuffer row, TextCache cache)
    {
        var cells = new Dictionary<string, string?>(names.Length);
        Dictionary<string, DateOnly>? dates = null;
        List<RowFault>? faults = null;
        void Fault(string? column, string code) => (faults ??= []).Add(new RowFault(row.SourceRow, column, code, Hints.For(code)));

        if (row.Flaw is { } flaw) Fault(null, flaw);
        for (var index = 0; index < Math.Max(row.Count, names.Length); index++)
        {
            var name = index < names.Length ? names[index] : null;
            if (name is null)
            {
                if (!CellText.Trim(row[index]).IsEmpty) Fault(null, "too_many_fields");
                continue;
            }

            switch (row.KindOf(index))
            {
                case CellKind.Error:
                    Fault(name, "cell_error");
                    continue;
                case CellKind.FormulaWithoutValue:
                    Fault(name, "formula_not_allowed");
                    continue;
            }

            var cell = row[index];
            if (cell.StartsWith("=\"")) cell = IdText.Unwrap(cell);
            var text = cache.Get(cell, out var odd);
            if (odd is not TextFlaw.None) Fault(name, odd is TextFlaw.Control ? "control_character" : "encoding_damaged");
            else cells[name] = text;
            if (Kind is FileKind.Workbook && row.KindOf(index) is CellKind.Number && DateText.Split(cell) is { Form: DateForm.Serial } serial
                && DateText.Resolve(serial, DateOrder.DayMonthYear, opened.Source.Date1904, DateText.MaxYear) is { } date) (dates ??= [])[name] = date;
        }

        return new PlainRow(row.SourceRow, cells, faults ?? (IReadOnlyList<RowFault>)[]) { Dates = dates };
    }

    private static string Squeeze(string name) => Vietnamese.Fold(name).Replace(" ", "", StringComparison.Ordinal);
}

/// <summary>One row of a <see cref="PlainTable"/>.</summary>
public sealed record PlainRow(int SourceRow, IReadOnlyDictionary<string, string?> Cells, IReadOnlyList<RowFault> Faults)
{
    /// <summary>Cells of a worksheet that hold a number which its date system makes a day of.</summary>
    public IReadOnlyDictionary<string, DateOnly>? Dates { get; init; }

    /// <summary>The cell under this column, null when empty or when the file has no such column.</summary>
    public string? this[string column] => Cells.GetValueOrDefault(column);
}
