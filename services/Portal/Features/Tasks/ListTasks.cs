using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Tasks;

/// <summary>What the plan in force asks to be done in a year: who, until when, how it stands; who is late is on top. An area office or a school sees its own.</summary>
public static class ListTasks
{
    public static readonly string[] Roles = [Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.School, Policies.Inspector, Policies.Leader];

    /// <summary>In the order in which they need somebody.</summary>
    public static readonly string[] States = ["overdue", "returned", "not_begun", "in_progress", "submitted", "waiting", "accepted", "dropped"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/tasks", Handle).RequireAuthorization(policy => policy.RequireRole(Roles));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? state = null)
    {
        var of = SeasonYear.Known(year) ?? clock.Today().Year;
        state = States.Contains(state) ? state : null;
        return Pages.Of<TasksPage>(new View(of, state, await api.Get<Tasks>($"http://targets/v1/tasks?year={of}{(state is null ? "" : $"&state={state}")}", ct)));
    }

    /// <summary>Tone of a state.</summary>
    public static string? ToneOf(string state) => state switch { "accepted" => "good", "overdue" => "bad", "returned" or "submitted" => "warn", _ => null };

    public sealed record View(int Year, string? State, Answer<Tasks> Tasks);

    public sealed record Tasks(DateOnly Today, IReadOnlyList<Item> Items);

    public sealed record Item(
        Guid TaskId, string Code, ShowDashboard.Said Title, string Clause, ShowDashboard.Said? OwnerTitle, string Owner, string? Area, string? AreaName, DateOnly LastDay, DateOnly LateUntil, string State, int DaysLate, IReadOnlyList<string> OpenDependencies);
}
