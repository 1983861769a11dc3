using System.Globalization;
using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Institutions;

/// <summary>One institution: its agreements with their seven contents, its programmes, its subscription with the two approvals it needs, and the acts of the department on them.</summary>
public static class ShowInstitution
{
    /// <summary>Decree 356/2025/ND-CP, Art. 7(1).</summary>
    public static readonly string[] Contents = ["purpose", "dataTypes", "period", "legalBasis", "protection", "subjectRights", "violations"];

    public static readonly string[] Fields = ["name", "area", "interests", "phone", "guardian"];

    private static readonly string[] Readers = [Policies.Officer, Policies.Approver, Policies.Inspector];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/institutions/{id:guid}", (Guid id, HttpContext http, Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(id, done is not null, null, http, api, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(Readers));
        routes.MapPost("/portal/institutions/{id:guid}", Act).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver));
    }

    public static async Task<IResult> Act(Guid id, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var (key, of) = (form["key"].ToString(), Guid.TryParse(form["of"], out var known) ? known : Guid.Empty);
        var subscription = $"http://enrolment/v1/subscriptions/{of}";
        var answer = form["act"].ToString() switch
        {
            "agreement" => await Sign(id, form, key, api, ct),
            "end" => await api.Put<Api.Nothing>($"http://enrolment/v1/agreements/{of}/end", new { lastDay = Day(form["lastDay"]) }, ct),
            "verification" => await api.Put<Api.Nothing>($"http://enrolment/v1/institutions/{id}/verification", new { evidence = form["evidence"].ToString().Trim() }, ct),
            "approval" => await api.Post<Api.Nothing>($"{subscription}/approvals", null, key, ct),
            "activation" => await api.Post<Api.Nothing>($"{subscription}/activation", null, key, ct),
            "suspension" => await api.Put<Api.Nothing>($"{subscription}/state", new { state = "suspended" }, ct),
            "resumption" => await api.Put<Api.Nothing>($"{subscription}/state", new { state = "active" }, ct),
            "closing" => await api.Put<Api.Nothing>($"{subscription}/state", new { state = "closed" }, ct),
            _ => new Answer<Api.Nothing>(null, new Problem(422, "value_invalid", "Lựa chọn không hợp lệ", "This is not one of the choices.")),
        };
        return answer.Problem is { } problem ? await Page(id, false, problem, http, api, clock, ct) : Pages.GoTo($"/portal/institutions/{id}?done=1");
    }

    private static Task<Answer<Api.Nothing>> Sign(Guid id, IFormCollection form, string key, Api api, CancellationToken ct) => api.Post<Api.Nothing>("http://enrolment/v1/agreements", new
    {
        institutionId = id,
        validFrom = Day(form["validFrom"]),
        validTo = Day(form["validTo"]),
        contents = Contents.ToDictionary(content => content, content => form[content].ToString().Trim()),
        fields = form["fields"].Where(field => Fields.Contains(field)).ToArray(),
    }, key, ct);

    /// <summary>As the browser's own date field sends it; an impossible one is refused by the service.</summary>
    private static DateOnly Day(string? written) => DateOnly.TryParse(written, CultureInfo.InvariantCulture, out var day) ? day : default;

    private static async Task<IResult> Page(Guid id, bool done, Problem? refused, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var institutions = api.Get<IReadOnlyList<ListInstitutions.Institution>>("http://enrolment/v1/institutions", ct);
        var agreements = api.Get<IReadOnlyList<ListInstitutions.Agreement>>("http://enrolment/v1/agreements", ct);
        var subscriptions = api.Get<IReadOnlyList<ListInstitutions.Subscription>>("http://enrolment/v1/subscriptions", ct);
        var programmes = api.Get<IReadOnlyList<Work.ShowLead.Programme>>($"http://enrolment/v1/programmes?institution={id}", ct);
        if ((await institutions).Problem is { } problem) throw new RuleBroken(problem.Code, problem.Title, problem.Detail ?? problem.Title, problem.Status);
        var institution = (await institutions).Value!.FirstOrDefault(one => one.InstitutionId == id) ?? throw new RuleBroken("not_found", "Không có cơ sở này", "There is no such institution.", 404);

        var of = await agreements;
        var feeds = await subscriptions;
        return Pages.Of<InstitutionPage>(new View(
            institution, clock.Today(), of with { Value = of.Value?.Where(one => one.InstitutionId == id).OrderByDescending(one => one.ValidFrom).ToList() },
            feeds with { Value = feeds.Value?.Where(one => one.InstitutionId == id).ToList() }, await programmes, http.User.IsInRole(Policies.Officer), http.User.IsInRole(Policies.Approver), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(
        ListInstitutions.Institution Institution, DateOnly Today, Answer<IReadOnlyList<ListInstitutions.Agreement>> Agreements, Answer<IReadOnlyList<ListInstitutions.Subscription>> Subscriptions,
        Answer<IReadOnlyList<Work.ShowLead.Programme>> Programmes, bool IsOfficer, bool IsApprover, bool Done, Problem? Refused);
}
