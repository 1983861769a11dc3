using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Feed;

/// <summary>What an institution is told about a lead.</summary>
public sealed record FeedEntry(Guid Institution, string Kind, Guid Lead, Guid Grant, string? Reason = null);

/// <summary>Writes to the institutions' feeds: the positions 1, 2, 3 … are given in the transaction of the fact itself, so there is never a hole.</summary>
public static class InstitutionFeed
{
    /// <summary>SQL: what an institution may know of why its grant `g` ended.</summary>
    public const string ReasonOfEnd =
        "case g.state when 'expired' then 'expired' when 'withdrawn' then case when g.end_reason in ('opted_out', 'basis_ended') then 'objected' when g.end_reason = 'error' then 'error' else 'no_longer_available' end end";

    public static async Task Tell(this Work work, IReadOnlyCollection<FeedEntry> entries, DateTimeOffset at)
    {
        if (entries.Count == 0) return;
        await work.Execute(
            """
            with entry as (
              select institution_id, kind, lead_id, grant_id, reason, n, row_number() over (partition by institution_id order by n) as rn
              from unnest(@Institutions, @Kinds, @Leads, @Grants, @Reasons) with ordinality as e (institution_id, kind, lead_id, grant_id, reason, n)),
            head as (
              insert into institution_feed_head (tenant_id, institution_id, pos)
              select @Tenant, institution_id, count(*) from entry group by institution_id order by institution_id
              on conflict (tenant_id, institution_id) do update set pos = institution_feed_head.pos + excluded.pos
              returning institution_id, pos)
            insert into institution_feed (tenant_id, institution_id, pos, kind, lead_id, grant_id, reason, at)
            select @Tenant, e.institution_id, h.pos - max(e.rn) over (partition by e.institution_id) + e.rn, e.kind, e.lead_id, e.grant_id, e.reason, @At
            from entry e join head h using (institution_id)
            """,
            new
            {
                work.Tenant,
                At = at,
                Institutions = entries.Select(entry => entry.Institution).ToArray(),
                Kinds = entries.Select(entry => entry.Kind).ToArray(),
                Leads = entries.Select(entry => entry.Lead).ToArray(),
                Grants = entries.Select(entry => entry.Grant).ToArray(),
                Reasons = entries.Select(entry => entry.Reason).ToArray(),
            });
    }

    /// <summary>Items were shown without their ids: they are told anew when the institution may read them.</summary>
    public static async Task NoteWithheld(this Work work, Guid institution)
    {
        if (await work.Execute("update institution_feed_head set withheld = true where tenant_id = @Tenant and institution_id = @Institution and not withheld", new { work.Tenant, Institution = institution }) > 0)
            await work.Commit();
    }
}
