using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.ServiceDefaults;

/// <summary>A pupil's key on its way from one service to another, wrapped under the master key.</summary>
public sealed record CarriedKey(Guid Pupil, Guid Version, byte[] Wrapped);

/// <summary>A province's key, open: wraps the keys of its pupils.</summary>
public sealed record ProvinceKey(string Province, int Version, byte[] Key)
{
    /// <summary>A new key for a pupil, with its wrapped form for the table.</summary>
    public (PupilKey Key, byte[] Wrapped) For(Guid pupil, Guid version)
    {
        var key = new PupilKey(pupil, version, RandomNumberGenerator.GetBytes(32));
        return (key, Wrap(key));
    }

    internal byte[] Wrap(PupilKey key) => ContactSeal.Box(Key, key.Key, BoundTo(key.Pupil, key.Version));

    internal byte[]? Unwrap(Guid pupil, Guid version, byte[] wrapped) => ContactSeal.Clear(Key, wrapped, BoundTo(pupil, version));

    private byte[] BoundTo(Guid pupil, Guid version) => Encoding.UTF8.GetBytes($"pupil_key|wrapped|{pupil:N}|{version:N}|{Version}");
}

/// <summary>
/// The keys of one service's pupils, each wrapped under its province's key, that under the master key. A pupil whose rows of `pupil_key` are deleted is erased: what was sealed under
/// them, here, in events, in dumps, opens for nobody.
/// </summary>
/// <remarks>The service's own migrations make the tables `province_key` and `pupil_key`.</remarks>
public sealed class PupilKeys(ContactSeal seal, TimeProvider clock)
{
    private const int Batch = 2_000;

    /// <summary>The key new pupils' keys are wrapped under; made on first use.</summary>
    public async Task<ProvinceKey> Current(Work work) =>
        await Newest(work) ?? await Make(work, 1);

    /// <summary>Seals one contact under a new key of the pupil's own, which is stored.</summary>
    public async Task<string> Seal(Work work, Guid pupil, Contact contact)
    {
        var province = await Current(work);
        var (key, wrapped) = province.For(pupil, Guid.CreateVersion7());
        await Store(work, province, [(key, wrapped)]);
        return ContactSeal.Seal(key, contact);
    }

    /// <summary>Opens what can be opened; whose key is missing is not in the answer.</summary>
    public async Task<IReadOnlyDictionary<Guid, Contact>> TryOpen(Work work, IReadOnlyCollection<(Guid Pupil, string Text)> contacts)
    {
        var keys = await Keys(work, [.. contacts.Where(contact => ContactSeal.KeyVersion(contact.Text) is not null).Select(contact => contact.Pupil)]);
        var opened = new Dictionary<Guid, Contact>();
        foreach (var (pupil, text) in contacts)
        {
            if (ContactSeal.KeyVersion(text) is not { } version) opened[pupil] = seal.Open(pupil, text);
            else if (keys.TryGetValue((pupil, version), out var key)) opened[pupil] = seal.Open(pupil, text, key);
        }
        return opened;
    }

    /// <summary>Opens one contact, or refuses with 503 `key_unavailable`.</summary>
    public async Task<Contact> Open(Work work, Guid pupil, string text) =>
        (await TryOpen(work, [(pupil, text)])).GetValueOrDefault(pupil) ?? throw ContactSeal.KeyUnavailable();

    /// <summary>Crypto-shredding: from the commit on nothing of these pupils that was sealed under their own keys can be opened. Says how many keys there were.</summary>
    public static Task<int> Erase(Work work, IReadOnlyCollection<Guid> pupils) =>
        work.Execute("delete from pupil_key where tenant_id = @Tenant and pupil_id = any (@Pupils)", new { work.Tenant, Pupils = pupils.ToArray() });

    /// <summary>Keys for another service that holds the master key too.</summary>
    public async Task<IReadOnlyList<CarriedKey>> Carry(Work work, IReadOnlyCollection<Guid> pupils) =>
        [.. (await Keys(work, pupils)).Values.Select(key => new CarriedKey(key.Pupil, key.Version, seal.Wrap(key.Key, Carried(key.Pupil, key.Version))))];

    /// <summary>Keeps keys that another service carried here.</summary>
    public async Task Take(Work work, IReadOnlyCollection<CarriedKey> keys)
    {
        var province = await Current(work);
        await Store(work, province, [.. keys.Select(carried => new PupilKey(carried.Pupil, carried.Version, seal.Unwrap(carried.Wrapped, Carried(carried.Pupil, carried.Version)).Key)).Select(key => (key, province.Wrap(key)))]);
    }

    /// <summary>Begins a new key of the province; <see cref="Rewrap"/> brings the pupils' keys under it while everything goes on.</summary>
    public async Task<int> Rotate(Work work)
    {
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('province-key|' || @Tenant, 0))", new { work.Tenant });
        return (await Make(work, ((await Newest(work))?.Version ?? 0) + 1)).Version;
    }

    /// <summary>Brings up to 2,000 pupils' keys under the newest key of the province, and the province's keys under the current master key; says how many keys it took up.</summary>
    public async Task<int> Rewrap(Work work)
    {
        foreach (var (version, wrapped) in await work.Query<(int, byte[])>("select version, wrapped from province_key where tenant_id = @Tenant", new { work.Tenant }))
        {
            var (key, current) = seal.Unwrap(wrapped, Province(work.Tenant, version));
            if (!current) await work.Execute("update province_key set wrapped = @Wrapped where tenant_id = @Tenant and version = @version", new { work.Tenant, version, Wrapped = seal.Wrap(key, Province(work.Tenant, version)) });
        }
        if (await Newest(work) is not { } newest) return 0;
        var rows = await work.Query<KeyRow>(
            "select pupil_id, version, province_version, wrapped from pupil_key where tenant_id = @Tenant and province_version <> @Version limit @Batch for update skip locked", new { work.Tenant, newest.Version, Batch });
        var keys = await Opened(work, rows);
        await work.Execute(
            """
            update pupil_key k set province_version = @Version, wrapped = n.wrapped from unnest(@Pupils, @Versions, @Wrapped) as n (pupil_id, version, wrapped)
            where k.tenant_id = @Tenant and k.pupil_id = n.pupil_id and k.version = n.version
            """,
            new { work.Tenant, newest.Version, Pupils = keys.Select(key => key.Pupil).ToArray(), Versions = keys.Select(key => key.Version).ToArray(), Wrapped = keys.Select(newest.Wrap).ToArray() });
        return rows.Count;
    }

    private async Task<Dictionary<(Guid Pupil, Guid Version), PupilKey>> Keys(Work work, IReadOnlyCollection<Guid> pupils)
    {
        if (pupils.Count == 0) return [];
        var rows = await work.Query<KeyRow>("select pupil_id, version, province_version, wrapped from pupil_key where tenant_id = @Tenant and pupil_id = any (@Pupils)", new { work.Tenant, Pupils = pupils.ToArray() });
        return (await Opened(work, rows)).ToDictionary(key => (key.Pupil, key.Version));
    }

    private async Task<IReadOnlyList<PupilKey>> Opened(Work work, IReadOnlyList<KeyRow> rows)
    {
        var provinces = new Dictionary<int, ProvinceKey>();
        foreach (var version in rows.Select(row => row.ProvinceVersion).Distinct()) provinces[version] = await Version(work, version) ?? throw ContactSeal.KeyUnavailable();
        return [.. rows.Select(row => new PupilKey(row.PupilId, row.Version, provinces[row.ProvinceVersion].Unwrap(row.PupilId, row.Version, row.Wrapped) ?? throw ContactSeal.KeyUnavailable()))];
    }

    private static Task<int> Store(Work work, ProvinceKey province, IReadOnlyCollection<(PupilKey Key, byte[] Wrapped)> keys) => work.Execute(
        """
        insert into pupil_key (tenant_id, pupil_id, version, province_version, wrapped)
        select @Tenant, pupil_id, version, @Province, wrapped from unnest(@Pupils, @Versions, @Wrapped) as k (pupil_id, version, wrapped) order by pupil_id, version
        on conflict (pupil_id, version, tenant_id) do nothing
        """,
        new
        {
            work.Tenant,
            Province = province.Version,
            Pupils = keys.Select(key => key.Key.Pupil).ToArray(),
            Versions = keys.Select(key => key.Key.Version).ToArray(),
            Wrapped = keys.Select(key => key.Wrapped).ToArray(),
        });

    private async Task<ProvinceKey?> Newest(Work work) =>
        await work.Single<int?>("select max(version) from province_key where tenant_id = @Tenant", new { work.Tenant }) is { } version ? await Version(work, version) : null;

    private async Task<ProvinceKey?> Version(Work work, int version)
    {
        var wrapped = await work.Single<byte[]>("select wrapped from province_key where tenant_id = @Tenant and version = @version", new { work.Tenant, version });
        return wrapped is null ? null : new ProvinceKey(work.Tenant, version, seal.Unwrap(wrapped, Province(work.Tenant, version)).Key);
    }

    private async Task<ProvinceKey> Make(Work work, int version)
    {
        await work.Execute(
            "insert into province_key (tenant_id, version, wrapped, made_at) values (@Tenant, @version, @Wrapped, @Now) on conflict (tenant_id, version) do nothing",
            new { work.Tenant, version, Wrapped = seal.Wrap(RandomNumberGenerator.GetBytes(32), Province(work.Tenant, version)), Now = clock.GetUtcNow() });
        return (await Version(work, version))!;   // another transaction may have been first
    }

    private static string Province(string province, int version) => $"province_key|wrapped|{province}|{version}";

    private static string Carried(Guid pupil, Guid version) => $"pupil_key|carried|{pupil:N}|{version:N}";

    private sealed record KeyRow(Guid PupilId, Guid Version, int ProvinceVersion, byte[] Wrapped);
}
