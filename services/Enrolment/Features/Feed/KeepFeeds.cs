using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Feed;

/// <summary>
/// Looks after what no message announces: an institution that may read again is told anew what it holds, an area that has another name from today on is announced as a correction,
/// and items go when they have been kept for two years.
/// </summary>
/// <remarks>Every replica may run it: each step holds the province's lock and decides by the rows alone.</remarks>
public sealed class KeepFeeds
{
    private const int ShortestKept = 24;   // reliability.md: tombstones stay for at least 24 months

    private readonly Database db;
    private readonly TimeProvider clock;
    private readonly int months;

    public KeepFeeds(Database db, IConfiguration configuration, TimeProvider clock)
    {
        (this.db, this.clock, months) = (db, clock, configuration.GetValue("Feed:KeptMonths", ShortestKept));
        if (months < ShortestKept) throw new InvalidOperationException($"Feed__KeptMonths is at least {ShortestKept}: who comes late must still learn what to delete.");
    }

    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        foreach (var tenant in await db.ProvincesWith("institution_feed_head", ct))
        {
            await db.Run(tenant, TellAnew, ct);
            await db.Run(tenant, TellAreas, ct);
            await db.Run(tenant, LetGo, ct);
        }
    }

    private async Task TellAnew(Work work)
    {
        const string again =
            """
            select h.institution_id from institution_feed_head h
            where h.tenant_id = @Tenant and h.withheld
              and exists (select from agreement a where a.tenant_id = h.tenant_id and a.institution_id = h.institution_id and @Today between a.valid_from and a.valid_to)
              and not exists (select from feed_hold o where o.tenant_id = h.tenant_id and o.institution_id = h.institution_id)
            """;
        var today = VietnamTime.Today(clock);
        await work.AsProvince();
        if ((await work.Query<Guid>(again, new { work.Tenant, Today = today })).Count == 0) return;

        await work.LockLeads();
        var institutions = await work.Query<Guid>(again, new { work.Tenant, Today = today });
        await work.Tell(await work.Held("g.institution_id = any (@Institutions)", "offered", new { work.Tenant, Institutions = institutions.ToArray() }), clock.GetUtcNow());
        await work.Execute("update institution_feed_head set withheld = false where tenant_id = @Tenant and institution_id = any (@Institutions)", new { work.Tenant, Institutions = institutions.ToArray() });
    }

    /// <summary>Changes of the area register that were known before and begin today; those that begin at once are told when they are heard.</summary>
    private async Task TellAreas(Work work)
    {
        var today = VietnamTime.Today(clock);
        await work.AsProvince();
        var told = await work.Single<DateOnly?>("select areas_told from feed_day where tenant_id = @Tenant", new { work.Tenant });
        if (told >= today) return;

        await work.LockLeads();
        if (told is { } last) await work.CorrectAreas(await work.AreaNames(last), await work.AreaNames(today), clock.GetUtcNow());
        await work.Execute("insert into feed_day (tenant_id, areas_told) values (@Tenant, @Today) on conflict (tenant_id) do update set areas_told = excluded.areas_told", new { work.Tenant, Today = today });
    }

    private async Task LetGo(Work work)
    {
        await work.AsProvince();
        await work.Execute(
            """
            with kept as (
              update institution_feed_head h set kept_from = f.pos
              from (select h.institution_id, coalesce((select f.pos from institution_feed f where f.tenant_id = h.tenant_id and f.institution_id = h.institution_id and f.pos >= h.kept_from
                                                         and f.at >= @Before order by f.pos limit 1), h.pos + 1) as pos
                    from institution_feed_head h where h.tenant_id = @Tenant) f
              where h.tenant_id = @Tenant and h.institution_id = f.institution_id and f.pos > h.kept_from
              returning h.institution_id, h.kept_from)
            delete from institution_feed f using kept where f.tenant_id = @Tenant and f.institution_id = kept.institution_id and f.pos < kept.kept_from
            """, new { work.Tenant, Before = clock.GetUtcNow().AddMonths(-months) });
    }
}
