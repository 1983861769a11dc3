using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Connection;

/// <summary>How an institution's own system is told of its feed, kept by the institution itself: state, what is missing, signed test, new secret, pause, replay, what was delivered, and the deletions it must confirm.</summary>
public static class ShowConnection
{
    private const int PageSize = 25;
    public const string Home = "/portal/connection";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, (Api api, TimeProvider clock, CancellationToken ct, Guid? before = null, string? done = null) => Page(api, clock, ct, before, done)).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/{{id:guid}}/test", Test).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/{{id:guid}}/secret", Rotate).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/{{id:guid}}/state", Change).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/{{id:guid}}/replay", Replay).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/deletions/{{leadId:guid}}", Confirm).RequireAuthorization(Policies.Institution);
    }

    public static async Task<IResult> Test(Guid id, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var tested = await api.Post<Tested>($"http://enrolment/v1/subscriptions/{id}/tests", null, form["key"].ToString(), ct);
        return await Page(api, clock, ct, refused: tested.Problem, tested: tested.Value);
    }

    /// <summary>The new secret stands on this answer and nowhere else.</summary>
    public static async Task<IResult> Rotate(Guid id, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var grace = form.Ticked("now") ? 0 : 24 * 3600;
        var secret = await api.Post<Secret>($"http://enrolment/v1/subscriptions/{id}/secrets", new { graceSeconds = grace }, form["key"].ToString(), ct);
        return await Page(api, clock, ct, refused: secret.Problem, secret: secret.Value);
    }

    public static async Task<IResult> Change(Guid id, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        return await Back(await api.Put<Api.Nothing>($"http://enrolment/v1/subscriptions/{id}/state", new { state = form["state"].ToString() }, ct), "state", form, api, clock, ct);
    }

    public static async Task<IResult> Replay(Guid id, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var from = long.TryParse(form["from"], System.Globalization.CultureInfo.InvariantCulture, out var position) ? position : 0;
        return await Back(await api.Post<Api.Nothing>($"http://enrolment/v1/subscriptions/{id}/replays", new { fromPosition = from }, form["key"].ToString(), ct), "replay", form, api, clock, ct);
    }

    public static async Task<IResult> Confirm(Guid leadId, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var now = clock.GetUtcNow().AddSeconds(-1);   // never later than the other service's clock
        var answer = await api.Post<Api.Nothing>($"http://enrolment/v1/revocations/{leadId}/ack", new { method = form["method"].ToString(), erasedAt = now }, form["key"].ToString(), ct);
        return await Back(answer, "deleted", form, api, clock, ct);
    }

    public static async Task<IResult> Back(Answer<Api.Nothing> answer, string done, IFormCollection form, Api api, TimeProvider clock, CancellationToken ct) =>
        answer.Problem is { } problem ? await Page(api, clock, ct, refused: problem, form: form) : Pages.GoTo($"{Home}?done={done}");

    /// <param name="form">What was written into a form that was refused.</param>
    public static async Task<IResult> Page(
        Api api, TimeProvider clock, CancellationToken ct, Guid? before = null, string? done = null, Problem? refused = null, Tested? tested = null, Secret? secret = null, IFormCollection? form = null)
    {
        var revocations = api.Get<Revocations>("http://enrolment/v1/revocations?open=true&limit=50", ct);
        var notices = api.Get<IReadOnlyList<Notice>>("http://enrolment/v1/notices", ct);
        var subscriptions = await api.Get<IReadOnlyList<Subscription>>("http://enrolment/v1/subscriptions", ct);
        var mine = subscriptions.Value?.FirstOrDefault(one => one.State != "closed") ?? subscriptions.Value?.FirstOrDefault();
        var deliveries = mine?.Endpoint is null ? null : await api.Get<Deliveries>($"http://enrolment/v1/subscriptions/{mine.SubscriptionId}/deliveries?limit={PageSize}{(before is null ? "" : $"&before={before}")}", ct);
        var conditions = mine is { State: "pending" } ? await api.Get<Conditions>($"http://enrolment/v1/subscriptions/{mine.SubscriptionId}/conditions", ct) : null;
        var domains = mine is null or { State: "pending" or "closed" } ? await api.Get<IReadOnlyList<Domain>>("http://enrolment/v1/domains", ct) : null;
        return Pages.Of<ConnectionPage>(new View(mine, subscriptions.Problem, conditions?.Value?.Items, domains, deliveries, before, await revocations, await notices, clock.GetUtcNow(), done, refused, tested, secret, form), refused?.Status ?? 200);
    }

    public sealed record View(
        Subscription? Mine, Problem? Away, IReadOnlyList<Condition>? Conditions, Answer<IReadOnlyList<Domain>>? Domains, Answer<Deliveries>? Deliveries, Guid? Before, Answer<Revocations> Revocations,
        Answer<IReadOnlyList<Notice>> Notices, DateTimeOffset Now, string? Done, Problem? Refused, Tested? Tested, Secret? Secret, IFormCollection? Form)
    {
        /// <summary>Nothing is registered, or what was is closed.</summary>
        public bool MayBegin => Away is null && Mine is null or { State: "closed" };
    }

    /// <param name="Told">The endpoint knows of the feed up to this position.</param>
    /// <param name="Head">The feed's last position.</param>
    public sealed record Subscription(
        Guid SubscriptionId, Guid InstitutionId, string? Endpoint, string State, string? SuspendedFor, DateTimeOffset RequestedAt, int Approvals, DateTimeOffset? TestedAt, DateTimeOffset ChangedAt, long Told, long Head, int Failures,
        DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt)
    {
        public bool Runs => State is "active" or "failing";

        /// <summary>The institution may begin it again itself.</summary>
        public bool MayResume => State == "suspended" && SuspendedFor is "manual" or "auto";

        public string? Tone => (State, SuspendedFor) switch { ("active", _) => "good", ("failing" or "pending", _) or ("suspended", "manual") => "warn", ("suspended", _) => "bad", _ => null };
    }

    public sealed record Conditions([property: System.Text.Json.Serialization.JsonPropertyName("conditions")] IReadOnlyList<Condition> Items);

    /// <summary>One thing that must hold before a subscription begins.</summary>
    public sealed record Condition(string Code, bool Holds);

    /// <param name="Token">A line of the file `Where`, or the text of the record at `OrTxtAt`.</param>
    public sealed record Domain([property: System.Text.Json.Serialization.JsonPropertyName("domain")] string Name, string Token, string Where, string OrTxtAt, DateTimeOffset? VerifiedAt);

    public sealed record Deliveries(IReadOnlyList<Delivery> Items, Guid? Next);

    public sealed record Delivery(Guid AttemptId, string Type, long? FeedPosition, int Number, DateTimeOffset At, int? DurationMs, int? Status, string Outcome);

    public sealed record Revocations(IReadOnlyList<Revocation> Items, long Open, long Overdue);

    public sealed record Revocation(Guid LeadId, string? Reason, DateTimeOffset RevokedAt, DateTimeOffset DueAt, int DaysLeft);

    public sealed record Notice(DateTimeOffset At, string Code, string Title);

    public sealed record Tested(string Outcome, int? Status, int DurationMs, int? ClockSkewSeconds);

    /// <param name="Value">Null for who only fetches.</param>
    /// <param name="OldUntil">Until when the one before still signs; null for the first.</param>
    public sealed record Secret([property: System.Text.Json.Serialization.JsonPropertyName("secret")] string? Value, DateTimeOffset? OldUntil);
}
