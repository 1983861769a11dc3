using System.Security.Claims;
using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>A family's own page: who has announced a call, who may turn to it, what was written to it, and its choices: rest, no contact any more, at school already.</summary>
public static class ShowFamily
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family", (ClaimsPrincipal user, Api api, CancellationToken ct, string? done = null) => Page(user, done is not null, null, api, ct)).RequireAuthorization(Policies.Family);
        routes.MapPost("/portal/family/choice", Choose).RequireAuthorization(Policies.Family);
    }

    public static async Task<IResult> Choose(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var child = ChildOf(http.User);
        var now = clock.GetUtcNow();
        var answer = form["choice"].ToString() switch
        {
            "pause" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/pause", new { until = now.AddDays(30) }, ct),
            "resume" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/pause", new { until = now }, ct),
            "stop" => await api.Post<Api.Nothing>("http://schools/v1/consents/objections", new { pupilId = child, evidence = "web" }, form["key"].ToString(), ct),
            "enrolled" => await api.Put<Api.Nothing>($"http://enrolment/v1/families/{child}/enrolled", new { place = form["place"].ToString().Trim() }, ct),
            _ => new Answer<Api.Nothing>(null, new Problem(422, "value_invalid", "Lựa chọn không hợp lệ", "This is not one of the choices.")),
        };
        return answer.Problem is { } problem ? await Page(http.User, false, problem, api, ct) : Pages.GoTo("/portal/family?done=1");
    }

    private static async Task<IResult> Page(ClaimsPrincipal user, bool done, Problem? refused, Api api, CancellationToken ct) =>
        Pages.Of<FamilyPage>(new View(await Ask(user, api, ct), done, refused), refused?.Status ?? 200);

    /// <summary>The child that the sign-in speaks for.</summary>
    public static string ChildOf(ClaimsPrincipal user) => user.FindFirst("sub")!.Value;

    public static Task<Answer<Family>> Ask(ClaimsPrincipal user, Api api, CancellationToken ct) => api.Get<Family>($"http://enrolment/v1/families/{ChildOf(user)}", ct);

    public sealed record View(Answer<Family> Family, bool Done, Problem? Refused);

    public sealed record Family(IReadOnlyList<Holder> Institutions, DateTimeOffset? PausedUntil, string? SaidEnrolledAt, IReadOnlyList<Call> Calls)
    {
        /// <summary>Those that may turn to the family now.</summary>
        public IReadOnlyList<Holder> Open => [.. Institutions.Where(holder => holder.State is not ("expired" or "withdrawn" or "left"))];
    }

    public sealed record Holder(Guid Institution, string Name, string State, DateTimeOffset Since, DateTimeOffset Until, DateTimeOffset? LastContactAt);

    public sealed record Call(string Name, string Code, DateTimeOffset ValidUntil);
}
