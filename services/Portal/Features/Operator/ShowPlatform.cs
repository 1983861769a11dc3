using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Operator;

/// <summary>How the platform stands, for whoever runs it: services and replicas, queues and their lag, facts that are set aside, the certificate, databases and their archive. No data of persons.</summary>
public static class ShowPlatform
{
    public static readonly string[] Services = ["identity", "schools", "enrolment", "destinations", "targets"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/portal/operator", (Api api, IHttpClientFactory http, ServiceDiscovery discovery, PublicCertificate certificate, TimeProvider clock, CancellationToken ct, string? done = null) =>
            Page(done, api, http, discovery, certificate, clock, ct))
        .RequireAuthorization(Policies.Operator);

    private static async Task<IResult> Page(string? done, Api api, IHttpClientFactory http, ServiceDiscovery discovery, PublicCertificate certificate, TimeProvider clock, CancellationToken ct)
    {
        var services = Task.WhenAll(Services.Select(service => Ask(service, api, http, discovery, clock, ct)));
        var tls = certificate.Look(api, ct);
        var keys = api.Get<KeySet>("http://identity/.well-known/jwks.json", ct);
        return Pages.Of<PlatformPage>(new View(await services, await tls, (await keys).Value?.Keys.Count, clock.GetUtcNow(), done is "applied" or "stays" or "dismissed" or "gone" ? done : null));
    }

    private static async Task<Service> Ask(string name, Api api, IHttpClientFactory http, ServiceDiscovery discovery, TimeProvider clock, CancellationToken ct)
    {
        var replicas = await Task.WhenAll(discovery.Endpoints(name).Select(endpoint => Health(endpoint, http, clock, ct)));
        if (replicas.All(health => health == "away")) return new Service(name, replicas, null, null);

        var log = await api.Get<Log>($"http://{name}/internal/status", ct);
        var parked = log.Value is { Parked: > 0 } ? await api.Get<IReadOnlyList<Parked>>($"http://{name}/internal/parked", ct) : null;
        return new Service(name, replicas, log, parked);
    }

    /// <summary>`healthy`, `degraded`, `unhealthy`, or `away` when nobody answers.</summary>
    private static async Task<string> Health(Uri endpoint, IHttpClientFactory http, TimeProvider clock, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            using var client = http.CreateClient(Api.Client);
            using var answer = await client.GetAsync(new Uri(endpoint, "/health"), either.Token);
            return (await answer.Content.ReadAsStringAsync(either.Token)) switch { "Healthy" => "healthy", "Degraded" => "degraded", _ => "unhealthy" };
        }
        catch (Exception away) when (away is HttpRequestException or Polly.ExecutionRejectedException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return "away";
        }
    }

    public sealed record View(IReadOnlyList<Service> Services, PublicCertificate.Seen Certificate, int? SigningKeys, DateTimeOffset Now, string? Done);

    /// <param name="Replicas">The health of each.</param>
    /// <param name="Log">Null when no replica answers.</param>
    /// <param name="Parked">Null when nothing is set aside.</param>
    public sealed record Service(string Name, IReadOnlyList<string> Replicas, Answer<Log>? Log, Answer<IReadOnlyList<Parked>>? Parked)
    {
        public int Up => Replicas.Count(health => health is "healthy" or "degraded");
        public string State => Up == 0 ? "down" : Up < Replicas.Count || Log?.Value is not { Parked: 0, Alarms.Count: 0 } || Replicas.Contains("degraded") ? "degraded" : "up";
    }

    /// <summary>A service's own word on its event log and its database.</summary>
    public sealed record Log(long Head, long Pending, long Lag, long Parked, IReadOnlyList<string> Unrouted, IReadOnlyList<Queue> Hears, IReadOnlyList<string> Alarms, Database Database);

    public sealed record Queue(string Producer, [property: System.Text.Json.Serialization.JsonPropertyName("queue")] string Name, long Lag, long Open, long Parked);

    public sealed record Database(string Version, long Bytes, int Connections, int MaxConnections, bool Archiving, DateTimeOffset? ArchivedAt, DateTimeOffset? FailedAt, long Failures);

    /// <summary>A fact that is set aside: which and why, never what it says.</summary>
    public sealed record Parked(Guid ParkedId, string Consumer, string Producer, string? Type, string Reason, int Attempts, DateTimeOffset At);

    private sealed record KeySet(IReadOnlyList<Key> Keys);

    private sealed record Key(string Kid);
}
