using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Keys;

/// <summary>
/// A pupil's key is here only while some institution may read the lead: it is brought in before anybody asks, and deleted when the last grant has ended, so that an expired or
/// withdrawn lead opens for nobody. Keys that are wrapped under an old key are wrapped again.
/// </summary>
/// <remarks>Crypto-shredding within 24 hours of expiry (P5): a round is every `Keys__SweepSeconds` (60).</remarks>
public sealed class KeepKeys(Database db, SealedContacts contacts, PupilKeys keys, TimeProvider clock)
{
    private const int Batch = 500;

    /// <summary>Some institution may read a lead of the pupil `p.pupil_id`.</summary>
    private const string Readable =
        """
        exists (select 1 from lead l join lead_grant g using (tenant_id, lead_id)
                where l.tenant_id = @Tenant and l.pupil_id = p.pupil_id and l.status <> 'withdrawn' and g.state not in ('withdrawn', 'expired') and (g.expires_at > @Now or g.state = 'enrolled'))
        """;

    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct = default)
    {
        foreach (var tenant in await db.ProvincesWith("candidate where outcome = 'without_place'", ct))
        {
            await db.Run(tenant, Shred, ct);
            while (await db.Run(tenant, work => Bring(work, ct), ct) >= Batch) { }
            while (await db.Run(tenant, keys.Rewrap, ct) > 0) { }
        }
    }

    private async Task Shred(Work work)
    {
        await work.AsProvince();
        await work.Execute($"delete from pupil_key p where p.tenant_id = @Tenant and not {Readable}", new { work.Tenant, Now = clock.GetUtcNow() });
    }

    private async Task<int> Bring(Work work, CancellationToken ct)
    {
        await work.AsProvince();
        var wanted = await work.Query<Guid>(
            $"""
            select p.pupil_id from candidate p
            where p.tenant_id = @Tenant and p.sealed_contact like 'v2.%' and not exists (select 1 from pupil_key k where k.tenant_id = p.tenant_id and k.pupil_id = p.pupil_id) and {Readable} limit {Batch}
            """, new { work.Tenant, Now = clock.GetUtcNow() });
        return wanted.Count > 0 ? await contacts.Fetch(work, wanted, ct) : 0;
    }
}
