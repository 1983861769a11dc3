using System.Globalization;

namespace CareerPlatform.Targets.Domain;

/// <summary>One thing that somebody must do, once: a task, a report, an item of a phase or a conference, in the year or part of it that it belongs to.</summary>
public sealed record Occurrence
{
    /// <summary>`task`, `report`, `phase_item` or `conference`.</summary>
    public required string Kind { get; init; }

    public required string Code { get; init; }
    public required Text Title { get; init; }
    public required string Clause { get; init; }

    /// <summary>2024, 2024-H1, 2024-Q3, or from–to for what belongs to several years.</summary>
    public required string Period { get; init; }

    /// <summary>Not to be begun before; null where an event decides that has not happened.</summary>
    public required DateOnly? From { get; init; }

    /// <summary>Last day of the period.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>The date as the plan says it; null where it says none.</summary>
    public DateOnly? Due { get; init; }

    /// <summary>The last day in time: the due date, or the day before where the text says "before".</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Closed after its last day it counts as late, and may still be closed until this day.</summary>
    public required DateOnly LateAcceptedUntil { get; init; }

    /// <summary>From this day on nobody may change it.</summary>
    public required DateOnly LockedFrom { get; init; }

    /// <summary>The functions that the plan gives it to, as the plan names them.</summary>
    public required IReadOnlyList<string> Leads { get; init; }

    /// <summary>Who does that work on the last day; more than one where a function was divided.</summary>
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>Codes of what must be done first, in the same period.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How it stands; `waiting` for an event or for its first day.</summary>
    public string StateOn(DateOnly today, DateOnly? closedOn = null)
    {
        var lastDay = LastDay ?? Until;
        if (closedOn is { } closed) return closed <= lastDay ? "done" : "done_late";
        if (today >= LockedFrom) return "locked";
        if (today > LateAcceptedUntil) return "missed";
        if (today > lastDay) return "late";
        return From is null || today < From ? "waiting" : "open";
    }
}

/// <summary>Makes the occurrences of a plan's tasks, reports, phases and conference. Plain functions of the plan, the year and what has happened.</summary>
public static class TaskCalendar
{
    /// <summary>What belongs to one year; empty outside the plan's period. What the plan was too late for, by the day it took effect, is left out.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="year">The year.</param>
    /// <param name="events">Days on which this year's events happened, by <see cref="CalendarEvent"/>.</param>
    public static IReadOnlyList<Occurrence> Of(Plan plan, int year, IReadOnlyDictionary<string, DateOnly>? events = null)
    {
        if (!plan.Covers(year)) return [];
        IEnumerable<Occurrence> all =
        [
            .. plan.Tasks.SelectMany(task => Spans(plan, task.Recurrence, task.Due, year).Select(span => Make(plan, "task", task.Code, task.Title, task.Clause, span, task.Due,
                task is { Leads.Count: 0, LeadByRule: { } stand } ? [stand] : task.Leads, task.NotBefore, task.DependsOn, events))),
            .. plan.Reporting.SelectMany(duty => Spans(plan, duty.Recurrence, duty.Due, year).Select(span => Make(plan, "report", duty.Code, duty.Title, duty.Clause, span, duty.Due, duty.From, null, [], events))),
            .. plan.Phases.Where(phase => phase.From == year).SelectMany(phase => phase.Items.Select((item, n) =>
                Make(plan, "phase_item", $"{phase.Clause}.{n + 1}", item.Title, phase.Clause, Years(phase.From, phase.To), item.Due ?? None, [], null, [], events))),
            .. plan.Conference is { } conference && conference.Due.InYear == year
                ? [Make(plan, "conference", "conference", conference.Title, conference.Clause, Years(year, year), conference.Due, [], null, [], events)]
                : (Occurrence[])[],
        ];
        return [.. all.Where(one => (one.LastDay ?? one.Until) >= EffectiveFrom(plan))];
    }

    /// <summary>Who does the work of a function on a day: by the plan's own succession, otherwise by the general one, over as many steps as there were.</summary>
    public static IReadOnlyList<string> HoldersOf(string function, DateOnly day, IReadOnlyList<Succession> own)
    {
        return [.. Holders(function, []).Distinct()];

        IEnumerable<string> Holders(string code, HashSet<string> seen)
        {
            if (!seen.Add(code)) return [code];
            var rules = own.Any(step => step.Function == code) ? own : Succession.General;
            var step = rules.Where(step => step.Function == code && step.From <= day).MaxBy(step => step.From);
            return step is null ? [code] : step.To.SelectMany(next => Holders(next, [.. seen]));
        }
    }

    private static readonly Due None = new() { Kind = "none" };

    private sealed record Span(string Name, DateOnly From, DateOnly Until);

    /// <summary>The spans of this year that a recurrence has. What comes once stands in the year it is due, without a date in the plan's first year.</summary>
    private static IEnumerable<Span> Spans(Plan plan, string recurrence, Due due, int year) => recurrence switch
    {
        "yearly" => [Years(year, year)],
        "six_monthly" => Parts(year, 'H', 2),
        "quarterly" => Parts(year, 'Q', 4),
        "per_phase" => plan.Phases.Where(phase => phase.To == year).Select(phase => Years(phase.From, phase.To)),
        "once" when due.InYear is { } single => single == year ? [Years(year, year)] : [],
        _ => year == plan.Period.From ? [Years(plan.Period.From, plan.Period.To)] : [],
    };

    private static Span Years(int from, int to) => new(from == to ? $"{from}" : $"{from}–{to}", new(from, 1, 1), new(to, 12, 31));

    private static IEnumerable<Span> Parts(int year, char letter, int parts) => Enumerable.Range(0, parts).Select(part =>
    {
        var from = new DateOnly(year, (12 / parts * part) + 1, 1);
        return new Span($"{year}-{letter}{part + 1}", from, from.AddMonths(12 / parts).AddDays(-1));
    });

    private static Occurrence Make(
        Plan plan, string kind, string code, Text title, string clause, Span span, Due due, IReadOnlyList<string> leads, string? notBefore, IReadOnlyList<string> dependsOn,
        IReadOnlyDictionary<string, DateOnly>? events)
    {
        var (from, date) = Dates(due, span);
        if (notBefore is not null) from = InYear(notBefore, span.Until.Year);
        if (due.Event is { } awaited) from = events is not null && events.TryGetValue(awaited, out var happened) ? happened : null;
        var lastDay = due.StrictlyBefore ? date?.AddDays(-1) : date;
        var end = date ?? span.Until;
        var rules = plan.Parameters.TaskDates ?? TaskDates.Default;
        return new Occurrence
        {
            Kind = kind,
            Code = code,
            Title = title,
            Clause = clause,
            Period = span.Name,
            From = from,
            Until = span.Until,
            Due = date,
            LastDay = lastDay,
            LateAcceptedUntil = end.AddDays(rules.LateAcceptedDays),
            LockedFrom = end.AddDays(rules.LockedAfterDays),
            Leads = leads,
            Owners = [.. leads.SelectMany(lead => HoldersOf(lead, lastDay ?? span.Until, plan.Parameters.Succession)).Distinct()],
            DependsOn = dependsOn,
        };
    }

    /// <summary>First day and due date. A week is counted in sevens from the first of the month, the last one from its end.</summary>
    private static (DateOnly? From, DateOnly? Due) Dates(Due due, Span span)
    {
        switch (due.Kind)
        {
            case "yearly": return (span.From, InYear(due.Day!, span.Until.Year));
            case "date": return (span.From, due.Date);
            case "year" or "year_end": return (span.From, new DateOnly(due.Year!.Value, 12, 31));
            case "period": return (new DateOnly(due.From!.Value, 1, 1), new DateOnly(due.To!.Value, 12, 31));
            case "week":
                var first = DateOnly.ParseExact($"{due.Month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
                var end = due.Week == "last" ? first.AddMonths(1).AddDays(-1) : first.AddDays((7 * (Array.IndexOf(Weeks, due.Week) + 1)) - 1);
                return (end.AddDays(-6), end);
            default: return (span.From, null);
        }
    }

    private static readonly string[] Weeks = ["first", "second", "third", "fourth"];

    private static DateOnly InYear(string day, int year) => DateOnly.ParseExact($"{year}-{day}", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly EffectiveFrom(Plan plan) => plan.EffectiveFrom ?? plan.Date
        ?? (plan.Month is { } month ? DateOnly.ParseExact($"{month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture) : new DateOnly(plan.Period.From, 1, 1));
}
