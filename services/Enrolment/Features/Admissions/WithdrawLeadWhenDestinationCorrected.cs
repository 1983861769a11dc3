using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>A corrected destination counts like a newly recorded one: a place ends the lead, a place that never was opens it again.</summary>
/// <remarks>Safe to repeat and in any order: see <see cref="Placements"/>.</remarks>
public sealed class WithdrawLeadWhenDestinationCorrected(Placements placements) : IReaction<DestinationCorrected>
{
    public Task When(DestinationCorrected fact, Heard heard, Work work, CancellationToken ct) =>
        fact.Level == "lower_secondary" ? placements.Note(work, fact.GraduateId, fact.Status, fact.CorrectedAt) : Task.CompletedTask;
}
