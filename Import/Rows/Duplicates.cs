using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Import;

/// <summary>Collects a hash of each row's key in the first pass and says which occurred more than once; eight bytes a row.</summary>
internal sealed class KeyCounter
{
    private readonly List<ulong>[] parts = [.. Enumerable.Range(0, 256).Select(_ => new List<ulong>())];

    public void Add(ulong key) => parts[(int)(key >> 56)].Add(key);

    public HashSet<ulong> Repeated()
    {
        var repeated = new HashSet<ulong>();
        foreach (var part in parts)
        {
            part.Sort();
            for (var i = 1; i < part.Count; i++)
            {
                if (part[i] == part[i - 1]) repeated.Add(part[i]);
            }
        }

        return repeated;
    }
}

/// <summary>The rows that share a key: where the first one is and whether all say the same.</summary>
internal sealed class Duplicates(HashSet<ulong> keys)
{
    private readonly Dictionary<string, Group> groups = [];

    public bool MayRepeat(ulong key) => keys.Contains(key);

    /// <summary>Notes a row that may repeat another, in file order.</summary>
    public void Note(string key, int sourceRow, string fingerprint)
    {
        if (groups.TryGetValue(key, out var group)) groups[key] = group with { Conflict = group.Conflict || group.Fingerprint != fingerprint };
        else groups[key] = new Group(sourceRow, fingerprint, false);
    }

    /// <summary>Null when the row stands; otherwise <c>duplicate_row</c> or <c>duplicate_conflict</c>.</summary>
    public string? Judge(string key, int sourceRow) =>
        !groups.TryGetValue(key, out var group) ? null
        : group.Conflict ? "duplicate_conflict"
        : group.FirstRow == sourceRow ? null
        : "duplicate_row";

    /// <summary>A digest of all a row says; equal rows are the same data whatever way they were written.</summary>
    public static string FingerprintOf(ResultRow row)
    {
        var said = (row with { SourceRow = 0, OtherMarks = null, Wishes = null }).ToString()
            + string.Join(';', row.OtherMarks?.Select(mark => $"{mark.Key}={mark.Value}") ?? []) + string.Join(';', row.Wishes ?? []);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(said)).AsSpan(0, 16));
    }

    /// <summary>Who a row is about: the same in every row of one number, whatever the wish.</summary>
    public static string PersonOf(ResultRow row) => string.Join('\u001F', row.MinistryId, row.CitizenId, Vietnamese.Fold(row.FullName), row.BirthDate);

    private sealed record Group(int FirstRow, string Fingerprint, bool Conflict);
}
