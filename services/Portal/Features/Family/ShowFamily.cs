using System.Security.Claims;
using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>A family's own page: who may turn to it and who has announced a call, who saw its data, and its choices: rest, no contact any more, at school already.</summary>
public static class ShowFamily
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family", (ClaimsPrincipal user, Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(user, done is not null, null, api, clock, ct)).RequireAuthorization(Policies.Family);
        routes.MapPost("/portal/family/choice", Choose).RequireAuthorization(Policies.Family);
    }

    public static async Task<IResult> Choose(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var child = http.User.FindFirst("sub")!.Value;
        var now = clock.GetUtcNow();
        var answer = form["choice"].ToString() switch
        {
            "pause" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/pause", new { until = now.AddDays(30) }, ct),
            "resume" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/pause", new { until = now }, ct),
            "stop" => await api.Post<Api.Nothing>("http://schools/v1/consents/objections", new { pupilId = child, evidence = "web" }, form["key"].ToString(), ct),
            "enrolled" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/enrolled", new { place = form["place"].ToString().Trim() }, ct),
            _ => new Answer<Api.Nothing>(null, new Problem(422, "value_invalid", "Lựa chọn không hợp lệ", "This is not one of the choices.")),
        };
        return answer.Problem is { } problem ? await Page(http.User, false, problem, api, clock, ct) : Pages.GoTo("/portal/family?done=1");
    }

    private static async Task<IResult> Page(ClaimsPrincipal user, bool done, Problem? refused, Api api, TimeProvider clock, CancellationToken ct)
    {
        var child = user.FindFirst("sub")!.Value;
        var family = api.Get<Family>($"http://enrolment/v1/families/{child}", ct);
        var reads = api.Get<Reads>($"http://enrolment/v1/families/{child}/reads", ct);
        return Pages.Of<FamilyPage>(new View(await family, await reads, clock.GetUtcNow(), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(Answer<Family> Family, Answer<Reads> Reads, DateTimeOffset Now, bool Done, Problem? Refused);

    public sealed record Family(IReadOnlyList<Holder> Institutions, DateTimeOffset? PausedUntil, string? SaidEnrolledAt, IReadOnlyList<Call> Calls);

    public sealed record Holder(string Name, string State, DateTimeOffset Since, DateTimeOffset Until, DateTimeOffset? LastContactAt);

    public sealed record Call(string Name, string Code, DateTimeOffset ValidUntil);

    public sealed record Reads([property: System.Text.Json.Serialization.JsonPropertyName("reads")] IReadOnlyList<Entry> Entries, IReadOnlyList<string> Missing);

    public sealed record Entry(DateTimeOffset At, string Who, string Sentence);
}
