using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Guidance;

/// <summary>A family was contacted, or at least tried; the first time and whether anybody was reached count.</summary>
/// <remarks>Safe to repeat and safe out of order: the row's key is the pupil and school year, and the column only ever moves one way.</remarks>
public sealed class NoteContactWhenContactLogged : IReaction<ContactLogged>
{
    public Task When(ContactLogged fact, Heard heard, Work work, CancellationToken ct) => work.Execute(
        """
        insert into guidance as g (tenant_id, school_year, pupil_id, first_contact_at, reached) values (@Tenant, @SchoolYear, @PupilId, @ContactedAt, @Reached)
        on conflict (tenant_id, school_year, pupil_id) do update set
          first_contact_at = least(g.first_contact_at, excluded.first_contact_at), reached = g.reached or excluded.reached;
        insert into guidance_contacts (tenant_id, school_year, pupil_id, institution, contacted_at) values (@Tenant, @SchoolYear, @PupilId, @Institution, @ContactedAt) on conflict do nothing
        """,
        new { work.Tenant, fact.SchoolYear, fact.PupilId, fact.Institution, fact.ContactedAt, Reached = fact.Outcome is "reached" or "refused" or "interested" or "will_enrol" or "asked_to_stop" });
}
