using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>Turns each pupil without a place who has a legal basis into a lead and offers it to institutions; the others wait for their family's agreement.</summary>
/// <remarks>Safe to repeat and in any order of the parts: a pupil has one lead, and who has offers gets no others.</remarks>
public sealed class GrantLeadsWhenGrade10AdmissionFinalized(GrantLeads grant, CorrectLeads correct) : IReaction<Grade10AdmissionFinalized>
{
    public async Task When(Grade10AdmissionFinalized fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        await correct.Note(work, fact.SchoolYear, fact.Pupils, fact.FinalizedAt);
        await grant.To(work, fact.SchoolYear, [.. fact.Pupils.Select(pupil => pupil.PupilId)]);
    }
}
