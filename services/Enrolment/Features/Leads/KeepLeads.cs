using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>
/// Looks after what no message announces: grants whose time is over end and the lead goes to the next institution, leads whose statutory basis ran out are withdrawn,
/// waiting pupils are offered when seats or agreements appear, and from the escalation day on the area office is told who has no suitable offer.
/// </summary>
/// <remarks>Every replica may run it: each step holds the province's lock and decides by the rows alone.</remarks>
public sealed class KeepLeads(Database db, GrantLeads grant, AllocationTimes times, ContactRules contacts, TimeProvider clock)
{
    private const int Batch = 500;

    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        foreach (var (tenant, year) in await Seasons(ct))
        {
            while (await db.Run(tenant, work => Release(work), ct) == Batch) { }
            while (await db.Run(tenant, work => EndStatutory(work, year), ct) == Batch) { }
            var after = Guid.Empty;
            while (await db.Run(tenant, work => Offer(work, year, after), ct) is { } last) after = last;
            while (await db.Run(tenant, work => Escalate(work, year), ct) == Batch) { }
            await db.Run(tenant, work => CloseEscalations(work, year), ct);
        }
    }

    private async Task<IReadOnlyList<(string Tenant, int Year)>> Seasons(CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.AsProvince();
        return await work.Query<(string, int)>("select distinct tenant_id, school_year from candidate where outcome = 'without_place'");
    }

    /// <summary>Ends what stood too long: offers nobody answered, families nobody turned to, refusals that have cooled, and leads at the end of their own time.</summary>
    /// <remarks>process.md, Allocation. A contact that is being logged in this moment keeps its lead: its rows are locked, and looked at again when they are free.</remarks>
    private async Task<int> Release(Work work)
    {
        var now = clock.GetUtcNow();
        await work.LockLeads();
        var over = await work.Query<Row>(
            """
            select g.grant_id, g.lead_id, g.institution_id,
                   case when g.expires_at <= @Now then 'expired' when g.state = 'offered' then 'silent' when g.state = 'refused' then 'refused' else 'no_contact' end as reason
            from lead_grant g join lead l using (tenant_id, lead_id)
            where g.tenant_id = @Tenant and g.state in ('offered', 'contacted', 'refused', 'applied')
              and (g.expires_at <= @Now
                or (g.state = 'offered' and g.granted_at <= @Silent)
                or (g.state in ('contacted', 'applied') and coalesce(g.last_contact_at, g.granted_at) <= @LeftAlone)
                or (g.state = 'refused' and coalesce(g.last_contact_at, g.granted_at) <= @Cooled))
            order by g.institution_id, g.lead_id limit @Batch for update of l, g skip locked
            """,
            new { work.Tenant, Now = now, Silent = now.AddDays(-times.ExclusiveDays), LeftAlone = now.AddDays(-times.ContactDays), Cooled = now - contacts.Cooling, Batch });
        await work.EndGrants([.. over.Select(row => (row.GrantId, row.Reason))], "expired", now);
        await work.Tell([.. over.Select(row => new FeedEntry(row.InstitutionId, "expired", row.LeadId, row.GrantId, row.Reason))], now);
        foreach (var row in over) work.Append("lead", row.LeadId, new LeadReleased { LeadId = row.LeadId, GrantId = row.GrantId, Institution = row.InstitutionId, Reason = row.Reason });
        return over.Count;
    }

    /// <summary>From the escalation day on: an open lead that no institution with a suitable offer holds becomes a task of the area office.</summary>
    private async Task<int> Escalate(Work work, int year)
    {
        var now = clock.GetUtcNow();
        if (VietnamTime.Day(now) < times.EscalationDay(year)) return 0;

        await work.LockLeads();
        var leads = await work.Query<Guid>(
            $"""
            insert into escalation as e (tenant_id, lead_id, school_year, raised_at)
            select l.tenant_id, l.lead_id, l.school_year, @Now from lead l
            where l.tenant_id = @Tenant and l.school_year = @Year and l.status = 'open' and not l.decoy and not {Suitable}
              and not exists (select 1 from escalation o where o.tenant_id = l.tenant_id and o.lead_id = l.lead_id and o.closed_at is null)
            limit @Batch
            on conflict (lead_id, tenant_id) do update set raised_at = excluded.raised_at, closed_at = null, close_reason = null
            returning lead_id
            """, new { work.Tenant, Year = year, Now = now, times.SuitableWish, Batch });
        foreach (var lead in leads) work.Append("lead", lead, new LeadEscalated { LeadId = lead, SchoolYear = year });
        return leads.Count;
    }

    private async Task<int> CloseEscalations(Work work, int year)
    {
        await work.LockLeads();
        var closed = await work.Query<(Guid Lead, string Reason)>(
            $"""
            update escalation e set closed_at = @Now, close_reason = case l.status when 'open' then 'offered' else l.status end from lead l
            where e.tenant_id = @Tenant and e.school_year = @Year and e.closed_at is null and l.tenant_id = e.tenant_id and l.lead_id = e.lead_id and (l.status <> 'open' or {Suitable})
            returning e.lead_id, e.close_reason
            """, new { work.Tenant, Year = year, Now = clock.GetUtcNow(), times.SuitableWish });
        foreach (var (lead, reason) in closed) work.Append("lead", lead, new EscalationClosed { LeadId = lead, Reason = reason });
        return closed.Count;
    }

    /// <summary>Some institution holds the lead `l`, and it fits the wish well enough.</summary>
    public const string Suitable =
        "exists (select 1 from lead_grant s where s.tenant_id = l.tenant_id and s.lead_id = l.lead_id and s.state in ('offered', 'contacted', 'applied', 'enrolled') and s.wish <= @SuitableWish)";

    private async Task<int> EndStatutory(Work work, int year)
    {
        await work.LockLeads();
        var pupils = await work.Query<Guid>(
            """
            select l.pupil_id from legal_basis b join lead l using (tenant_id, basis_id)
            where b.tenant_id = @Tenant and b.mode = 'C' and b.expires_on < @Today and l.school_year = @Year and l.status = 'open' limit @Batch
            """, new { work.Tenant, Year = year, Today = VietnamTime.Today(clock), Batch });
        return await work.Withdraw([.. pupils.Select(pupil => (pupil, "basis_ended"))], clock.GetUtcNow(), year);
    }

    /// <summary>Offers one batch of pupils who wait; returns the last of them, or null when there are no more.</summary>
    private async Task<Guid?> Offer(Work work, int year, Guid after)
    {
        await work.AsProvince();
        const string waiting =
            """
            select c.pupil_id from candidate c left join lead l using (tenant_id, school_year, pupil_id)
            where c.tenant_id = @Tenant and c.school_year = @Year and c.outcome = 'without_place' and not c.decoy and c.pupil_id > @After
              and (l.lead_id is null or (l.status = 'open' and (
                select count(*) = 0 or (bool_or(g.state = 'expired') and not bool_or(g.end_reason is not distinct from 'expired') and count(*) filter (where g.state not in ('withdrawn', 'expired')) < 2)
                from lead_grant g where g.tenant_id = l.tenant_id and g.lead_id = l.lead_id)))
              and (exists (select 1 from legal_basis b where b.tenant_id = c.tenant_id and b.school_year = c.school_year and b.pupil_id = c.pupil_id and b.mode in ('A', 'B') and b.ended_at is null)
                or exists (select 1 from legal_basis b where b.tenant_id = c.tenant_id and b.school_year = c.school_year and b.mode = 'C' and b.ended_at is null and cardinality(b.approved_by) = 2))
            order by c.pupil_id limit @Batch
            """;
        var pupils = await work.Query<Guid>(waiting, new { work.Tenant, Year = year, After = after, Batch });
        if (pupils.Count == 0) return null;

        await work.LockLeads();
        await grant.To(work, year, [.. pupils]);
        return pupils.Count < Batch ? null : pupils[^1];
    }

    private sealed record Row(Guid GrantId, Guid LeadId, Guid InstitutionId, string Reason);
}
