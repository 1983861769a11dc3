namespace CareerPlatform.Import;

/// <summary>Kinds of file that can be read.</summary>
public enum FileKind
{
    Delimited,
    JsonLines,
    JsonArray,
    Workbook,
}

/// <summary>Order of the parts of a date in a column.</summary>
public enum DateOrder
{
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// <summary>How a file is to be read; everything can be left to detection.</summary>
public sealed record ReadOptions
{
    public static ReadOptions Default { get; } = new();

    /// <summary>Column (0-based) to meaning, over what was detected; <see cref="Field.Ignored"/> drops a column.</summary>
    public IReadOnlyDictionary<int, Field>? Columns { get; init; }

    /// <summary>Declared encoding: utf-8, utf-16le, utf-16be, tcvn3, vni, windows-1258. Declared means strict: no other is tried.</summary>
    public string? Encoding { get; init; }

    public char? Delimiter { get; init; }

    /// <summary>Worksheet to read, by name.</summary>
    public string? Sheet { get; init; }

    public DateOrder? DateOrder { get; init; }

    /// <summary>Digits of a candidate number, where the round declares it.</summary>
    public int? CandidateNumberWidth { get; init; }

    /// <summary>Year in which the school year begins; bounds two-digit years.</summary>
    public int? SchoolYear { get; init; }

    /// <summary>Also undo UTF-8 that was read as Windows-1252 or -1258 and saved as UTF-8 again; otherwise it is refused.</summary>
    public bool RepairDoubleEncoding { get; init; }

    /// <summary>Refuse a file without any of candidate number, ministry id, citizen id or name.</summary>
    public bool RequireIdentity { get; init; } = true;

    /// <summary>Meanings without which the file is refused (<c>columns_mismatch</c>).</summary>
    public IReadOnlyList<Field> Require { get; init; } = [];

    public int MaxRows { get; init; } = 2_000_000;

    public int MaxColumns { get; init; } = 256;

    public int MaxFieldLength { get; init; } = 32_767;

    /// <summary>Sum of the declared sizes of a workbook's parts.</summary>
    public long MaxWorkbookBytes { get; init; } = 1L << 30;
}

/// <summary>A column as it was understood.</summary>
/// <param name="Index">0-based position.</param>
/// <param name="Header">Header text of all header rows together; "cột N" where there is none.</param>
/// <param name="Field">The meaning found.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Source"><c>header</c>, <c>content</c>, <c>declared</c> or <c>none</c>.</param>
public sealed record Column(int Index, string Header, Field Field, double Confidence, string Source)
{
    /// <summary>For dates: the order decided from the whole column.</summary>
    public DateOrder? DateOrder { get; init; }

    /// <summary>For marks: the decimal sign the column uses.</summary>
    public char? DecimalSign { get; init; }

    /// <summary>For ids: the number of digits the column's values have.</summary>
    public int? Width { get; init; }
}

/// <summary>Something about the file or a column that a person should look at before accepting it.</summary>
public sealed record FileWarning(string Code, string? Column, string Hint);

/// <summary>A worksheet of the workbook.</summary>
public sealed record SheetInfo(string Name, bool Hidden, bool Chosen);

/// <summary>Rows met in the first pass.</summary>
public sealed record RowCounts(int Data, int Blank, int RepeatedHeaders, int TotalsAndNotes, int Hidden);
