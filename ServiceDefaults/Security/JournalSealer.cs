using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Orders committed reads and seals them into the chain; signs where it ends and writes that to a second place, at least daily.</summary>
/// <remarks>
/// Like the sequencer it runs after the commit, so a read waits for nobody. One writer at a time by advisory lock, held by the transaction that writes. Heads are written where
/// `Journal__HeadsFolder` (append only, shared by the replicas) and `Journal__SigningKeyFile` (PEM, P-256) are given; whoever verifies needs the public key alone. In Development the key is made where it is missing.
/// </remarks>
public sealed class JournalSealer(Database database, IConfiguration configuration, DatabaseSettings settings, TimeProvider clock, ILogger<JournalSealer> log) : BackgroundService
{
    private const int Batch = 500;
    private readonly string service = settings.Name.EndsWith("db", StringComparison.Ordinal) ? settings.Name[..^2] : settings.Name;
    private readonly string? folder = configuration["Journal:HeadsFolder"];
    private readonly string? keyFile = configuration["Journal:SigningKeyFile"];
    private bool missed;
    private readonly TimeSpan between = TimeSpan.FromMinutes(configuration.GetValue("Journal:HeadMinutes", 60));

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        if (configuration.GetValue("Messaging:Off", false)) return;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                while (await Seal(ct) == Batch) { }
                await SignHead(ct);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                log.LogWarning("The read journal could not be sealed: {Problem}", problem.GetType().Name);
            }
            await Task.Delay(TimeSpan.FromSeconds(2), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Seals up to 500 reads; says how many.</summary>
    public async Task<int> Seal(CancellationToken ct = default)
    {
        await using var work = await database.Begin("*", ct);
        if (!await Elected(work)) return 0;
        var head = (await work.Single<Head>("select pos, hash, heads, headed_at from pii_access_head"))!;
        var chain = new JournalChain(head.Pos, head.Hash);
        var (waiting, positions, tenants, accesses, hashes) = (new List<long>(), new List<long>(), new List<string>(), new List<Guid>(), new List<byte[]>());
        await using (var ask = new NpgsqlCommand(
            $"""
            select p.seq, {JournalChain.Columns}
            from (select seq, tenant_id, access_id from pii_access_pending order by seq limit {Batch}) p join pii_access a using (tenant_id, access_id) order by p.seq
            """, work.Connection, work.Transaction))
        await using (var read = await ask.ExecuteReaderAsync(ct))
        {
            while (await read.ReadAsync(ct))
            {
                waiting.Add(read.GetInt64(0));
                tenants.Add(read.GetString(1));
                accesses.Add(read.GetGuid(2));
                hashes.Add(chain.Add(read, 1));
                positions.Add(chain.Position);
            }
        }
        if (waiting.Count == 0) return 0;

        await work.Execute(
            """
            insert into pii_access_chain (pos, tenant_id, access_id, hash) select * from unnest(@positions, @tenants, @accesses, @hashes);
            update pii_access_head set pos = @Position, hash = @Hash;
            delete from pii_access_pending where seq = any (@waiting)
            """, new { positions, tenants, accesses, hashes, chain.Position, chain.Hash, waiting });
        await work.Commit();
        return waiting.Count;
    }

    /// <summary>Signs where the chain ends and writes it to the second place, if it has grown and the last head is old enough.</summary>
    public async Task<bool> SignHead(CancellationToken ct = default)
    {
        if (folder is null || keyFile is null || !HasKey(keyFile)) return false;
        await using var work = await database.Begin("*", ct);
        if (!await Elected(work)) return false;
        var head = (await work.Single<Head>("select pos, hash, heads, headed_at from pii_access_head"))!;
        var now = clock.GetUtcNow();
        if (head.HeadedAt is { } last && now - last < between && VietnamTime.Day(now) == VietnamTime.Day(last)) return false;

        Directory.CreateDirectory(folder);
        var before = JournalHead.Read(folder, service).LastOrDefault().Head;
        if (head.Pos <= (before?.Position ?? 0))
        {
            if (head.Pos < before?.Position) log.LogError("ALARM the read journal ends at {Position}, but {Signed} reads were signed on {At:O}: rows are gone", head.Pos, before.Position, before.At);
            return false;
        }
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(keyFile, ct));
        var next = new JournalHead
        {
            Service = service,
            Number = Math.Max(before?.Number ?? 0, head.Heads) + 1,
            At = now,
            Position = head.Pos,
            Hash = Convert.ToHexStringLower(head.Hash),
            Before = before?.Digest ?? "",
        };
        next.SignedWith(key).Write(folder);
        await work.Execute("update pii_access_head set heads = @Number, headed_at = @At", new { next.Number, next.At });
        await work.Commit();
        return true;
    }

    private bool HasKey(string file)
    {
        if (File.Exists(file)) return true;
        if (configuration["environment"] != "Development")
        {
            if (!missed) log.LogError("ALARM no heads of the read journal are signed: {File} is missing", file);
            missed = true;
            return false;
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var made = Path.Combine(Path.GetDirectoryName(file)!, Path.GetRandomFileName());
        using (var pem = new StreamWriter(new FileStream(made, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))) pem.Write(key.ExportECPrivateKeyPem());
        try
        {
            File.Move(made, file);   // another service may have made it in this moment: the first one stands
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(made);
        }
        return true;
    }

    private static Task<bool> Elected(Work work) => work.Single<bool>("select pg_try_advisory_xact_lock(hashtextextended('journal-sealer', 40))");

    private sealed record Head(long Pos, byte[] Hash, long Heads, DateTimeOffset? HeadedAt);
}
