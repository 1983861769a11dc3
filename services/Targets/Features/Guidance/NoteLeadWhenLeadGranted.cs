using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Guidance;

/// <summary>A pupil without a place may be contacted: one lead, whatever the number of institutions.</summary>
/// <remarks>Safe to repeat and safe out of order: the row's key is the pupil and school year, and the column only ever moves one way.</remarks>
public sealed class NoteLeadWhenLeadGranted : IReaction<LeadGranted>
{
    public Task When(LeadGranted fact, Heard heard, Work work, CancellationToken ct)
    {
        work.AtOnce(fact, granted => Keep(work, granted));
        return Task.CompletedTask;
    }

    private static Task Keep(Work work, IReadOnlyList<LeadGranted> granted)
    {
        var first = granted.GroupBy(fact => (fact.SchoolYear, fact.PupilId)).Select(lead => lead.MinBy(fact => fact.GrantedAt)!).ToList();
        return work.Execute(
            """
            insert into guidance as g (tenant_id, school_year, pupil_id, granted_at)
            select @Tenant, l.* from unnest(@Years, @Pupils, @GrantedAt) as l (school_year, pupil_id, granted_at) order by pupil_id, school_year
            on conflict (tenant_id, school_year, pupil_id) do update set granted_at = least(g.granted_at, excluded.granted_at)
            where g.granted_at is distinct from least(g.granted_at, excluded.granted_at)
            """,
            new { work.Tenant, Years = first.Select(fact => fact.SchoolYear).ToArray(), Pupils = first.Select(fact => fact.PupilId).ToArray(), GrantedAt = first.Select(fact => fact.GrantedAt).ToArray() });
    }
}
