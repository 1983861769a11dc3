using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>A counsellor's decisions, certificates and leaves stand as they were last reported.</summary>
/// <remarks>Safe to repeat and safe out of order: the fact tells everything of one person, and an older version never replaces a newer.</remarks>
public sealed class NoteCounsellorWhenCounsellorReported : IReaction<CounsellorReported>
{
    public Task When(CounsellorReported fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(work, heard, SchoolFacts.Counsellor, [(fact.Counsellor, (int?)null, fact)]);
}
