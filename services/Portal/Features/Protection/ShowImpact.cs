using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Protection;

/// <summary>The file of the impact assessment as the services put it together: what is due, whose data, which flows, who receives it; filings are recorded, and an approver declares what is paid.</summary>
public static class ShowImpact
{
    public const string Home = "/portal/protection/impact";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, (Person person, Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(done is not null, null, person, api, clock, ct)).RequireAuthorization(policy => policy.RequireRole(ListBreaches.Readers));
        routes.MapGet($"{Home}.json", (HttpContext http, Api api, CancellationToken ct) => Files.HandOn("http://enrolment/v1/impact-file", http, api, ct)).RequireAuthorization(policy => policy.RequireRole(ListBreaches.Readers));
        routes.MapPost(Home, Act).RequireAuthorization(policy => policy.RequireRole(ListBreaches.Workers));
    }

    public static async Task<IResult> Act(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = form["act"].ToString() switch
        {
            "filing" => await api.Post<Api.Nothing>("http://enrolment/v1/impact-file/filings", new { filedOn = form.Day("filedOn") ?? default, number = form.Text("number") }, form["key"].ToString(), ct),
            "fee" => await api.Put<Api.Nothing>($"http://enrolment/v1/agreements/{form.Id("agreement") ?? Guid.Empty}/fee", new { statement = form.Given("statement") }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(false, problem, person, api, clock, ct) : Pages.GoTo($"{Home}?done=1");
    }

    private static async Task<IResult> Page(bool done, Problem? refused, Person person, Api api, TimeProvider clock, CancellationToken ct) =>
        Pages.Of<ImpactPage>(new View(await api.Get<ImpactFile>("http://enrolment/v1/impact-file", ct), clock.Today(), ListBreaches.Workers.Any(person.Is), person.Is(Policies.Approver), done, refused), refused?.Status ?? 200);

    public sealed record View(Answer<ImpactFile> File, DateOnly Today, bool MayFile, bool MayDeclare, bool Done, Problem? Refused);

    public sealed record ImpactFile(
        string Form, IReadOnlyList<string> Sources, DateTimeOffset MadeAt, DateOnly? FirstProcessing, long Subjects, IReadOnlyList<Year> Years, IReadOnlyList<Flow> Flows, IReadOnlyList<Recipient> Recipients, IReadOnlyList<string> Missing,
        IReadOnlyList<Alarm> Alarms, IReadOnlyList<Filed> Filings);

    public sealed record Year(int SchoolYear, long Listed, long Candidates, long Offered);

    public sealed record Flow(string Code, IReadOnlyList<string> Fields, string From, string To, string Kept);

    /// <param name="Fee">What was declared to be paid for the transfer; null: nothing.</param>
    public sealed record Recipient(string Name, Guid AgreementId, DateOnly ValidTo, IReadOnlyList<string> Fields, string? Fee);

    public sealed record Alarm(string Code, DateOnly DueOn, int Percent);

    public sealed record Filed(Guid FilingId, DateOnly FiledOn, string Number, long Subjects);
}
