using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Work;

/// <summary>An institution's open leads as a work list: who has waited longest is on top. The names of one page are read at a time, and that is journaled.</summary>
public static class ListLeads
{
    public const string Purpose = "vocational_guidance";

    public static readonly string[] States = ["offered", "contacted", "applied", "refused"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/leads", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Institution));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, string? state = null, string? after = null, string? done = null)
    {
        state = States.Contains(state) ? state : null;
        var work = await api.Get<WorkPage>($"http://enrolment/v1/leads/work?limit=25{(state is null ? "" : $"&state={state}")}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", ct);
        var details = work.Value is { Items.Count: > 0 } page
            ? await api.Post<Details>("http://enrolment/v1/leads:batchGet", new { purpose = Purpose, leadIds = page.Items.Select(item => item.LeadId) }, Guid.NewGuid().ToString(), ct)
            : null;
        return Pages.Of<LeadsPage>(new View(state, after, done is not null, clock.GetUtcNow(), work, details?.Problem, details?.Value?.Items.ToDictionary(item => item.LeadId, item => item.Lead) ?? []));
    }

    public sealed record View(string? State, string? After, bool Done, DateTimeOffset Now, Answer<WorkPage> Work, Problem? Hidden, IReadOnlyDictionary<Guid, Lead?> Leads);

    public sealed record WorkPage(IReadOnlyList<Item> Items, string? Next, IReadOnlyDictionary<string, long> Counts);

    public sealed record Item(Guid LeadId, string State, DateTimeOffset OfferedAt, DateTimeOffset? LastContactAt, DateTimeOffset ExpiresAt, int Contacts, string? LastOutcome);

    public sealed record Details(IReadOnlyList<Detail> Items);

    public sealed record Detail(Guid LeadId, int Status, string? Code, Lead? Lead);

    /// <summary>What the institution's agreement lets it see; the rest is not there.</summary>
    public sealed record Lead(string? Name, string? Commune, string? FormerDistrict, string? WishedTrade, string? WishedLevel, string? Phone, string? Guardian, string State, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt);
}
