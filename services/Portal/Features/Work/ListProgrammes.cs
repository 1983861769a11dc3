using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Work;

/// <summary>What an institution teaches and how many seats are free; it corrects seats, fee and support itself, and adds programmes.</summary>
public static class ListProgrammes
{
    public static readonly string[] Levels = ["elementary", "intermediate", "college", "vocational_upper_secondary"];

    /// <summary>Support that has words of its own on the families' pages.</summary>
    public static readonly string[] Support = ["free_tuition_9_plus", "boarding_allowance", "scholarship", "transport"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/programmes", (Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(done is not null, null, null, api, clock, ct)).RequireAuthorization(Policies.Institution);
        routes.MapPost("/portal/programmes", Add).RequireAuthorization(Policies.Institution);
        routes.MapPost("/portal/programmes/{programmeId:guid}", Change).RequireAuthorization(Policies.Institution);
    }

    public static async Task<IResult> Add(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Post<Api.Nothing>("http://enrolment/v1/programmes", new
        {
            institutionId = person.OwnOrganisation,
            trainingCode = form.Text("trainingCode"),
            name = form.Text("name"),
            level = form["level"].ToString(),
            seats = form.Number("seats") ?? -1,
            intakeYear = form.Number("intakeYear") ?? -1,
            fee = form.Number("fee") ?? -1,
            supportPolicies = form["support"].OfType<string>().ToArray(),
        }, form["key"].ToString(), ct);
        return answer.Problem is { } problem ? await Page(false, null, problem, api, clock, ct) : Pages.GoTo("/portal/programmes?done=1");
    }

    public static async Task<IResult> Change(Guid programmeId, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Put<Api.Nothing>($"http://enrolment/v1/programmes/{programmeId}",
            new { name = form.Text("name"), seats = form.Number("seats") ?? -1, fee = form.Number("fee") ?? -1, supportPolicies = form["support"].OfType<string>().ToArray() }, ct);
        return answer.Problem is { } problem ? await Page(false, programmeId, problem, api, clock, ct) : Pages.GoTo("/portal/programmes?done=1");
    }

    private static async Task<IResult> Page(bool done, Guid? open, Problem? refused, Api api, TimeProvider clock, CancellationToken ct) =>
        Pages.Of<ProgrammesPage>(new View(await api.Get<IReadOnlyList<ShowLead.Programme>>("http://enrolment/v1/programmes", ct), clock.Today().Year, done, open, refused), refused?.Status ?? 200);

    /// <param name="Open">Whose form stays open, because it was refused.</param>
    public sealed record View(Answer<IReadOnlyList<ShowLead.Programme>> Programmes, int Year, bool Done, Guid? Open, Problem? Refused);
}
