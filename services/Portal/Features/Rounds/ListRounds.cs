using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Rounds;

/// <summary>The rounds of all years, the newest first; an officer opens another one here.</summary>
public static class ListRounds
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/rounds", (HttpContext http, Api api, TimeProvider clock, CancellationToken ct) => Show(http, api, clock, null, ct)).RequireAuthorization(policy => policy.RequireRole(ShowSeason.Roles));
        routes.MapPost("/portal/rounds", Open).RequireAuthorization(Policies.Officer);
    }

    public static async Task<IResult> Open(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Post<Opened>("http://schools/v1/rounds", new { schoolYear = form.Number("schoolYear") ?? 0, number = form.Number("number") ?? 0, name = form.Text("name") }, form["key"].ToString(), ct);
        return answer.Value is { } opened ? Pages.GoTo($"/portal/rounds/{opened.RoundId}") : await Show(http, api, clock, answer.Problem, ct);
    }

    private static async Task<IResult> Show(HttpContext http, Api api, TimeProvider clock, Problem? problem, CancellationToken ct)
    {
        var rounds = await api.Get<IReadOnlyList<ShowSeason.Round>>("http://schools/v1/rounds", ct);
        var year = SeasonYear.Of(clock);
        var next = (rounds.Value?.Where(round => round.SchoolYear == year).Max(round => (int?)round.Number) ?? 0) + 1;
        return Pages.Of<RoundsPage>(new View(rounds, year, next, http.User.IsInRole(Policies.Officer), problem), problem?.Status ?? 200);
    }

    public sealed record View(Answer<IReadOnlyList<ShowSeason.Round>> Rounds, int Year, int NextNumber, bool MayOpen, Problem? Refused);

    private sealed record Opened(Guid RoundId);
}
