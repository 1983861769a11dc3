using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>A school's facility stands as it was last reported.</summary>
/// <remarks>Safe to repeat and safe out of order: an older version never replaces a newer.</remarks>
public sealed class NoteFacilityWhenGuidanceFacilityReported : IReaction<GuidanceFacilityReported>
{
    public Task When(GuidanceFacilityReported fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(work, heard, SchoolFacts.Facility, [(heard.StreamId, (int?)null, fact)]);
}
