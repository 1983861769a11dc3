using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Institutions;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Protection;

/// <summary>One incident: its two clocks, whose data was read, the facts for the letter to the agency; notices are recorded and another person closes it.</summary>
public static class ShowBreach
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{ListBreaches.Home}/{{breachId:guid}}", (Guid breachId, Person person, Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(breachId, done is not null, null, null, person, api, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(ListBreaches.Readers));
        routes.MapPost($"{ListBreaches.Home}/{{breachId:guid}}", Act).RequireAuthorization(policy => policy.RequireRole(ListBreaches.Workers));
        routes.MapGet($"{ListBreaches.Home}/{{breachId:guid}}/affected.csv", Affected).RequireAuthorization(policy => policy.RequireRole(ListBreaches.Readers));
    }

    public static async Task<IResult> Act(Guid breachId, HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var breach = $"http://enrolment/v1/breaches/{breachId}";
        if (form["act"] == "affected")
        {
            var found = await api.Post<Found>($"{breach}/affected", new { institution = form.Id("institution"), from = form.Moment("from"), to = form.Moment("to") }, form["key"].ToString(), ct);
            return await Page(breachId, false, found.Problem, found.Value, person, api, clock, ct);
        }
        var notice = $"{breach}/notices/{(form["clock"] == "cyber" ? "cyber" : "agency")}";
        var answer = form["act"].ToString() switch
        {
            "notice" => await api.Put<Api.Nothing>(notice, new { notifiedAt = form.Moment("notifiedAt"), number = form.Given("number") }, ct),
            "not_due" => await api.Put<Api.Nothing>(notice, new { notDueBecause = form.Given("reason") }, ct),
            "closing" => await api.Put<Api.Nothing>($"{breach}/closing", new { outcome = form.Text("outcome") }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(breachId, false, problem, null, person, api, clock, ct) : Pages.GoTo($"{ListBreaches.Home}/{breachId}?done=1");
    }

    /// <summary>Ids, fields and times of the children concerned; the read is journaled by the service.</summary>
    public static Task<IResult> Affected(Guid breachId, HttpContext http, Api api, CancellationToken ct) => Files.HandOn($"http://enrolment/v1/breaches/{breachId}/affected", http, api, ct);

    private static async Task<IResult> Page(Guid breachId, bool done, Problem? refused, Found? found, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var breach = api.Get<ListBreaches.Breach>($"http://enrolment/v1/breaches/{breachId}", ct);
        var letter = api.Get<Letter>($"http://enrolment/v1/breaches/{breachId}/notification", ct);
        var works = ListBreaches.Workers.Any(person.Is);
        var institutions = works ? (await api.Get<IReadOnlyList<ListInstitutions.Institution>>("http://enrolment/v1/institutions", ct)).Value : null;
        return Pages.Of<BreachPage>(new View((await breach).MustBeThere(), await letter, [.. (institutions ?? []).OrderBy(one => one.Name, Vietnamese.Names)], clock.GetUtcNow(), works, found, done, refused), refused?.Status ?? 200);
    }

    public sealed record View(ListBreaches.Breach Breach, Answer<Letter> Letter, IReadOnlyList<ListInstitutions.Institution> Institutions, DateTimeOffset Now, bool MayWork, Found? Found, bool Done, Problem? Refused)
    {
        public bool Works => MayWork && Breach.ClosedAt is null;
    }

    /// <param name="Children">Children that the journal names for these words.</param>
    /// <param name="Reads">How often they were read.</param>
    /// <param name="Missing">Services whose journal did not answer.</param>
    public sealed record Found([property: System.Text.Json.Serialization.JsonPropertyName("found")] long Children, long Reads, IReadOnlyList<string> Missing);

    public sealed record Letter(string Form, IReadOnlyList<string> Sources, IReadOnlyList<Fact> Facts);

    /// <param name="Value">Null where the record has nothing yet.</param>
    public sealed record Fact(int Number, string Code, string? Value)
    {
        public string Said => Code switch
        {
            _ when Value is null => Show.None,
            "kind" => Texts.Code("BreachKind", Value),
            "data" => string.Join(", ", Value.Split(", ").Select(kind => Texts.Code("DataField", kind))),
            _ => Value,
        };
    }
}
