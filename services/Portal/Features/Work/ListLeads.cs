using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Work;

/// <summary>An institution's open leads as a work list: who has waited longest is on top. The names of one page are read at a time, and that is journaled.</summary>
public static class ListLeads
{
    public const string Purpose = "vocational_guidance";

    public static readonly string[] States = ["offered", "contacted", "applied", "refused"];
    public static readonly string[] Outcomes = ["interested", "will_enrol", "reached", "no_answer", "wrong_number"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/leads", Handle).RequireAuthorization(Policies.Institution);

    public static async Task<IResult> Handle(
        Person person, Api api, Offers offers, TimeProvider clock, CancellationToken ct, string? state = null, string? outcome = null, string? within = null, string? after = null, string? done = null)
    {
        var filter = new Filter(States.Contains(state) ? state : null, Outcomes.Contains(outcome) ? outcome : null, within is "3" or "7" ? within : null);
        var names = offers.Names(person.Tenant, ct);
        var work = await api.Get<WorkPage>($"http://enrolment/v1/leads/work?limit=25{filter.Query}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", ct);
        var details = work.Value is { Items.Count: > 0 } page
            ? await api.Post<Details>("http://enrolment/v1/leads:batchGet", new { purpose = Purpose, leadIds = page.Items.Select(item => item.LeadId) }, Guid.NewGuid().ToString(), ct)
            : null;
        return Pages.Of<LeadsPage>(new View(filter, after, done is not null, clock.GetUtcNow(), work, details?.Problem, details?.Value?.Items.ToDictionary(item => item.LeadId, item => item.Lead) ?? [], await names));
    }

    public sealed record View(Filter Filter, string? After, bool Done, DateTimeOffset Now, Answer<WorkPage> Work, Problem? Hidden, IReadOnlyDictionary<Guid, Lead?> Leads, TradeNames Names);

    /// <param name="Outcome">Of the last contact.</param>
    /// <param name="Within">Days until the time for it ends.</param>
    public sealed record Filter(string? State, string? Outcome, string? Within)
    {
        public string Query => $"{(State is null ? "" : $"&state={State}")}{(Outcome is null ? "" : $"&outcome={Outcome}")}{(Within is null ? "" : $"&within={Within}")}";
    }

    public sealed record WorkPage(IReadOnlyList<Item> Items, string? Next, IReadOnlyDictionary<string, long> Counts);

    public sealed record Item(Guid LeadId, string State, DateTimeOffset OfferedAt, DateTimeOffset? LastContactAt, DateTimeOffset ExpiresAt, int Contacts, string? LastOutcome)
    {
        /// <summary>What is to be done next, as the last outcome has it.</summary>
        public string Step(bool relay) => StepOf(State, LastOutcome, relay);
    }

    public static string StepOf(string state, string? outcome, bool relay) => (state, outcome) switch
    {
        ("offered", null) when relay => "write",
        ("applied", _) => "start",
        ("refused", _) or (_, "refused") => "wait",
        (_, null) => "first",
        (_, "no_answer") => "again",
        (_, "wrong_number") => "number",
        (_, "will_enrol") => "start",
        _ => "invite",
    };

    public sealed record Details(IReadOnlyList<Detail> Items);

    public sealed record Detail(Guid LeadId, int Status, string? Code, Lead? Lead);

    /// <summary>What the institution's agreement lets it see; the rest is not there.</summary>
    /// <param name="Relay">The family is written to here only: neither name nor number is shown.</param>
    public sealed record Lead(string? Name, string? Commune, string? FormerDistrict, string? WishedTrade, string? WishedLevel, string? Phone, string? Guardian, bool Relay, string State, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt)
    {
        public string Where => string.Join(", ", new[] { Commune, FormerDistrict }.OfType<string>());
    }
}
