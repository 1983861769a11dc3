using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>A cluster's session stands as it was last reported: planned, held, cancelled, merged.</summary>
/// <remarks>Safe to repeat and safe out of order: an older version never replaces a newer.</remarks>
public sealed class NoteSessionWhenGuidanceSessionReported : IReaction<GuidanceSessionReported>
{
    public Task When(GuidanceSessionReported fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(work, heard, SchoolFacts.Session, [(fact.SessionId, (int?)null, fact)]);
}
