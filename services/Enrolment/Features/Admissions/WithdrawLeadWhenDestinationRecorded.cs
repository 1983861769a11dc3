using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>A pupil who is known to be somewhere else is not contacted any more.</summary>
/// <remarks>Safe to repeat and in any order: see <see cref="Placements"/>.</remarks>
public sealed class WithdrawLeadWhenDestinationRecorded(Placements placements) : IReaction<DestinationRecorded>
{
    public Task When(DestinationRecorded fact, Heard heard, Work work, CancellationToken ct) =>
        fact.Level == "lower_secondary" ? placements.Note(work, fact.GraduateId, fact.Status, fact.RecordedAt) : Task.CompletedTask;
}
