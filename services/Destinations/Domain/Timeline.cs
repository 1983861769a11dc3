namespace CareerPlatform.Destinations.Domain;

/// <summary>Where a graduate was from one day on, until the next period begins.</summary>
public sealed record Period(string Status, DateOnly Since, Guid? Institution, bool DualTrack);

/// <summary>The ladder as a pure function: everything known about a person in, one status for every date out.</summary>
/// <remarks>
/// The order in which facts became known does not matter, nor how often each was heard. Before the first period the person is not known.
/// Rules of indicators.md: 2 (one status, the highest rung), 6 (dual track once, at the trade level), 7 (facts before the cohort's year are not its outcome).
/// </remarks>
public static class Timeline
{
    /// <summary>The periods of one graduate, oldest first; empty while nothing is known.</summary>
    public static IReadOnlyList<Period> Of(string level, int cohort, IReadOnlyCollection<Fact> known)
    {
        var retracted = known.Where(fact => fact.Kind == FactKind.Retraction).Select(fact => fact.Source).ToHashSet();
        var facts = known.Where(fact => !retracted.Contains(fact.Id)).DistinctBy(fact => fact.Id).ToList();
        var spells = Enrolments(facts, cohort);
        spells.AddRange(Situations(facts, cohort, attended: spells));
        if (level == "lower_secondary") spells.AddRange(Places(facts, cohort, elsewhere: spells));

        var periods = new List<Period>();
        foreach (var day in spells.SelectMany(spell => new[] { spell.From, spell.To }).Where(day => day < DateOnly.MaxValue).Distinct().Order())
        {
            var now = At(day, spells);
            if (periods.Count == 0 ? now.Status == Status.NotKnown : periods[^1] with { Since = day } == now) continue;
            periods.Add(now);
        }
        return periods;
    }

    /// <summary>The status on one day; not known before the first period.</summary>
    public static string On(DateOnly day, IReadOnlyList<Period> periods) =>
        periods.LastOrDefault(period => period.Since <= day)?.Status ?? Status.NotKnown;

    /// <summary>The day since when the current status holds without a break; null while nothing is known.</summary>
    public static DateOnly? Since(IReadOnlyList<Period> periods)
    {
        if (periods.Count == 0) return null;
        var first = periods.Count - 1;
        while (first > 0 && periods[first - 1].Status == periods[^1].Status) first--;
        return periods[first].Since;
    }

    private static Period At(DateOnly day, List<Spell> spells)
    {
        var open = spells.Where(spell => spell.From <= day && day < spell.To).ToList();
        var best = open
            .OrderBy(spell => spell.Status == Status.OutOfCohort ? -1 : Status.Rank(spell.Status))
            .ThenBy(spell => spell.From)                         // two colleges at once: the earliest confirmed start is the primary one
            .ThenBy(spell => spell.Institution)
            .FirstOrDefault();
        if (best is null) return new Period(Status.NotKnown, day, null, false);

        var dual = Status.IsTrade(best.Status) && open.Exists(spell => spell.Culture);
        return new Period(best.Status, day, best.Institution, dual);
    }

    /// <summary>From the confirmed start to the day no longer on the roll; an enrolment that proved to be an error never was.</summary>
    private static List<Spell> Enrolments(List<Fact> facts, int cohort)
    {
        var departures = facts.Where(fact => fact.Kind == FactKind.Departure).ToLookup(fact => fact.Source);
        return facts
            .Where(fact => fact.Kind == FactKind.Enrolment && fact.Since.Year >= cohort && departures[fact.Source].All(left => left.Reason != "error"))
            .Select(fact => new Spell(
                fact.Status!, fact.Since, departures[fact.Source].Select(left => left.Since).DefaultIfEmpty(DateOnly.MaxValue).Min(), fact.Institution, fact.Culture))
            .Where(spell => spell.From < spell.To)
            .ToList();
    }

    /// <summary>Each reported situation holds until the next one, or until attendance elsewhere; "declined to say" says nothing about the others and never ends one.</summary>
    private static List<Spell> Situations(List<Fact> facts, int cohort, List<Spell> attended)
    {
        var reported = facts.Where(fact => fact.Kind == FactKind.Situation && fact.Since.Year >= cohort).ToList();
        var told = reported.Where(fact => fact.Status != Status.Declined)
            .GroupBy(fact => fact.Since)
            .Select(sameDay => sameDay.OrderBy(fact => fact.RecordedAt).ThenBy(fact => fact.Id).Last())
            .OrderBy(fact => fact.Since)
            .ToList();
        var spells = told
            .Select((fact, index) => Until(Left(fact, attended), fact, index + 1 < told.Count ? told[index + 1].Since : DateOnly.MaxValue))
            .ToList();
        spells.AddRange(reported.Where(fact => fact.Status == Status.Declined).Select(fact => Until(DateOnly.MaxValue, fact, DateOnly.MaxValue)));
        return spells.Where(spell => spell.From < spell.To).ToList();
    }

    /// <summary>The standing result of each round. A place is not attendance: whoever starts somewhere else afterwards has left it.</summary>
    private static List<Spell> Places(List<Fact> facts, int cohort, List<Spell> elsewhere) =>
        facts.Where(fact => fact.Kind == FactKind.Admission && fact.Since.Year >= cohort)
            .GroupBy(fact => fact.Source)
            .Select(round => round.MaxBy(fact => (fact.Version, fact.Id))!)
            .Where(result => result.Status is not null)
            .Select(result => Until(Left(result, elsewhere), result, DateOnly.MaxValue) with { Culture = result.Status == Status.ContinuingEducation })
            .Where(spell => spell.From < spell.To)
            .ToList();

    private static Spell Until(DateOnly left, Fact fact, DateOnly next) => new(fact.Status!, fact.Since, left < next ? left : next, fact.Institution, false);

    /// <summary>
    /// The first day the person is known to have started somewhere else. A trade beside the culture programme of a continuing education centre is a dual
    /// track and leaves that programme as it is; who is out of the cohort stays out.
    /// </summary>
    private static DateOnly Left(Fact fact, List<Spell> elsewhere) =>
        fact.Status == Status.OutOfCohort
            ? DateOnly.MaxValue
            : elsewhere
                .Where(spell => spell.From >= fact.Since
                    && spell.Status is not (Status.Declined or Status.OutOfCohort)
                    && !(fact.Status == Status.ContinuingEducation && Status.IsTrade(spell.Status)))
                .Select(spell => spell.From)
                .DefaultIfEmpty(DateOnly.MaxValue)
                .Min();

    private sealed record Spell(string Status, DateOnly From, DateOnly To, Guid? Institution, bool Culture);
}
