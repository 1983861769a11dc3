using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>A pupil admitted in another round has no lead any more, and gets none from older results that come later.</summary>
/// <remarks>Safe to repeat and in any order: the newest word about a pupil counts.</remarks>
public sealed class WithdrawLeadsWhenGrade10PupilsAdmitted(TimeProvider clock) : IReaction<Grade10PupilsAdmitted>
{
    public async Task When(Grade10PupilsAdmitted fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        var newest = await work.NoteOutcome(fact.SchoolYear, [.. fact.Pupils.Select(pupil => (pupil.PupilId, "admitted"))], fact.FinalizedAt);
        await work.Withdraw([.. newest.Select(pupil => (pupil, "placed"))], clock.GetUtcNow(), fact.SchoolYear);
    }
}
