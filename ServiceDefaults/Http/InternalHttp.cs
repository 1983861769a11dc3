using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CareerPlatform.ServiceDefaults;

/// <summary>HTTP between services: names from `services__*`, retries for what may be repeated, and this service's own token.</summary>
public static class InternalHttp
{
    /// <summary>Name of the HttpClient that calls other services with this service's token.</summary>
    public const string Client = "internal";

    internal static void AddInternalHttp(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton<ServiceDiscovery>();
        builder.Services.AddTransient<DiscoveryHandler>();
        builder.Services.AddTransient<ResilienceHandler>();
        builder.Services.AddSingleton<ServiceTokens>();
        builder.Services.AddTransient<ServiceTokenHandler>();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddHttpMessageHandler<ResilienceHandler>();
            http.AddHttpMessageHandler<DiscoveryHandler>();
        });
        builder.Services.AddHttpClient(Client).AddHttpMessageHandler<ServiceTokenHandler>();
    }
}

/// <summary>Resolves `http://name` and `https+http://name` to the endpoints of `services__name__http__0`, `…__1`, in turn.</summary>
public sealed class ServiceDiscovery(IConfiguration configuration)
{
    private int next;

    /// <summary>Every known endpoint of a service; empty when the name is not one of ours.</summary>
    public IReadOnlyList<Uri> Endpoints(string name) =>
        [.. new[] { "https", "http" }
            .SelectMany(scheme => configuration.GetSection($"services:{name}:{scheme}").GetChildren())
            .Where(child => child.Value is not null)
            .OrderBy(child => child.Key, StringComparer.Ordinal)
            .Select(child => new Uri(child.Value!))];

    internal Uri Resolve(Uri uri)
    {
        var endpoints = Endpoints(uri.Host);
        if (endpoints.Count == 0) return uri;

        var endpoint = endpoints[(int)((uint)Interlocked.Increment(ref next) % (uint)endpoints.Count)];
        return new UriBuilder(uri) { Scheme = endpoint.Scheme, Host = endpoint.Host, Port = endpoint.Port }.Uri;
    }
}

internal sealed class DiscoveryHandler(ServiceDiscovery discovery) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var asked = request.RequestUri!;
        request.RequestUri = discovery.Resolve(asked);
        try
        {
            return await base.SendAsync(request, ct);
        }
        finally
        {
            request.RequestUri = asked;   // another try asks another replica
        }
    }
}

/// <summary>Tries what may be repeated up to four times with growing, jittered pauses, gives each try 10 s, and stops calling a service that keeps failing for a while; the others do not notice.</summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("request");

    private readonly ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> services = [];

    private static ResiliencePipeline<HttpResponseMessage> Pipeline() => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(MayRepeat(arguments.Context) && Failed(arguments.Outcome)),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = 0.5,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = TimeSpan.FromSeconds(5),
            ShouldHandle = arguments => ValueTask.FromResult(Failed(arguments.Outcome)),
        })
        .AddTimeout(TimeSpan.FromSeconds(10))
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(RequestKey, request);
        try
        {
            var pipeline = services.GetOrAdd(request.RequestUri!.Authority, _ => Pipeline());
            return await pipeline.ExecuteAsync(async inner => await base.SendAsync(request, inner.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool MayRepeat(ResilienceContext context) =>
        context.Properties.TryGetValue(RequestKey, out var request)
        && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Headers.Contains("Idempotency-Key"));

    private static bool Failed(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException || outcome.Result is { StatusCode: >= System.Net.HttpStatusCode.InternalServerError };
}

/// <summary>This service's own token from Identity (client credentials; client id = service name), kept until a minute before it expires.</summary>
public sealed class ServiceTokens(IHttpClientFactory http, IConfiguration configuration, ServiceName service, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private (string Value, DateTimeOffset Until)? token;

    /// <summary>A token that is still good; fetched when needed.</summary>
    public async Task<string> Get(CancellationToken ct)
    {
        if (token is { } known && known.Until > clock.GetUtcNow()) return known.Value;

        await gate.WaitAsync(ct);
        try
        {
            if (token is { } fresh && fresh.Until > clock.GetUtcNow()) return fresh.Value;

            var secret = configuration["ServiceClient:Secret"]
                ?? throw new InvalidOperationException("ServiceClient__Secret is missing: this service cannot authenticate itself to the others.");
            using var client = http.CreateClient();
            var address = configuration["ServiceClient:TokenEndpoint"] ?? "http://identity/connect/token";
            using var answer = await client.PostAsync(address, new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = service.Value,
                ["client_secret"] = secret,
            }), ct);
            answer.EnsureSuccessStatusCode();
            var body = JsonNode.Parse(await answer.Content.ReadAsStreamAsync(ct))!;
            token = (body["access_token"]!.GetValue<string>(), clock.GetUtcNow().AddSeconds(Math.Max(5, body["expires_in"]!.GetValue<int>() - 60)));
            return token.Value.Value;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}

internal sealed class ServiceTokenHandler(ServiceTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.Get(ct));
        return await base.SendAsync(request, ct);
    }
}
