using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>What must be ready for a plan's conference, item by item: the review report, each speech assigned or asked for, each group of invitees, the programme, the awards, the money.</summary>
/// <remarks>Items, titles and speakers are the plan's: Bà Rịa-Vũng Tàu 225/KH-UBND, II–V and VI.1. The source gives no dates inside but the conference's week, so an item is due on its last day unless the department says otherwise.</remarks>
public sealed record ConferenceItem
{
    public required string Code { get; init; }

    /// <summary>`report`, `speech`, `invitees`, `programme`, `award` or `budget`.</summary>
    public required string Kind { get; init; }

    public required Text Title { get; init; }
    public Text? Topic { get; init; }

    /// <summary>Functions of those who do it, after the succession; empty where the plan names nobody.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    public required string Clause { get; init; }
    public required DateOnly Due { get; init; }
    public required string State { get; init; }
    public string? Responsible { get; init; }
    public int? Invited { get; init; }
    public int? Confirmed { get; init; }
    public int? Attended { get; init; }
    public int Version { get; init; }

    /// <summary>In the order in which an item goes on; the last means that it is ready. A speech may be declined, too.</summary>
    public static IReadOnlyList<string> StatesOf(string kind) => kind switch
    {
        "report" => ["missing", ReportState.Draft, ReportState.Returned, ReportState.Submitted, ReportState.Approved],
        "speech" => ["open", "asked", "promised", "received", "approved"],
        "invitees" => ["open", "invited", "confirmed"],
        "programme" => ["open", "drafted", "approved"],
        "award" => ["open", "proposed", "decided"],
        "budget" => ["open", "estimated", "approved", "settled"],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public bool Ready => State == "declined" || State == StatesOf(Kind)[^1];

    public int DaysLate(DateOnly today) => Ready ? 0 : Math.Max(0, today.DayNumber - Due.DayNumber);

    /// <summary>Goes on to another state of its kind; back only with a reason.</summary>
    public ConferenceItem To(string state, string? note)
    {
        if (Kind == "report") throw new RuleBroken("follows_report", "Trạng thái theo báo cáo sơ kết", "This item follows the review report itself.");
        var states = StatesOf(Kind);
        if (!states.Contains(state) && !(Kind == "speech" && state == "declined"))
            throw new RuleBroken("state_invalid", "Trạng thái không hợp lệ", $"An item of this kind is {string.Join(", ", states)}{(Kind == "speech" ? " or declined" : "")}.", 422);
        if ((state == "declined" || Place(state) < Place(State)) && string.IsNullOrWhiteSpace(note))
            throw new RuleBroken("reason_required", "Cần nêu lý do", "Say why it goes back or is declined.", 422);
        return this with { State = state };

        int Place(string one) => one == "declined" ? states.Count : states.ToList().IndexOf(one);
    }

    /// <summary>All items of a plan's conference as nobody has touched them yet; empty where the plan calls none.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="report">State of the review report; null while there is none.</param>
    public static IReadOnlyList<ConferenceItem> Of(Plan plan, string? report)
    {
        if (plan.Conference is not { } conference) return [];
        var last = LastDay(plan);
        return
        [
            Make("report", "report", conference.Title, conference.Clause) with { State = report ?? "missing" },
            .. conference.Speeches.Select((speech, n) => Make("speech", $"speech-{n + 1}", speech.Author, speech.Clause) with
            {
                Topic = speech.Topic,
                Owners = [.. speech.Functions.SelectMany(function => TaskCalendar.HoldersOf(function, last, plan.Parameters.Succession)).Distinct()],
            }),
            .. Lines("invitees", conference.Invitees), .. Lines("programme", conference.Programme), .. Lines("award", conference.Awards),
            .. plan.Funding.Take(1).Select(source => Make("budget", "budget", source.Source, source.Clause)),
        ];

        IEnumerable<ConferenceItem> Lines(string kind, Lines? lines) => (lines?.Items ?? []).Select((item, n) => Make(kind, $"{kind}-{n + 1}", item, lines!.Clause));
        ConferenceItem Make(string kind, string code, Text title, string clause) => new() { Code = code, Kind = kind, Title = title, Clause = clause, Due = last, State = StatesOf(kind)[0] };
    }

    /// <summary>The last day on which the plan lets the conference be.</summary>
    public static DateOnly LastDay(Plan plan) => TaskCalendar.Of(plan, plan.Conference!.Due.InYear ?? plan.Period.To).Where(one => one.Kind == "conference").Select(one => one.LastDay ?? one.Until)
        .DefaultIfEmpty(new DateOnly(plan.Period.To, 12, 31)).First();
}
