using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Connection;
using CareerPlatform.Portal.Features.Public;
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
        routes.MapGet("/portal/institutions/{id:guid}", (Guid id, Person person, Api api, Offers offers, TimeProvider clock, CancellationToken ct, string? done = null) => Page(id, done is not null, null, person, api, offers, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(Readers));
        routes.MapPost("/portal/institutions/{id:guid}", Act).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver));
    }

    public static async Task<IResult> Act(Guid id, HttpContext http, Person person, Api api, Offers offers, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var (key, of) = (form["key"].ToString(), form.Id("of") ?? Guid.Empty);
        var subscription = $"http://enrolment/v1/subscriptions/{of}";
        var answer = form["act"].ToString() switch
        {
            "agreement" => await Sign(id, form, key, api, ct),
            "end" => await api.Put<Api.Nothing>($"http://enrolment/v1/agreements/{of}/end", new { lastDay = form.Day("lastDay") ?? default }, ct),
            "verification" => await api.Put<Api.Nothing>($"http://enrolment/v1/institutions/{id}/verification", new { evidence = form.Text("evidence") }, ct),
            "approval" => await api.Post<Api.Nothing>($"{subscription}/approvals", null, key, ct),
            "activation" => await api.Post<Api.Nothing>($"{subscription}/activation", null, key, ct),
            "suspension" => await api.Put<Api.Nothing>($"{subscription}/state", new { state = "suspended" }, ct),
            "resumption" => await api.Put<Api.Nothing>($"{subscription}/state", new { state = "active" }, ct),
            "closing" => await api.Put<Api.Nothing>($"{subscription}/state", new { state = "closed" }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(id, false, problem, person, api, offers, clock, ct) : Pages.GoTo($"/portal/institutions/{id}?done=1");
    }

    private static Task<Answer<Api.Nothing>> Sign(Guid id, IFormCollection form, string key, Api api, CancellationToken ct) => api.Post<Api.Nothing>("http://enrolment/v1/agreements", new
    {
        institutionId = id,
        validFrom = form.Day("validFrom") ?? default,
        validTo = form.Day("validTo") ?? default,
        contents = Contents.ToDictionary(content => content, content => form.Text(content)),
        fields = form["fields"].Where(field => Fields.Contains(field)).ToArray(),
    }, key, ct);

    private static async Task<IResult> Page(Guid id, bool done, Problem? refused, Person person, Api api, Offers offers, TimeProvider clock, CancellationToken ct)
    {
        var institutions = api.Get<IReadOnlyList<ListInstitutions.Institution>>("http://enrolment/v1/institutions", ct);
        var agreements = api.Get<IReadOnlyList<ListInstitutions.Agreement>>("http://enrolment/v1/agreements", ct);
        var subscriptions = api.Get<IReadOnlyList<ShowConnection.Subscription>>("http://enrolment/v1/subscriptions", ct);
        var programmes = api.Get<IReadOnlyList<Work.ShowLead.Programme>>($"http://enrolment/v1/programmes?institution={id}", ct);
        var institution = (await institutions).MustBeThere().FirstOrDefault(one => one.InstitutionId == id) ?? throw new RuleBroken("not_found", "Không có cơ sở này", "There is no such institution.", 404);

        var of = await agreements;
        var feeds = await subscriptions;
        feeds = feeds with { Value = feeds.Value?.Where(one => one.InstitutionId == id).ToList() };
        var conditions = new Dictionary<Guid, IReadOnlyList<ShowConnection.Condition>>();
        foreach (var waiting in feeds.Value?.Where(one => one.State == "pending") ?? [])
        {
            if ((await api.Get<ShowConnection.Conditions>($"http://enrolment/v1/subscriptions/{waiting.SubscriptionId}/conditions", ct)).Value is { } known) conditions[waiting.SubscriptionId] = known.Items;
        }
        return Pages.Of<InstitutionPage>(new View(
            institution, clock.Today(), of with { Value = of.Value?.Where(one => one.InstitutionId == id).OrderByDescending(one => one.ValidFrom).ToList() },
            feeds, conditions, await programmes, await offers.Names(person.Tenant, ct), person.Is(Policies.Officer), person.Is(Policies.Approver), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(
        ListInstitutions.Institution Institution, DateOnly Today, Answer<IReadOnlyList<ListInstitutions.Agreement>> Agreements, Answer<IReadOnlyList<ShowConnection.Subscription>> Subscriptions,
        IReadOnlyDictionary<Guid, IReadOnlyList<ShowConnection.Condition>> Conditions,
        Answer<IReadOnlyList<Work.ShowLead.Programme>> Programmes, TradeNames Names, bool IsOfficer, bool IsApprover, bool Done, Problem? Refused);
}
