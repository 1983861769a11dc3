using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Client;

/// <summary>Who you are and where the platform is.</summary>
public sealed record LeadFeedOptions
{
    /// <summary>The platform's gateway, for example `https://huongnghiep.tinh.example/`.</summary>
    public required Uri Platform { get; init; }

    public required string ClientId { get; init; }
    public required string ClientSecret { get; init; }

    /// <summary>Where tokens come from when it is not the platform itself.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>For what you read leads; your agreement must name it.</summary>
    public string Purpose { get; init; } = "vocational_guidance";

    /// <summary>A request is given up when the platform asks to wait longer than this, or after <see cref="Attempts"/>.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    public int Attempts { get; init; } = 6;
}

/// <summary>The platform's HTTP API for institutions. Fetches its token itself, and tries again what is safe to repeat, as late as the platform asks. Safe for many threads.</summary>
public sealed class LeadFeedClient : IDisposable
{
    private const int LeadsAtOnce = 100;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly LeadFeedOptions options;
    private readonly HttpClient http;

    /// <param name="network">The innermost handler; yours to set in tests or behind a proxy.</param>
    public LeadFeedClient(LeadFeedOptions options, TimeProvider? clock = null, HttpMessageHandler? network = null)
    {
        this.options = options;
        var calm = new CalmHandler(options, clock ?? TimeProvider.System) { InnerHandler = network ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) } };
        http = new(new TokenHandler(options, clock ?? TimeProvider.System) { InnerHandler = calm }) { BaseAddress = options.Platform, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One page of your feed after a cursor; from its beginning without one. Waits up to 25 s for news when there is none.</summary>
    public Task<FeedPage> ReadFeed(string? after, int limit = 500, int waitSeconds = 0, CancellationToken ct = default) =>
        Get<FeedPage>($"v1/feed?limit={limit}&wait={waitSeconds}{After(after)}", ct);

    /// <summary>One page of all leads you were ever offered, as they stand: for who lost the place in the feed.</summary>
    public Task<SnapshotPage> ReadSnapshot(string? after, int limit = 500, CancellationToken ct = default) => Get<SnapshotPage>($"v1/leads?limit={limit}{After(after)}", ct);

    /// <summary>Reads leads; what you may not see (any more) comes back with its status and code instead. Every read is journaled for the family.</summary>
    public async Task<IReadOnlyList<LeadAnswer>> ReadLeads(IEnumerable<Guid> leads, CancellationToken ct = default)
    {
        List<LeadAnswer> answers = [];
        foreach (var batch in leads.Distinct().Chunk(LeadsAtOnce))
            answers.AddRange((await Send<LeadAnswers>(HttpMethod.Post, "v1/leads:batchGet", new { purpose = options.Purpose, leadIds = batch }, key: null, ct)).Items);
        return answers;
    }

    /// <param name="key">Yours, one for one contact, kept until this returns: the same key has one effect, however often it is sent.</param>
    public Task<ContactLogged> LogContact(Contact contact, string key, CancellationToken ct = default) => Send<ContactLogged>(HttpMethod.Post, "v1/contacts", contact, key, ct);

    /// <inheritdoc cref="LogContact"/>
    public Task<EnrolmentConfirmed> ConfirmEnrolment(FirstAttendance enrolment, string key, CancellationToken ct = default) => Send<EnrolmentConfirmed>(HttpMethod.Post, "v1/enrolments", enrolment, key, ct);

    /// <summary>Confirms that you deleted what you held of a withdrawn lead. Within 20 days, or your feed is stopped.</summary>
    public Task AcknowledgeRevocation(Guid lead, Deletion deletion, CancellationToken ct = default) => Send<JsonNode>(HttpMethod.Post, $"v1/revocations/{lead}/ack", deletion, $"ack-{lead:N}-{deletion.ErasedAt.UtcTicks}", ct);

    public void Dispose() => http.Dispose();

    private static string After(string? cursor) => cursor is null ? "" : $"&after={Uri.EscapeDataString(cursor)}";

    private Task<T> Get<T>(string path, CancellationToken ct) => Send<T>(HttpMethod.Get, path, null, null, ct);

    private async Task<T> Send<T>(HttpMethod method, string path, object? body, string? key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: Json) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, ct);
        if (answer.IsSuccessStatusCode) return (await answer.Content.ReadFromJsonAsync<T>(Json, ct))!;

        throw await Refusal(answer, ct);
    }

    private static async Task<PlatformRefused> Refusal(HttpResponseMessage answer, CancellationToken ct)
    {
        JsonNode? problem = null;
        try
        {
            problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct));
        }
        catch (JsonException)
        {
            // Something on the way answered, not the platform.
        }
        string Text(string name, string otherwise) => problem is JsonObject said && said[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : otherwise;
        return new((int)answer.StatusCode, Text("code", $"http_{(int)answer.StatusCode}"), Text("title", ""), Text("detail", answer.ReasonPhrase ?? ""), answer.Headers.RetryAfter?.Delta);
    }

    private sealed record LeadAnswers(IReadOnlyList<LeadAnswer> Items);
}
