using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>A school's career programme stands as it was last reported.</summary>
/// <remarks>Safe to repeat and safe out of order: the fact tells the whole programme, and an older version never replaces a newer.</remarks>
public sealed class NoteProgrammeWhenCareerProgrammeReported : IReaction<CareerProgrammeReported>
{
    public Task When(CareerProgrammeReported fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(work, heard, SchoolFacts.Programme, [(fact.ProgrammeId, (int?)fact.SchoolYear, fact)]);
}
