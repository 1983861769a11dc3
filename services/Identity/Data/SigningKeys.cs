using System.Security.Cryptography;
using CareerPlatform.Contracts;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Data;

/// <summary>The keys that sign tokens: ES256, in the database, the same for every replica, announced a day before they sign and published until their last token has expired.</summary>
public sealed class SigningKeys(Database db, KeySeal seal, IConfiguration configuration, TimeProvider clock) : IDisposable
{
    /// <summary>How long a superseded key stays in the JWKS; tokens live ten minutes.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    private static readonly TimeSpan KeptInMemory = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1);
    private readonly TimeSpan announced = configuration.GetValue("Identity:KeyAnnouncement", TimeSpan.FromDays(1));
    private readonly TimeSpan lifetime = configuration.GetValue("Identity:KeyLifetime", TimeSpan.FromDays(30));
    private (IReadOnlyList<Key> Keys, DateTimeOffset At) known = ([], DateTimeOffset.MinValue);

    /// <summary>The key that signs now.</summary>
    public async Task<ECDsaSecurityKey> Current(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return (await Load(ct)).Last(key => key.SignsFrom <= now).Security;
    }

    /// <summary>The public part of every key whose tokens may still live, and of the next one.</summary>
    public async Task<IReadOnlyList<ECDsaSecurityKey>> Published(CancellationToken ct)
    {
        var keys = await Load(ct);
        var now = clock.GetUtcNow();
        return [.. keys.Where((_, at) => at == keys.Count - 1 || keys[at + 1].SignsFrom + Overlap > now).Select(key => key.Security)];
    }

    /// <summary>Makes the first key, the next one when it is due, and deletes those long superseded. Any number of replicas may call it together.</summary>
    public async Task KeepFresh(CancellationToken ct)
    {
        await Change("*", async (work, keys) =>
        {
            var now = clock.GetUtcNow();
            if (keys.Count == 0) await Add(work, now);
            else if (keys[^1].signs_from + lifetime - announced <= now) await Add(work, Later(now + announced, keys[^1].signs_from + lifetime));

            foreach (var (old, next) in keys.Zip(keys.Skip(1)))
            {
                if (next.signs_from + Overlap < now) await work.Execute("delete from signing_key where kid = @kid", old);
            }
        }, ct);
    }

    /// <summary>A new key that signs from now on; tokens of the old one stay good until they expire.</summary>
    public async Task<string> Rotate(Person by, CancellationToken ct)
    {
        var kid = "";
        await Change(by.Tenant, async (work, _) =>
        {
            await work.Execute("delete from signing_key where signs_from > @Now", new { Now = clock.GetUtcNow() });
            kid = await Add(work, clock.GetUtcNow());
            work.Append("signing_keys", StreamIds.Of("signing_keys", by.Tenant), new SigningKeyReplaced { KeyId = kid, By = by.Subject });
        }, ct);
        return kid;
    }

    private async Task Change(string tenant, Func<Work, IReadOnlyList<Row>, Task> change, CancellationToken ct)
    {
        await using var work = await db.Begin(tenant, ct);
        await work.Execute("select pg_advisory_xact_lock(hashtext('signing_key'))");
        await change(work, await work.Query<Row>("select kid, sealed, signs_from from signing_key order by signs_from"));
        await work.Commit();
        known.At = DateTimeOffset.MinValue;
    }

    private async Task<string> Add(Work work, DateTimeOffset signsFrom)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = Base64UrlEncoder.Encode(new ECDsaSecurityKey(pair).ComputeJwkThumbprint());
        await work.Execute(
            "insert into signing_key (kid, sealed, created_at, signs_from) values (@kid, @Sealed, @Now, @SignsFrom)",
            new { kid, Sealed = seal.Seal(kid, pair.ExportPkcs8PrivateKey()), Now = clock.GetUtcNow(), SignsFrom = signsFrom });
        return kid;
    }

    private async Task<IReadOnlyList<Key>> Load(CancellationToken ct)
    {
        if (known.At + KeptInMemory > clock.GetUtcNow()) return known.Keys;

        await gate.WaitAsync(ct);
        try
        {
            if (known.At + KeptInMemory > clock.GetUtcNow()) return known.Keys;

            var rows = await Rows(ct);
            if (rows.Count == 0)
            {
                await KeepFresh(ct);
                rows = await Rows(ct);
            }
            known = ([.. rows.Select(row => known.Keys.FirstOrDefault(key => key.Security.KeyId == row.kid) ?? Open(row))], clock.GetUtcNow());
            return known.Keys;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<IReadOnlyList<Row>> Rows(CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        return await work.Query<Row>("select kid, sealed, signs_from from signing_key order by signs_from");
    }

    private Key Open(Row row)
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(seal.Open(row.kid, row.@sealed), out _);
        return new Key(new ECDsaSecurityKey(pair) { KeyId = row.kid }, row.signs_from);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    public void Dispose() => gate.Dispose();

    private sealed record Row(string kid, byte[] @sealed, DateTime signs_from);

    private sealed record Key(ECDsaSecurityKey Security, DateTimeOffset SignsFrom);
}
