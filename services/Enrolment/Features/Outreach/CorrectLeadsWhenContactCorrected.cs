using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Admissions;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>A school corrected how a family is reached: who holds the lead is told to read it again, and with the new number the family still hears from two institutions.</summary>
/// <remarks>Safe to repeat and in any order with results: the newest contact counts, whichever message brings it.</remarks>
public sealed class CorrectLeadsWhenContactCorrected(TimeProvider clock) : IReaction<ContactCorrected>
{
    public async Task When(ContactCorrected fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        var newest = await work.Execute(
            """
            insert into contact_correction (tenant_id, pupil_id, sealed_contact, family_key, at) values (@Tenant, @PupilId, @SealedContact, @FamilyKey, @CorrectedAt)
            on conflict (tenant_id, pupil_id) do update set sealed_contact = excluded.sealed_contact, family_key = excluded.family_key, at = excluded.at where contact_correction.at < excluded.at
            """, new { work.Tenant, fact.PupilId, fact.SealedContact, fact.FamilyKey, fact.CorrectedAt });
        if (newest == 0) return;

        var now = clock.GetUtcNow();
        foreach (var year in await work.ApplyCorrections([fact.PupilId]))
        {
            await work.JoinFamily(year, fact.PupilId, now);
            await work.Tell(await work.Held("l.school_year = @Year and l.pupil_id = @PupilId", "corrected", new { work.Tenant, Year = year, fact.PupilId }), now);
        }
    }
}
