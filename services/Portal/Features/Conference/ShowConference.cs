using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Conference;

/// <summary>The kit of a plan's conference: speeches assigned and asked for, invitees, programme, awards and money, each with its state and who is late; the department notes how they stand and that it was held.</summary>
public static class ShowConference
{
    public const string Home = "/portal/reports/conference";

    public static readonly string[] Readers = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader];

    /// <summary>In which order an item of a kind goes on. The review report follows itself.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> States = new Dictionary<string, string[]>
    {
        ["report"] = [],
        ["speech"] = ["open", "asked", "promised", "received", "approved", "declined"],
        ["invitees"] = ["open", "invited", "confirmed"],
        ["programme"] = ["open", "drafted", "approved"],
        ["award"] = ["open", "proposed", "decided"],
        ["budget"] = ["open", "estimated", "approved", "settled"],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, (Person person, Api api, TimeProvider clock, CancellationToken ct, string? plan = null, string? done = null) => Page(plan, done is not null, null, person, api, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(Readers));
        routes.MapPost(Home, Act).RequireAuthorization(Policies.Officer);
    }

    public static async Task<IResult> Act(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var plan = form.Text("plan");
        var conference = $"http://targets/v1/conferences/{Uri.EscapeDataString(plan)}";
        var answer = form["act"].ToString() switch
        {
            "item" => await api.Put<Api.Nothing>($"{conference}/items/{Uri.EscapeDataString(form.Text("item"))}", new
            {
                state = form["state"].ToString(),
                due = form.Day("due"),
                responsible = form.Given("responsible"),
                note = form.Given("note"),
                invited = form.Number("invited"),
                confirmed = form.Number("confirmed"),
                attended = form.Number("attended"),
            }, ct),
            "held" => await api.Put<Api.Nothing>($"{conference}/held", new { on = form.Day("on") ?? default, sessions = form.Number("sessions") ?? 0, attended = form.Number("attended") ?? -1 }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(plan, false, problem, person, api, clock, ct) : Pages.GoTo($"{Home}?plan={Uri.EscapeDataString(plan)}&done=1");
    }

    private static async Task<IResult> Page(string? plan, bool done, Problem? refused, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var plans = await api.Get<Plans>("http://targets/v1/plans", ct);
        // Which of the plans that hold here call a conference, their own service knows: the others are 404.
        var held = await Task.WhenAll((plans.Value?.Items ?? []).Where(one => one.Province is null || one.Province == person.Tenant).Select(one => api.Get<Kit>($"http://targets/v1/conferences/{Uri.EscapeDataString(one.Id)}", ct)));
        var kits = held.Select(one => one.Value).OfType<Kit>().ToList();
        var away = plans.Problem ?? held.Select(one => one.Problem).FirstOrDefault(problem => problem is { Status: not 404 });
        return Pages.Of<ConferencePage>(new View(kits.FirstOrDefault(kit => kit.Plan == plan) ?? kits.FirstOrDefault(), kits, clock.Today(), away, person.Is(Policies.Officer), done, refused), refused?.Status ?? 200);
    }

    /// <param name="Kit">Null where no plan calls a conference.</param>
    public sealed record View(Kit? Kit, IReadOnlyList<Kit> Kits, DateOnly Today, Problem? Away, bool MayWork, bool Done, Problem? Refused);

    public sealed record Plans(IReadOnlyList<Plan> Items);

    public sealed record Plan(string Id, string? Province);

    /// <param name="LastDay">The last day on which the plan lets it be.</param>
    /// <param name="HeldOn">Null while it was not held.</param>
    public sealed record Kit(string Plan, ShowDashboard.Said Title, string? Place, DateOnly LastDay, DateOnly? HeldOn, int? Sessions, int? Attended, int Ready, int Awarded, IReadOnlyList<Item> Items);

    public sealed record Item(string Code, string Kind, ShowDashboard.Said Title, ShowDashboard.Said? Topic, string? Responsible, string Clause, DateOnly Due, string State, bool Ready, int DaysLate, int? Invited, int? Confirmed, int? Attended);
}
