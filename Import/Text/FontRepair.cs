namespace CareerPlatform.Import;

/// <summary>Undoes what the old fonts leave in Unicode files: a worksheet in .VnTime or VNI-Times holds Latin letters that only looked Vietnamese in that font.</summary>
/// <remarks>Found per column, by which reading gives Vietnamese syllables. Cells that were typed in Unicode stay as they are.</remarks>
internal sealed class FontRepair
{
    private const int Enough = 20_000;
    private readonly bool[] columns;
    private readonly Func<byte[], string> decode;

    private FontRepair(string encoding, bool[] columns, Func<byte[], string> decode) => (Encoding, this.columns, this.decode) = (encoding, columns, decode);

    public string Encoding { get; }

    /// <summary>Null when every column reads as it is.</summary>
    public static FontRepair? Find(IReadOnlyList<string[]> rows)
    {
        var width = rows.Count == 0 ? 0 : rows.Max(row => row.Length);
        foreach (var (encoding, decode) in new (string, Func<byte[], string>)[] { ("tcvn3", FromTcvn3), ("vni", FromVni) })
        {
            var columns = Enumerable.Range(0, width).Select(column => IsWritten(rows.Where(row => column < row.Length).Select(row => row[column]), decode)).ToArray();
            if (columns.Contains(true)) return new FontRepair(encoding, columns, decode);
        }

        return null;
    }

    /// <summary>Rewrites the row's cells in place; no cell becomes longer.</summary>
    public void Apply(RowBuffer row)
    {
        for (var column = 0; column < row.Count; column++)
        {
            if (!row[column].ContainsAnyExceptInRange('\0', '\u007F') || Read(row[column], column < columns.Length && columns[column]) is not { } text) continue;
            text.CopyTo(row.Text.AsSpan(row.Cells[column].Start));
            row.Cells[column].Length = text.Length;
        }
    }

    private string? Read(ReadOnlySpan<char> cell, bool written)
    {
        if (Decoded(cell, decode) is not { } text) return null;
        var (before, after) = (Vietnamese.CountSyllables(cell), Vietnamese.CountSyllables(text));
        var wasWhole = before.Valid == before.Words;
        return after.Valid == after.Words ? written || !wasWhole ? text : null : written && !wasWhole ? text : null;
    }

    private static bool IsWritten(IEnumerable<string> cells, Func<byte[], string> decode)
    {
        var (valid, words, better, length) = (0, 0, 0, 0);
        foreach (var cell in cells)
        {
            if (length > Enough || cell.Length > 500 || Decoded(cell, decode) is not { } text) continue;
            var before = Vietnamese.CountSyllables(cell);
            (valid, words, better, length) = (valid + before.Valid, words + before.Words, better + Vietnamese.CountSyllables(text).Valid, length + cell.Length);
        }

        return words >= 3 && better >= words * 0.6 && better >= valid + (words * 0.3);
    }

    /// <summary>Null for plain ASCII and for text that no 8-bit font can hold, which is Unicode already.</summary>
    private static string? Decoded(ReadOnlySpan<char> cell, Func<byte[], string> decode)
    {
        if (!cell.ContainsAnyExceptInRange('\0', '\u007F')) return null;
        var bytes = new byte[cell.Length];
        return EncodingDetector.TryBytesOf(cell, LegacyCodePages.Windows1252, bytes) ? decode(bytes) : null;
    }

    private static string FromTcvn3(byte[] bytes) => EncodingDetector.Decode(new TableCharReader(new MemoryStream(bytes), LegacyCodePages.Tcvn3), bytes.Length);

    private static string FromVni(byte[] bytes) => EncodingDetector.Decode(new VniCharReader(new MemoryStream(bytes)), bytes.Length);
}
