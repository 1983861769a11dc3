using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Work;

/// <summary>One lead: who it is, what was done, and the acts an institution has: announce a call, log what came of it, enrol. Opening it is journaled with its purpose.</summary>
public static class ShowLead
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/leads/{leadId:guid}", (Guid leadId, Person person, Api api, Offers offers, CancellationToken ct) => Page(leadId, null, null, person, api, offers, ct)).RequireAuthorization(Policies.Institution);
        routes.MapPost("/portal/leads/{leadId:guid}/call", Call).RequireAuthorization(Policies.Institution);
        routes.MapPost("/portal/leads/{leadId:guid}/contact", Contact).RequireAuthorization(Policies.Institution);
        routes.MapPost("/portal/leads/{leadId:guid}/messages", Write).RequireAuthorization(Policies.Institution);
        routes.MapPost("/portal/leads/{leadId:guid}/enrolment", Enrol).RequireAuthorization(Policies.Institution);
    }

    public static async Task<IResult> Call(Guid leadId, HttpContext http, Person person, Api api, Offers offers, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var call = await api.Post<CallCode>("http://enrolment/v1/calls", new { leadId }, form["key"].ToString(), ct);
        return await Page(leadId, call.Value, call.Problem, person, api, offers, ct);
    }

    public static async Task<IResult> Contact(Guid leadId, HttpContext http, Person person, Api api, Offers offers, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var offered = DateTimeOffset.TryParse(form["offered"], System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : DateTimeOffset.MinValue;
        var now = clock.GetUtcNow().AddSeconds(-1);   // never later than the other service's clock
        var answer = await api.Post<Api.Nothing>("http://enrolment/v1/contacts",
            new { leadId, channel = form["channel"].ToString(), outcome = form["outcome"].ToString(), contactedAt = now > offered ? now : offered, nextStep = form.Given("next") }, form["key"].ToString(), ct);
        return await Back(leadId, answer, person, api, offers, ct);
    }

    /// <summary>Writes to the family through the platform; the only way where it wants no disclosure.</summary>
    public static async Task<IResult> Write(Guid leadId, HttpContext http, Person person, Api api, Offers offers, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Post<Api.Nothing>($"http://enrolment/v1/leads/{leadId}/messages", new { text = form.Text("text") }, form["key"].ToString(), ct);
        return answer.Problem is { } problem ? await Page(leadId, null, problem, person, api, offers, ct) : Pages.GoTo($"/portal/leads/{leadId}#messages");
    }

    public static async Task<IResult> Enrol(Guid leadId, HttpContext http, Person person, Api api, Offers offers, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var programme = form["programme"].ToString().Split('|');
        var answer = programme is [var id, var level] && form.Day("startedOn") is { } day
            ? await api.Post<Api.Nothing>("http://enrolment/v1/enrolments", new { leadId, programmeId = id, level, startedOn = day }, form["key"].ToString(), ct)
            : new Answer<Api.Nothing>(null, new Problem(422, "value_missing", "Cần chọn ngành và ngày bắt đầu", "Choose a programme and the first day."));
        return await Back(leadId, answer, person, api, offers, ct);
    }

    private static async Task<IResult> Back(Guid leadId, Answer<Api.Nothing> answer, Person person, Api api, Offers offers, CancellationToken ct) =>
        answer.Problem is { } problem ? await Page(leadId, null, problem, person, api, offers, ct) : Pages.GoTo("/portal/leads?done=1");

    private static async Task<IResult> Page(Guid leadId, CallCode? call, Problem? refused, Person person, Api api, Offers offers, CancellationToken ct)
    {
        var lead = api.Get<ListLeads.Lead>($"http://enrolment/v1/leads/{leadId}?purpose={ListLeads.Purpose}", ct);
        var ledger = api.Get<Ledger>($"http://enrolment/v1/leads/{leadId}/ledger", ct);
        var programmes = api.Get<IReadOnlyList<Programme>>("http://enrolment/v1/programmes", ct);
        var messages = api.Get<Messages>($"http://enrolment/v1/leads/{leadId}/messages", ct);
        var names = offers.Names(person.Tenant, ct);
        return Pages.Of<LeadPage>(new View(leadId, (await lead).MustBeThere(), await ledger, await programmes, await messages, await names, call, refused), refused?.Status ?? 200);
    }

    public sealed record View(Guid LeadId, ListLeads.Lead Lead, Answer<Ledger> Ledger, Answer<IReadOnlyList<Programme>> Programmes, Answer<Messages> Messages, TradeNames Names, CallCode? Call, Problem? Refused);

    public sealed record CallCode(string Code, DateTimeOffset ValidUntil);

    public sealed record Ledger(string Status, IReadOnlyList<Entry> Entries, bool OthersInContact, DateTimeOffset? CoolingUntil)
    {
        /// <summary>What came of the last contact, and what was agreed then.</summary>
        public (string? Outcome, string? Next) Last => Entries.LastOrDefault(entry => entry.Kind == "contacted") is { } last ? (last.Detail?.Split(':').ElementAtOrDefault(1), last.NextStep) : (null, null);
    }

    public sealed record Entry(DateTimeOffset At, string Kind, string? Detail, string? NextStep);

    public sealed record Messages([property: System.Text.Json.Serialization.JsonPropertyName("messages")] IReadOnlyList<Message> Items);

    /// <summary>One message between an institution and a family, written through the platform.</summary>
    public sealed record Message(Guid MessageId, Guid Institution, string Name, bool FromFamily, string Text, DateTimeOffset SentAt, DateTimeOffset? ReadAt);

    public sealed record Programme(Guid ProgrammeId, string TrainingCode, string Name, string Level, int IntakeYear, int Seats, int FreeSeats, decimal Fee, IReadOnlyList<string> SupportPolicies);
}
