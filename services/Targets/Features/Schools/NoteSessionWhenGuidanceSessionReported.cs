using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>A cluster's session stands as it was last reported: planned, held, cancelled, merged. Who was recorded as attending one that was not held after all was not reached by it.</summary>
/// <remarks>Safe to repeat and safe out of order, also over the streams of its reach: an older version never replaces a newer.</remarks>
public sealed class NoteSessionWhenGuidanceSessionReported : IReaction<GuidanceSessionReported>
{
    private sealed record Session(Guid Id);

    public async Task When(GuidanceSessionReported fact, Heard heard, Work work, CancellationToken ct)
    {
        await SchoolFacts.Keep(work, heard, SchoolFacts.Session, [(fact.SessionId, (int?)null, fact)]);
        await Informed.InOrder(work, new Session(fact.SessionId), sessions => Informed.CountAttended(work, [.. sessions.Select(session => session.Id).Distinct()]));
    }
}
