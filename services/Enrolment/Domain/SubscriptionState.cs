using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>pending → active → failing → suspended (auto, manual, agreement, leak) → closed: who may move a subscription where.</summary>
public static class SubscriptionState
{
    /// <summary>The state after an act of a person, or 409 when it is not theirs to do.</summary>
    /// <param name="state">The state now.</param>
    /// <param name="suspendedFor">Why it is suspended.</param>
    /// <param name="wish">`active`, `paused` (an institution pauses itself), `suspended` (the department, after a leak) or `closed`.</param>
    /// <param name="officer">The department acts, not the institution.</param>
    public static (string State, string? SuspendedFor) After(string state, string? suspendedFor, string wish, bool officer) => (wish, officer, state, suspendedFor) switch
    {
        ("closed", _, not "closed", _) => ("closed", null),
        ("paused", false, "active" or "failing", _) => ("suspended", "manual"),
        ("suspended", true, "active" or "failing" or "suspended", _) => ("suspended", "leak"),
        ("active", false, "suspended", "manual" or "auto") => ("active", null),
        ("active", true, "suspended", _) => ("active", null),
        _ => throw new RuleBroken("transition_not_allowed", "Trạng thái hiện tại không cho phép bước này",
            $"A subscription that is {state}{(suspendedFor is null ? "" : $" ({suspendedFor})")} cannot become {wish} by {(officer ? "the department" : "the institution")}."),
    };
}
