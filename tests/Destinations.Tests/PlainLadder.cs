using CareerPlatform.Destinations.Domain;

namespace CareerPlatform.Destinations.Tests;

/// <summary>The ladder written a second time, day by day and fact by fact, without periods: an oracle, not a design.</summary>
internal static class PlainLadder
{
    private static readonly string[] Rungs =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "continuing_education",
        "other_training", "work", "abroad", "not_in_education", "declined",
    ];

    internal static string On(DateOnly day, int cohort, IReadOnlyCollection<Fact> all)
    {
        var facts = all.Where(fact => !all.Any(other => other.Kind == "retraction" && other.Source == fact.Id)).ToList();
        if (facts.Any(fact => fact is { Kind: "situation", Status: "out_of_cohort" } && Told(fact, day, facts, cohort))) return "out_of_cohort";
        return Rungs.FirstOrDefault(rung => facts.Any(fact => fact.Status == rung && Holds(fact, day, facts, cohort))) ?? "not_known";
    }

    private static bool Holds(Fact fact, DateOnly day, List<Fact> facts, int cohort)
    {
        if (fact.Since > day || fact.Since.Year < cohort) return false;
        switch (fact.Kind)
        {
            case "enrolment":
                return OnRoll(fact, day, facts);
            case "situation":
                return fact.Status == "declined" || (Told(fact, day, facts, cohort) && !WentElsewhere(fact, day, facts, cohort, countSituations: false));
            case "admission":
                var stands = facts.Where(other => other.Kind == "admission" && other.Source == fact.Source && other.Since.Year >= cohort).MaxBy(other => (other.Version, other.Id));
                return stands?.Id == fact.Id && !WentElsewhere(fact, day, facts, cohort, countSituations: true);
            default:
                return false;
        }
    }

    private static bool Valid(Fact enrolment, List<Fact> facts)
    {
        var left = facts.Where(other => other.Kind == "departure" && other.Source == enrolment.Source).ToList();
        return left.All(other => other.Reason != "error") && left.All(other => other.Since > enrolment.Since);
    }

    private static bool OnRoll(Fact enrolment, DateOnly day, List<Fact> facts) =>
        Valid(enrolment, facts) && facts.Where(other => other.Kind == "departure" && other.Source == enrolment.Source).All(other => day < other.Since);

    /// <summary>It is the latest situation told of by that day.</summary>
    private static bool Told(Fact fact, DateOnly day, List<Fact> facts, int cohort)
    {
        if (fact.Since > day || fact.Since.Year < cohort) return false;
        var latest = facts.Where(other => other.Kind == "situation" && other.Status != "declined" && other.Since <= day && other.Since.Year >= cohort)
            .OrderBy(other => other.Since).ThenBy(other => other.RecordedAt).ThenBy(other => other.Id).Last();
        return latest.Id == fact.Id;
    }

    private static bool WentElsewhere(Fact fact, DateOnly day, List<Fact> facts, int cohort, bool countSituations)
    {
        bool Compatible(Fact other) => fact.Status == "continuing_education" && other.Status is "gdnn_college" or "gdnn_intermediate" or "gdnn_elementary" or "vocational_upper_secondary" && fact.Status == "continuing_education";
        var attended = facts.Any(other => other.Kind == "enrolment" && other.Since >= fact.Since && other.Since <= day && other.Since.Year >= cohort && Valid(other, facts) && !Compatible(other));
        if (attended || !countSituations) return attended;
        return facts.Any(other => other.Kind == "situation" && other.Status is not ("declined" or "out_of_cohort") && other.Since >= fact.Since && other.Since <= day && !Compatible(other)
            && WasTold(other, facts, cohort));
    }

    /// <summary>It counted from its own day on: no other situation of that day was told later, and no start elsewhere came that very day.</summary>
    private static bool WasTold(Fact situation, List<Fact> facts, int cohort) =>
        Told(situation, situation.Since, facts, cohort) && !WentElsewhere(situation, situation.Since, facts, cohort, countSituations: false);
}
