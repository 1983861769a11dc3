using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>A family's own page: who has announced a call, who may turn to it, what was written to it, and its choices: rest, no contact any more, at school already.</summary>
public static class ShowFamily
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family", (Person person, Api api, CancellationToken ct, string? done = null) => Page(person, done is not null, null, api, ct)).RequireAuthorization(Policies.Family);
        routes.MapPost("/portal/family/choice", Choose).RequireAuthorization(Policies.Family);
    }

    public static async Task<IResult> Choose(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var child = person.Subject;
        var now = clock.GetUtcNow();
        var answer = form["choice"].ToString() switch
        {
            "pause" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/pause", new { until = now.AddDays(30) }, ct),
            "resume" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/pause", new { until = now }, ct),
            "stop" => await api.Post<Api.Nothing>("http://schools/v1/consents/objections", new { pupilId = child, evidence = "web" }, form["key"].ToString(), ct),
            "enrolled" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/enrolled", new { place = form.Text("place") }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(person, false, problem, api, ct) : Pages.GoTo("/portal/family?done=1");
    }

    private static async Task<IResult> Page(Person person, bool done, Problem? refused, Api api, CancellationToken ct) =>
        Pages.Of<FamilyPage>(new View(await Ask(person, api, ct), done, refused), refused?.Status ?? 200);

    /// <param name="family">Speaks for one child, its subject.</param>
    public static Task<Answer<Family>> Ask(Person family, Api api, CancellationToken ct) => api.Get<Family>($"http://enrolment/v1/families/{family.Subject}", ct);

    public sealed record View(Answer<Family> Family, bool Done, Problem? Refused);

    public sealed record Family(IReadOnlyList<Holder> Institutions, DateTimeOffset? PausedUntil, string? SaidEnrolledAt, IReadOnlyList<Call> Calls)
    {
        /// <summary>Those that may turn to the family now.</summary>
        public IReadOnlyList<Holder> Open => [.. Institutions.Where(holder => holder.State is not ("expired" or "withdrawn" or "left"))];
    }

    public sealed record Holder(Guid Institution, string Name, string State, DateTimeOffset Since, DateTimeOffset Until, DateTimeOffset? LastContactAt);

    public sealed record Call(string Name, string Code, DateTimeOffset ValidUntil);
}
