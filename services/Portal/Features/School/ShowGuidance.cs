using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.School;

/// <summary>What there is for counselling: counsellors, rooms and equipment, sessions, programmes of the year. A school sees and reports its own, the offices above all.</summary>
public static class ShowGuidance
{
    public static readonly string[] Roles = [Policies.School, Policies.AreaOffice, Policies.Officer, Policies.Approver, Policies.Inspector];
    public static readonly string[] Facilities = ["counselling_room", "information_corner", "trade_workshop", "stem_room", "equipment_set"];
    public static readonly string[] Records = ["assignment", "certificate", "training", "leave"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/guidance", (HttpContext http, Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? done = null) => Page(year, done is not null, null, http, api, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(Roles));
        routes.MapPost("/portal/guidance", Report).RequireAuthorization(policy => policy.RequireRole(Policies.School, Policies.Officer));
    }

    public static async Task<IResult> Report(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var school = person.Is(Policies.School) ? person.OwnOrganisation.ToString() : form.Text("school");
        var answer = form["act"].ToString() switch
        {
            "counsellor" => await api.Put<Api.Nothing>($"http://schools/v1/guidance/counsellors/{Uri.EscapeDataString(form.Text("counsellor"))}/records", new
            {
                record = form["record"].ToString(),
                from = form.Day("from"),
                to = form.Day("to"),
                school = form["record"] == "assignment" ? school : null,
                decidedOn = form["record"] == "assignment" ? form.Day("decidedOn") : null,
            }, ct),
            "facility" => await api.Put<Api.Nothing>($"http://schools/v1/guidance/facilities/{Uri.EscapeDataString(school)}/{Uri.EscapeDataString(form["kind"].ToString())}",
                new { count = form.Number("count") ?? -1, from = form.Day("from"), to = form.Day("to") }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(null, false, problem, http, api, clock, ct) : Pages.GoTo("/portal/guidance?done=1");
    }

    private static async Task<IResult> Page(int? year, bool done, Problem? refused, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var of = SeasonYear.Of(clock, year);
        var counsellors = api.Get<IReadOnlyList<Counsellor>>("http://schools/v1/guidance/counsellors", ct);
        var facilities = api.Get<IReadOnlyList<Facility>>("http://schools/v1/guidance/facilities", ct);
        var sessions = api.Get<IReadOnlyList<Session>>($"http://schools/v1/guidance/sessions?from={of - 1}-09-01&to={of + 1}-08-31", ct);
        var programmes = api.Get<IReadOnlyList<Programme>>($"http://schools/v1/guidance/programmes?schoolYear={of}", ct);
        return Pages.Of<GuidancePage>(new View(of, clock.Today(), await counsellors, await facilities, await sessions, await programmes, http.User.IsInRole(Policies.School), http.User.IsInRole(Policies.Officer), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(
        int Year, DateOnly Today, Answer<IReadOnlyList<Counsellor>> Counsellors, Answer<IReadOnlyList<Facility>> Facilities, Answer<IReadOnlyList<Session>> Sessions, Answer<IReadOnlyList<Programme>> Programmes,
        bool OfSchool, bool IsOfficer, bool Done, Problem? Refused);

    /// <summary>One record of a counsellor, who is known by the code of the staff register alone.</summary>
    public sealed record Counsellor([property: System.Text.Json.Serialization.JsonPropertyName("counsellor")] string Code, string Record, string? School, DateOnly From, DateOnly? To, DateOnly? DecidedOn, bool Recognised);

    public sealed record Facility(string School, string Kind, int Count, DateOnly From, DateOnly? To);

    public sealed record Session([property: System.Text.Json.Serialization.JsonPropertyName("session")] string Code, string Cluster, DateOnly On, string State, IReadOnlyList<string> Schools);

    public sealed record Programme(string School, [property: System.Text.Json.Serialization.JsonPropertyName("programme")] string Code, DateOnly? ApprovedOn, int Activities, IReadOnlyList<string> SameFileAt);
}
