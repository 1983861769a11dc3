using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Guidance;

/// <summary>A lead was taken back from every institution that had it.</summary>
/// <remarks>Safe to repeat and safe out of order: the row's key is the pupil and school year, and the column only ever moves one way.</remarks>
public sealed class NoteWithdrawalWhenLeadWithdrawn : IReaction<LeadWithdrawn>
{
    public Task When(LeadWithdrawn fact, Heard heard, Work work, CancellationToken ct) => work.Execute(
        """
        insert into guidance as g (tenant_id, school_year, pupil_id, withdrawn_at) values (@Tenant, @SchoolYear, @PupilId, @WithdrawnAt)
        on conflict (tenant_id, school_year, pupil_id) do update set withdrawn_at = least(g.withdrawn_at, excluded.withdrawn_at)
        where g.withdrawn_at is distinct from least(g.withdrawn_at, excluded.withdrawn_at)
        """,
        new { work.Tenant, fact.SchoolYear, fact.PupilId, fact.WithdrawnAt });
}
