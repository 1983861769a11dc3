namespace CareerPlatform.Schools.Import;

/// <summary>A table whose column names are given beforehand (areas, schools, rosters): same encodings, delimiters and guards, no guessing of meaning.</summary>
/// <remarks>
/// Headers are compared without case, accents and punctuation. A missing, duplicated or unknown column refuses the file with
/// <c>columns_mismatch</c>, expected against found.
/// </remarks>
public sealed class PlainTable : IDisposable
{
    private PlainTable()
    {
    }

    public FileKind Kind { get; private init; }

    public string Encoding { get; private init; } = "utf-8";

    public IReadOnlyList<string> Columns { get; private init; } = [];

    /// <summary>Opens a table that must have the required and may have the optional columns.</summary>
    public static PlainTable Open(
        Stream stream, IReadOnlyList<string> required, IReadOnlyList<string> optional, ReadOptions? options = null, bool allowOthers = false, CancellationToken ct = default) =>
        throw new NotImplementedException();

    /// <summary>Rows with a value; cells trimmed, composed (NFC) and free of control characters, or the row's faults.</summary>
    public IEnumerable<PlainRow> Rows(CancellationToken ct = default) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}

/// <summary>One row of a <see cref="PlainTable"/>.</summary>
public sealed record PlainRow(int SourceRow, IReadOnlyDictionary<string, string?> Cells, IReadOnlyList<RowFault> Faults)
{
    /// <summary>The cell under this column, null when empty or when the file has no such column.</summary>
    public string? this[string column] => Cells.GetValueOrDefault(column);
}
