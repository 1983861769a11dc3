using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.School;

/// <summary>One pupil for the school or the department: how the family is reached, from whom and since when; confirmed or corrected here, and what the pupil wishes. Opening it is journaled with its purpose.</summary>
public static class ShowPupil
{
    public static readonly string[] Sources = ["family", "school_record", "phone_desk"];
    public static readonly string[] Levels = ["elementary", "intermediate", "college"];

    private static readonly string[] Purposes = ["data_correction", "family_request", "admission_check"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/pupils/{pupilId:guid}", (Guid pupilId, HttpContext http, Api api, CancellationToken ct, string? purpose = null, string? done = null) => Page(pupilId, purpose, done is not null, null, http, api, ct))
            .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.School));
        routes.MapPost("/portal/pupils/{pupilId:guid}", Act).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School));
    }

    public static async Task<IResult> Act(Guid pupilId, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var source = form["source"].ToString();
        var answer = form["act"].ToString() switch
        {
            "confirm" => await api.Put<Api.Nothing>($"http://schools/v1/pupils/{pupilId}/contact/confirmation", new { source }, ct),
            "correct" => await api.Put<Api.Nothing>($"http://schools/v1/pupils/{pupilId}/contact", new { phone = form["phone"].ToString(), guardian = form.Given("guardian"), address = form.Given("address"), source }, ct),
            "wish" => await api.Put<Api.Nothing>($"http://schools/v1/guidance/wishes/{SeasonYear.Of(clock, form.Number("year"))}", new { pupilId = $"{pupilId}", trade = form.Given("trade"), level = form.Given("level") }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(pupilId, null, false, problem, http, api, ct) : Pages.GoTo($"/portal/pupils/{pupilId}?done=1");
    }

    private static async Task<IResult> Page(Guid pupilId, string? purpose, bool done, Problem? refused, HttpContext http, Api api, CancellationToken ct)
    {
        purpose = Purposes.Contains(purpose) ? purpose! : Purposes[0];
        var pupil = await api.Get<Pupil>($"http://schools/v1/pupils/{pupilId}?purpose={purpose}", ct);
        return Pages.Of<PupilPage>(new View(pupil.MustBeThere(), purpose, http.User.IsInRole(Policies.School), http.User.IsInRole(Policies.Officer) || http.User.IsInRole(Policies.School), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(Pupil Pupil, string Purpose, bool OfSchool, bool MayCorrect, bool Done, Problem? Refused);

    public sealed record Pupil(
        Guid PupilId, string Name, DateOnly BirthDate, string? Gender, IReadOnlyList<string> Ids, IReadOnlyList<Enrolled> Rosters, string? Guardian, string? Phone, string? Address, string? ContactSource,
        DateOnly? ContactDate, string? ConsentScope, IReadOnlyList<Result> Results);

    public sealed record Enrolled(int SchoolYear, int Grade, string School, string Commune, string? WishTrade, string? WishLevel);

    public sealed record Result(int SchoolYear, string Outcome);
}
