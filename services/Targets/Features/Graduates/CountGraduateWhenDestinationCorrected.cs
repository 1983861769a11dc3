using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>The numerator follows a graduate to the corrected status.</summary>
/// <remarks>Safe to repeat and safe out of order, also before the graduate is recognised: see <see cref="Whereabouts"/>.</remarks>
public sealed class CountGraduateWhenDestinationCorrected(PlanRegistry plans) : IReaction<DestinationCorrected>
{
    public Task When(DestinationCorrected fact, Heard heard, Work work, CancellationToken ct) => Whereabouts.Note(
        work,
        heard,
        plans.Parameters(fact.Province, fact.Cohort),
        fact.GraduateId,
        fact.Cohort,
        fact.Level,
        fact.Timeline ?? [new DestinationPeriod { Status = fact.Status, Since = fact.Since, DualTrack = fact.DualTrack }]);
}
