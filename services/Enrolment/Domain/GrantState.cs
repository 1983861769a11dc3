using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>How far an institution has come with one family.</summary>
public static class GrantState
{
    private static readonly Dictionary<string, string[]> Next = new()
    {
        ["offered"] = ["contacted", "refused", "applied", "enrolled"],
        ["contacted"] = ["contacted", "refused", "applied", "enrolled"],
        ["refused"] = ["applied", "enrolled"],            // the family may come by itself
        ["applied"] = ["contacted", "refused", "applied", "enrolled"],
        ["enrolled"] = ["left"],
        ["left"] = ["enrolled"],
    };

    /// <summary>Refuses a step the state does not allow, and lists those it does.</summary>
    public static void MustAllow(string state, string step)
    {
        var allowed = Next.GetValueOrDefault(state, []);
        if (allowed.Contains(step)) return;

        throw new RuleBroken("transition_not_allowed", "Trạng thái hiện tại không cho phép bước này",
            $"From {state} the allowed steps are: {(allowed.Length == 0 ? "none" : string.Join(", ", allowed))}.");
    }

    /// <summary>Where a contact with this outcome leads.</summary>
    public static string After(string outcome, string state) => outcome == "refused" ? "refused" : state == "applied" ? "applied" : "contacted";
}
