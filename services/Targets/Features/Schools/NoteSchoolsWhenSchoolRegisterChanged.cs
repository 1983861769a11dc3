using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Keeps the register of schools by period, the denominator of everything counted by school.</summary>
/// <remarks>Safe to repeat and safe out of order: a period is named by school and first day, and an older version never replaces a newer.</remarks>
public sealed class NoteSchoolsWhenSchoolRegisterChanged : IReaction<SchoolRegisterChanged>
{
    public Task When(SchoolRegisterChanged fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(
        work, heard, SchoolFacts.School, fact.Schools.Select(school => (StreamIds.Of("school-period", school.School, school.ValidFrom), (int?)null, school)));
}
