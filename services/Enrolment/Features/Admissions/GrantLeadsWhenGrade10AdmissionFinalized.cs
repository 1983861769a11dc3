using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>Turns each pupil without a place who has a legal basis into a lead and offers it to institutions; the others wait for their family's agreement.</summary>
/// <remarks>Safe to repeat and in any order of the parts: a pupil has one lead, and who has offers gets no others.</remarks>
public sealed class GrantLeadsWhenGrade10AdmissionFinalized(GrantLeads grant, CorrectLeads correct) : IReaction<Grade10AdmissionFinalized>
{
    public Task When(Grade10AdmissionFinalized fact, Heard heard, Work work, CancellationToken ct)
    {
        work.AtOnce(fact, parts => Settle(work, parts));
        return Task.CompletedTask;
    }

    private async Task Settle(Work work, IReadOnlyList<Grade10AdmissionFinalized> parts)
    {
        await work.LockLeads();
        foreach (var round in parts.GroupBy(part => (part.SchoolYear, part.FinalizedAt)).OrderBy(round => round.Key.FinalizedAt))
        {
            var pupils = round.SelectMany(part => part.Pupils).DistinctBy(pupil => pupil.PupilId).ToList();
            await work.PlanAnew();
            await correct.Note(work, round.Key.SchoolYear, pupils, round.Key.FinalizedAt);
            await grant.To(work, round.Key.SchoolYear, [.. pupils.Select(pupil => pupil.PupilId)]);
        }
    }
}
