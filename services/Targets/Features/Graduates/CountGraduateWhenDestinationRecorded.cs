using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>The numerator follows a graduate to the status that became known.</summary>
/// <remarks>Safe to repeat and safe out of order, also before the graduate is recognised: see <see cref="Whereabouts"/>.</remarks>
public sealed class CountGraduateWhenDestinationRecorded(PlanRegistry plans) : IReaction<DestinationRecorded>
{
    public Task When(DestinationRecorded fact, Heard heard, Work work, CancellationToken ct) => Whereabouts.Note(
        work,
        heard,
        plans.Parameters(fact.Province, fact.Cohort),
        fact.GraduateId,
        fact.Cohort,
        fact.Level,
        fact.Timeline ?? [new DestinationPeriod { Status = fact.Status, Since = fact.Since, DualTrack = fact.DualTrack }]);
}
