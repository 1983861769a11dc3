namespace CareerPlatform.Import;

/// <summary>How a cell was written in its file.</summary>
internal enum CellKind : byte
{
    Text,

    /// <summary>A number in the file's own type (workbook, JSON), always with a point.</summary>
    Number,

    /// <summary>A workbook error value such as #N/A.</summary>
    Error,

    /// <summary>A workbook formula that carries no computed value.</summary>
    FormulaWithoutValue,
}

internal struct Cell
{
    public int Start;
    public int Length;
    public CellKind Kind;
}

/// <summary>The current row of a source; its text is only valid until the next row is read.</summary>
internal sealed class RowBuffer
{
    public char[] Text = [];
    public Cell[] Cells = new Cell[64];
    public int Count;

    /// <summary>1-based row as a person would count it in the file.</summary>
    public int SourceRow;
    public bool Hidden;

    /// <summary>Why the row could not be cut into cells, as a fault code.</summary>
    public string? Flaw;

    public ReadOnlySpan<char> this[int column] =>
        column < Count ? Text.AsSpan(Cells[column].Start, Cells[column].Length) : default;

    public CellKind KindOf(int column) => column < Count ? Cells[column].Kind : CellKind.Text;

    public void Reset(int sourceRow)
    {
        Count = 0;
        SourceRow = sourceRow;
        Hidden = false;
        Flaw = null;
    }

    /// <summary>Sets the cell, with empty ones before it where needed.</summary>
    public void Set(int column, int start, int length, CellKind kind)
    {
        if (column >= Cells.Length) Array.Resize(ref Cells, Math.Max(column + 1, Cells.Length * 2));
        while (Count <= column) Cells[Count++] = default;
        Cells[column] = new Cell { Start = start, Length = length, Kind = kind };
    }

    public bool IsBlank()
    {
        for (var i = 0; i < Count; i++)
        {
            if (Cells[i].Kind is CellKind.FormulaWithoutValue) return false;
            if (!CellText.Trim(this[i]).IsEmpty) return false;
        }

        return true;
    }

    /// <summary>The cells as they stand in the file.</summary>
    public string[] ToRawTexts()
    {
        var texts = new string[Count];
        for (var i = 0; i < Count; i++) texts[i] = this[i].ToString();
        return texts;
    }

    /// <summary>The cells as cleaned text, empty where there is none.</summary>
    public string[] ToTexts()
    {
        var texts = new string[Count];
        for (var i = 0; i < Count; i++) texts[i] = CellText.Clean(this[i]) ?? "";
        return texts;
    }
}

/// <summary>Cuts a file into rows of cells, one at a time, without knowing what they mean.</summary>
internal abstract class RowSource : IDisposable
{
    public virtual RowBuffer Row { get; } = new();

    /// <summary>Applied to every row, where the text was typed in an old font.</summary>
    public FontRepair? Repair { get; set; }

    /// <summary>Column names where the format itself carries them (JSON keys).</summary>
    public virtual IReadOnlyList<string>? Names => null;

    /// <summary>Reads the next row into <see cref="Row"/>; false at the end.</summary>
    public bool Read()
    {
        if (!Advance()) return false;
        Repair?.Apply(Row);
        return true;
    }

    /// <summary>Back to before the first row.</summary>
    public abstract void Restart();

    public virtual bool Date1904 => false;

    /// <summary>Cells whose value a formula computed.</summary>
    public virtual int Formulas => 0;

    /// <summary>Cells right of the last column that is read.</summary>
    public virtual int CellsBeyond => 0;

    /// <summary>The worksheets read so far, each with its first row as rows are counted here.</summary>
    public virtual IReadOnlyList<(string Name, int FirstRow)> Sheets => [];

    public virtual void Dispose()
    {
    }

    protected abstract bool Advance();
}
