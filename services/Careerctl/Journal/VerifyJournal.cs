using System.Security.Cryptography;
using CareerPlatform.ServiceDefaults;
using Npgsql;

namespace CareerPlatform.Careerctl.Journal;

/// <summary>Something that does not hold in a read journal.</summary>
/// <param name="Code">`row_altered`, `row_missing`, `row_unsealed`, `tail_cut`, `head_missing`, `head_forged` or `head_differs`.</param>
/// <param name="Position">The read it is about; null when it is about a head or about reads without a position.</param>
/// <param name="Text">What to tell the inspector.</param>
public sealed record JournalFault(string Code, long? Position, string Text);

/// <param name="Reads">Sealed reads looked at.</param>
/// <param name="Waiting">Reads not sealed yet.</param>
/// <param name="Heads">Signed heads looked at.</param>
/// <param name="Faults">The first bad read first; at most twenty.</param>
public sealed record JournalReport(long Reads, long Waiting, int Heads, IReadOnlyList<JournalFault> Faults);

/// <summary>Verifies a service's read journal with a connection that may only read, the folder of signed heads and the public key: nothing of it is the service's word.</summary>
public sealed class VerifyJournal(string connection, string service, string headsFolder, ECDsa publicKey, TimeProvider clock)
{
    const int Range = 10_000;
    const int Most = 20;
    static readonly TimeSpan HeadWithin = TimeSpan.FromHours(25);

    readonly string connection = new NpgsqlConnectionStringBuilder(connection)
    {
        Options = "-c default_transaction_read_only=on -c app.tenant=* -c timezone=UTC -c jit=off",
        Pooling = false,
        CommandTimeout = 600,
    }.ConnectionString;

    readonly List<JournalFault> faults = [];
    readonly Dictionary<long, JournalHead> heads = [];

    public async Task<JournalReport> Run(CancellationToken ct = default)
    {
        await using var main = await Open(null, ct);
        var snapshot = await One<string>(main, "select pg_export_snapshot()", ct);
        var last = await One<long>(main, "select coalesce(max(pos), 0) from pii_access_chain", ct);
        var waiting = await One<long>(main, "select count(*) from pii_access_pending", ct);
        ReadHeads(await One<long>(main, "select heads from pii_access_head", ct));
        CheckTail(last, await One<long>(main, "select pos from pii_access_head", ct));
        await CheckCoverage(main, ct);

        var next = -(long)Range;
        await Task.WhenAll(Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 4)).Select(_ => Task.Run(async () =>
        {
            await using var reader = await Open(snapshot, ct);
            while (Interlocked.Add(ref next, Range) is var from && from < last) await Check(reader, from + 1, Math.Min(last, from + Range), ct);
        }, ct)));
        await CheckUnsealed(main, last, waiting, ct);
        return new(last, waiting, heads.Count, [.. faults.OrderBy(fault => fault.Position ?? long.MaxValue).Take(Most)]);
    }

    /// <summary>Every read of a range against its own hash and the one before.</summary>
    async Task Check(NpgsqlConnection reader, long from, long to, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand(
            $"select c.pos, c.hash, {JournalChain.Columns} from pii_access_chain c left join pii_access a using (tenant_id, access_id) where c.pos between $1 and $2 order by c.pos", reader)
        { Parameters = { new() { Value = from - 1 }, new() { Value = to } } };
        await using var read = await ask.ExecuteReaderAsync(ct);
        var chain = new JournalChain(0, new byte[32]);
        var expected = Math.Max(1, from - 1);
        var known = expected == 1;   // the hash before the row to come
        while (read.Read())
        {
            var (position, hash) = (read.GetInt64(0), read.GetFieldValue<byte[]>(1));
            if (position != expected) (known, expected) = (Note("row_missing", expected, $"the seal of read {expected} is gone{(position > expected + 1 ? $", and of those up to {position - 1}" : "")}"), position);
            if (read.IsDBNull(2)) Note("row_missing", position, $"read {position} is gone; only its seal is left");
            else if (known && !chain.Add(read, 2).AsSpan().SequenceEqual(hash)) Note("row_altered", position, $"read {position} ({read.GetGuid(3)}, {read.GetDateTime(4):O}) is not what was sealed");
            if (heads.TryGetValue(position, out var head) && head.Hash != Convert.ToHexStringLower(hash))
                Note("head_differs", position, $"read {position} is not the one that was signed on {head.At:yyyy-MM-dd} (head {head.Number}): it or one before it was made anew");
            chain.ContinueAfter(position, hash);
            (known, expected) = (true, position + 1);
        }
        if (expected <= to) Note("row_missing", expected, $"the seals of reads {expected} to {to} are gone");
    }

    void ReadHeads(long written)
    {
        JournalHead? before = null;
        foreach (var (file, head) in Directory.Exists(headsFolder) ? JournalHead.Read(headsFolder, service) : [])
        {
            if (head is null || head.Service != service || !head.IsSignedBy(publicKey))
            {
                Note("head_forged", null, $"{Path.GetFileName(file)} is not signed with the key that was given");
                continue;
            }
            if (head.Number != (before?.Number ?? 0) + 1) Note("head_missing", null, $"between head {before?.Number ?? 0} and head {head.Number} there is none");
            else if (before is not null && (head.Before != before.Digest || head.Position <= before.Position)) Note("head_forged", null, $"head {head.Number} does not follow from head {before.Number}");
            heads[head.Position] = before = head;
        }
        if (written > (before?.Number ?? 0)) Note("head_missing", null, $"{written} heads were written, the last found is {before?.Number ?? 0}");
    }

    void CheckTail(long last, long sealedUpTo)
    {
        if (heads.Count > 0 && heads.Keys.Max() is var signed && signed > last)
            Note("tail_cut", last + 1, $"reads {last + 1} to {signed} are gone: they were signed on {heads[signed].At:yyyy-MM-dd} (head {heads[signed].Number})");
        else if (sealedUpTo > last) Note("tail_cut", last + 1, $"reads {last + 1} to {sealedUpTo} were sealed and are gone");
    }

    /// <summary>Each day that had reads ends under a signed head.</summary>
    async Task CheckCoverage(NpgsqlConnection main, CancellationToken ct)
    {
        var covered = heads.Count == 0 ? 0 : heads.Keys.Max();
        await using var ask = new NpgsqlCommand("select min(a.at) from pii_access_chain c join pii_access a using (tenant_id, access_id) where c.pos > $1", main) { Parameters = { new() { Value = covered } } };
        if (await ask.ExecuteScalarAsync(ct) is DateTime oldest && clock.GetUtcNow() - new DateTimeOffset(oldest, TimeSpan.Zero) > HeadWithin)
            Note("head_missing", null, $"reads of {oldest:yyyy-MM-dd} and later, from {covered + 1} on, are under no signed head");
    }

    async Task CheckUnsealed(NpgsqlConnection main, long last, long waiting, CancellationToken ct)
    {
        if (await One<long>(main, "select count(*) from pii_access", ct) == last + waiting && faults.Count == 0) return;
        await using var ask = new NpgsqlCommand(
            """
            select a.access_id, a.at from pii_access a
            where not exists (select from pii_access_chain c where c.access_id = a.access_id) and not exists (select from pii_access_pending p where p.access_id = a.access_id)
            order by a.at limit 5
            """, main);
        await using (var read = await ask.ExecuteReaderAsync(ct))
            while (await read.ReadAsync(ct)) Note("row_unsealed", null, $"read {read.GetGuid(0)} of {read.GetDateTime(1):O} was never sealed and does not wait to be");
        var lost = await One<long>(main, "select count(*) from pii_access_pending p where not exists (select from pii_access a where a.access_id = p.access_id)", ct);
        if (lost > 0) Note("row_missing", null, $"{lost} reads that waited to be sealed are gone");
    }

    /// <summary>Says false: what comes after a fault cannot be judged by it.</summary>
    bool Note(string code, long? position, string text)
    {
        lock (faults) faults.Add(new(code, position, text));
        return false;
    }

    async Task<NpgsqlConnection> Open(string? snapshot, CancellationToken ct)
    {
        var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync(ct);
        await using var begin = new NpgsqlCommand($"begin isolation level repeatable read read only{(snapshot is null ? "" : $"; set transaction snapshot '{snapshot}'")}", opened);
        await begin.ExecuteNonQueryAsync(ct);
        return opened;
    }

    static async Task<T> One<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand(sql, connection);
        return (T)(await ask.ExecuteScalarAsync(ct))!;
    }
}
