using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Queues;

/// <summary>What waits for a person of the department: doubtful identities, wrong numbers, areas that cannot be told, the requests desk with its clocks, withdrawals to be confirmed, pupils without a suitable offer.</summary>
public static class ShowQueues
{
    public static readonly string[] All = ["matches", "numbers", "areas", "requests", "withdrawals", "escalations"];

    private const int PageSize = 50;

    /// <summary>What waits for whom: an area's office is given what was escalated in its area.</summary>
    public static IReadOnlyList<string> Of(System.Security.Claims.ClaimsPrincipal user) =>
        user.IsInRole(Policies.Officer) ? All : user.IsInRole(Policies.Approver) ? [.. All.Where(queue => queue != "numbers")] : ["escalations"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/portal/queues", (HttpContext http, Api api, TimeProvider clock, CancellationToken ct, string? queue = null, int? year = null, Guid? after = null, string? done = null) =>
            Page(queue, year, after, done is not null, null, http, api, clock, ct))
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice));

    /// <summary>The page, with what was refused where an act was.</summary>
    public static async Task<IResult> Page(string? queue, int? year, Guid? after, bool done, Problem? refused, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var own = Of(http.User);
        queue = own.Contains(queue) ? queue! : own[0];
        var of = SeasonYear.Of(clock, year);
        var view = new View(queue, own, of, after, done, http.User.IsInRole(Policies.Officer), http.User.IsInRole(Policies.Approver), refused);
        view = queue switch
        {
            "numbers" => view with { Numbers = await api.Get<Numbers>($"http://schools/v1/contact-tasks?limit={PageSize}{(after is null ? "" : $"&after={after}")}", ct) },
            "areas" => view with { Areas = await api.Get<IReadOnlyList<Area>>($"http://schools/v1/areas?kind=commune&limit=1000&date={clock.Today():yyyy-MM-dd}", ct) },
            "requests" => view with { Requests = await api.Get<Requests>("http://schools/v1/data-requests", ct) },
            "withdrawals" => view with { Withdrawals = await api.Get<Withdrawals>($"http://enrolment/v1/revocations?limit={PageSize}", ct), Institutions = await Names(api, ct) },
            "escalations" => view with { Escalations = await api.Get<Escalations>($"http://enrolment/v1/escalations?schoolYear={of}&limit={PageSize}{(after is null ? "" : $"&after={after}")}{await AreaOf(http, of, api, ct)}", ct) },
            "matches" => view with { Rounds = await ShowSeason.Rounds(api, of, ct) },
            _ => view,
        };
        return Pages.Of<QueuesPage>(view, refused?.Status ?? 200);
    }

    /// <summary>An area's office knows its area by the tasks it was given.</summary>
    private static async Task<string> AreaOf(HttpContext http, int year, Api api, CancellationToken ct)
    {
        if (!http.User.IsInRole(Policies.AreaOffice)) return "";
        var tasks = await api.Get<Tasks.ListTasks.Tasks>($"http://targets/v1/tasks?year={year}", ct);
        return tasks.Value?.Items.Select(task => task.Area).FirstOrDefault(area => area is not null) is { } own ? $"&area={Uri.EscapeDataString(own)}" : "";
    }

    private static async Task<IReadOnlyDictionary<Guid, string>> Names(Api api, CancellationToken ct) =>
        (await api.Get<IReadOnlyList<Institution>>("http://enrolment/v1/institutions", ct)).Value?.ToDictionary(one => one.InstitutionId, one => one.Name) ?? [];

    public sealed record View(string Queue, IReadOnlyList<string> Queues, int Year, Guid? After, bool Done, bool IsOfficer, bool IsApprover, Problem? Refused)
    {
        public Answer<IReadOnlyList<ShowSeason.Detail>>? Rounds { get; init; }
        public Answer<Numbers>? Numbers { get; init; }
        public Answer<IReadOnlyList<Area>>? Areas { get; init; }
        public Answer<Requests>? Requests { get; init; }
        public Answer<Withdrawals>? Withdrawals { get; init; }
        public Answer<Escalations>? Escalations { get; init; }
        public IReadOnlyDictionary<Guid, string> Institutions { get; init; } = new Dictionary<Guid, string>();
    }

    /// <summary>Numbers that proved wrong; who it is stands on the pupil's own page.</summary>
    public sealed record Numbers(IReadOnlyList<Number> Items, long Open, Guid? Next);

    public sealed record Number(Guid TaskId, Guid PupilId, int SchoolYear, DateTimeOffset RaisedAt);

    public sealed record Area(string Code, string Name, IReadOnlyList<Predecessor> Predecessors);

    /// <param name="Suspect">Why nothing follows this succession by itself; null where it is sure.</param>
    public sealed record Predecessor(string Code, string? Name, string? Suspect);

    public sealed record Requests(IReadOnlyList<Request> Items);

    public sealed record Request(
        Guid RequestId, Guid PupilId, string Kind, string AskedBy, DateTimeOffset ReceivedAt, DateTimeOffset AnswerBy, DateTimeOffset? AnsweredAt, DateTimeOffset DueAt, int? ExtendedByDays,
        int AnswerAlarm, int DueAlarm);

    public sealed record Withdrawals(IReadOnlyList<Withdrawal> Items, long Open, long Overdue);

    public sealed record Withdrawal(Guid LeadId, Guid InstitutionId, string? Reason, DateTimeOffset RevokedAt, DateTimeOffset DueAt, int DaysLeft, DateTimeOffset? ToldAt);

    public sealed record Escalations(IReadOnlyList<Escalation> Items, long Open, Guid? Next);

    public sealed record Escalation(Guid LeadId, string Commune, string? District, int Offers, int Tried, DateTimeOffset RaisedAt);

    private sealed record Institution(Guid InstitutionId, string Name);
}
