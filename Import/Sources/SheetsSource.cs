namespace CareerPlatform.Import;

/// <summary>Worksheets with the same header as one table: rows are counted on from sheet to sheet.</summary>
internal sealed class SheetsSource(IReadOnlyList<(string Name, WorkbookSource Source)> sheets) : RowSource
{
    private readonly List<(string Name, int FirstRow)> begun = [];
    private int current;
    private int before;
    private int last;

    public override RowBuffer Row => sheets[Math.Min(current, sheets.Count - 1)].Source.Row;

    public override bool Date1904 => sheets[0].Source.Date1904;

    public override int Formulas => sheets.Sum(sheet => sheet.Source.Formulas);

    public override int CellsBeyond => sheets.Sum(sheet => sheet.Source.CellsBeyond);

    public override IReadOnlyList<(string Name, int FirstRow)> Sheets => begun;

    public override void Restart()
    {
        foreach (var (_, source) in sheets) source.Dispose();
        begun.Clear();
        (current, before, last) = (0, 0, 0);
    }

    public override void Dispose()
    {
        foreach (var (_, source) in sheets) source.Dispose();
    }

    protected override bool Advance()
    {
        for (; current < sheets.Count; (current, before) = (current + 1, last))
        {
            if (begun.Count <= current)
            {
                begun.Add((sheets[current].Name, before + 1));
                sheets[current].Source.Restart();
            }

            if (!sheets[current].Source.Read()) continue;
            last = Row.SourceRow += before;
            return true;
        }

        return false;
    }
}
