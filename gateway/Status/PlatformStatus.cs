using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Gateway.Status;

/// <summary>How the platform stands, asked from the services themselves; the same answer for three seconds, so that watching costs nothing.</summary>
public sealed class PlatformStatus(IHttpClientFactory http, ServiceDiscovery discovery, TimeProvider clock, ILogger<PlatformStatus> log) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly SemaphoreSlim gate = new(1);
    private Snapshot? last;

    /// <param name="At">When the services were asked.</param>
    /// <param name="Services">In the registry's order.</param>
    /// <param name="Season">Counters of the season over all provinces, without names; null where the service is away.</param>
    public sealed record Snapshot(DateTimeOffset At, IReadOnlyList<Service> Services, IReadOnlyDictionary<string, long?> Season);

    /// <param name="State">`up`; `degraded` when a replica or the log is in trouble; `down` when no replica is healthy.</param>
    public sealed record Service(string Name, string State, int Replicas, int Healthy, double? LatencyMilliseconds, Log? Log);

    /// <summary>A service's event log: how much is not yet published, how much is set aside for the operator, what is still to be heard.</summary>
    public sealed record Log(long Head, long Pending, long Lag, long Parked, IReadOnlyList<Queue> Hears);

    public sealed record Queue(string Producer, [property: JsonPropertyName("queue")] string Name, long Lag, long Open, long Parked);

    public async Task<Snapshot> Read(CancellationToken ct)
    {
        if (last is { } fresh && fresh.At + Kept > clock.GetUtcNow()) return fresh;

        await gate.WaitAsync(ct);
        try
        {
            if (last is { } known && known.At + Kept > clock.GetUtcNow()) return known;

            var answers = await Task.WhenAll(Routes.Services.Select(Ask));
            var counts = answers.ToDictionary(answer => answer.Service.Name, answer => answer.Counts);
            return last = new Snapshot(clock.GetUtcNow(), [.. answers.Select(answer => answer.Service)], Counters.ToDictionary(
                counter => counter.Name, counter => counts[counter.Service] is { } those && those.TryGetValue(counter.Name, out var count) ? count : (long?)null));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The season's counters in the order of the story, and who keeps them.</summary>
    public static readonly IReadOnlyList<(string Name, string Service, string Title)> Counters =
    [
        ("pupils", "schools", "Học sinh trong danh sách lớp 9"),
        ("rounds", "schools", "Đợt xét kết quả lớp 10"),
        ("roundsFinalized", "schools", "Đợt đã chốt"),
        ("withoutPlace", "enrolment", "Học sinh chưa có chỗ học"),
        ("leads", "enrolment", "Được phép giới thiệu"),
        ("offered", "enrolment", "Đã giới thiệu tới cơ sở GDNN"),
        ("contacted", "enrolment", "Đã được liên hệ"),
        ("enrolled", "enrolment", "Đã nhập học"),
        ("withdrawn", "enrolment", "Đã rút lại"),
    ];

    private async Task<(Service Service, IReadOnlyDictionary<string, long>? Counts)> Ask(string service)
    {
        var endpoints = discovery.Endpoints(service);
        var healthy = (await Task.WhenAll(endpoints.Select(Check))).OfType<(Uri Endpoint, double Latency)>().ToList();
        if (healthy.Count == 0) return (new Service(service, "down", endpoints.Count, 0, null, null), null);

        var log = service == Routes.Portal ? Task.FromResult<Log?>(null) : Get<Log>(healthy[0].Endpoint, "/internal/status");
        var counts = Counters.Any(counter => counter.Service == service) ? Get<Dictionary<string, long>>(healthy[0].Endpoint, "/internal/counters") : Task.FromResult<Dictionary<string, long>?>(null);
        var state = healthy.Count < endpoints.Count || (service != Routes.Portal && await log is null or { Parked: > 0 }) ? "degraded" : "up";
        return (new Service(service, state, endpoints.Count, healthy.Count, Math.Round(healthy.Max(one => one.Latency), 1), await log), await counts);
    }

    private async Task<(Uri, double)?> Check(Uri endpoint)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            using var client = http.CreateClient("status");
            var since = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(new Uri(endpoint, "/health"), patience.Token);
            return answer.IsSuccessStatusCode ? (endpoint, Stopwatch.GetElapsedTime(since).TotalMilliseconds) : null;
        }
        catch (Exception away) when (Away(away))
        {
            return null;
        }
    }

    private async Task<T?> Get<T>(Uri endpoint, string path) where T : class
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            using var client = http.CreateClient(InternalHttp.Client);
            return await client.GetFromJsonAsync<T>(new Uri(endpoint, path), Json, patience.Token);
        }
        catch (Exception away) when (Away(away) || away is JsonException or InvalidOperationException)
        {
            log.LogDebug("{Endpoint} did not answer {Path}: {Exception}", endpoint, path, away.GetType().Name);
            return null;
        }
    }

    private static bool Away(Exception exception) => exception is HttpRequestException or OperationCanceledException or Polly.ExecutionRejectedException;

    public void Dispose() => gate.Dispose();
}
