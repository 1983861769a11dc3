using System.Diagnostics;
using CareerPlatform.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace CareerPlatform.Gateway;

/// <summary>Carries the registry's routes to the services: replicas in turn, the dead ones skipped, a GET tried again elsewhere when no connection comes about.</summary>
public static class Proxy
{
    private const string Class = "route";

    public static void AddProxy(this WebApplicationBuilder builder)
    {
        var discovery = new ServiceDiscovery(builder.Configuration);
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, SkipDeadReplica>();
        builder.Services.AddReverseProxy()
            .LoadFromMemory([.. Routes.All.Select(Config)], [.. Routes.Services.Select(service => Cluster(service, discovery))])
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(2))
            .AddTransforms(context =>
            {
                context.AddOriginalHost();
                context.AddXForwarded(ForwardedTransformActions.Set);
                context.AddRequestTransform(request =>
                {
                    request.ProxyRequest.Headers.Remove(Correlation.Header);
                    request.ProxyRequest.Headers.TryAddWithoutValidation(Correlation.Header, Correlation.Of(request.HttpContext));
                    return ValueTask.CompletedTask;
                });
                context.AddResponseTransform(response =>
                {
                    response.HttpContext.Response.Headers.Remove("Server");
                    response.HttpContext.Response.Headers.Remove(Correlation.Header);   // ours is on the answer already
                    return ValueTask.CompletedTask;
                });
            });
    }

    public static void MapProxy(this WebApplication app) => app.MapReverseProxy(pipeline =>
    {
        pipeline.Use(TryElsewhere);
        pipeline.UseLoadBalancing();
        pipeline.UsePassiveHealthChecks();
    }).AllowAnonymous();   // each service decides for itself, by default no

    /// <summary>The entry of the registry that this request took; null when it took none.</summary>
    public static Route? RouteOf(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { Config.Metadata: { } metadata } && metadata.TryGetValue(Class, out var index) ? Routes.All[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)] : null;

    private static RouteConfig Config(Route route, int index) => new()
    {
        RouteId = route.Path,
        ClusterId = route.Service,
        Match = new RouteMatch { Path = route.Path, Methods = route.MethodList },
        MaxRequestBodySize = route.Body,
        Metadata = new Dictionary<string, string> { [Class] = $"{index}" },
    };

    private static ClusterConfig Cluster(string service, ServiceDiscovery discovery) => new()
    {
        ClusterId = service,
        LoadBalancingPolicy = "RoundRobin",
        Destinations = discovery.Endpoints(service).Select((uri, index) => (uri, index)).ToDictionary(one => $"{service}-{one.index}", one => new DestinationConfig { Address = one.uri.ToString() }),
        HealthCheck = new HealthCheckConfig
        {
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = SkipDeadReplica.PolicyName, ReactivationPeriod = TimeSpan.FromSeconds(5) },
            AvailableDestinationsPolicy = "HealthyOrPanic",
        },
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromMinutes(5) },
        HttpClient = new HttpClientConfig { EnableMultipleHttp2Connections = true },
    };

    private static async Task TryElsewhere(HttpContext http, Func<Task> next)
    {
        var proxy = http.GetReverseProxyFeature();
        var untried = proxy.AvailableDestinations.ToList();
        while (true)
        {
            await next();
            var error = http.GetForwarderErrorFeature();
            if (error is null || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested) return;

            if (proxy.ProxiedDestination is { } failed) untried.Remove(failed);
            if (!HttpMethods.IsGet(http.Request.Method) || !SkipDeadReplica.NotReached(error) || untried.Count == 0) throw Refusal(error);

            http.Features.Set<IForwarderErrorFeature>(null);
            http.Response.StatusCode = StatusCodes.Status200OK;
            proxy.AvailableDestinations = untried;
        }
    }

    private static RuleBroken Refusal(IForwarderErrorFeature error) => error switch
    {
        { Exception: { } exception } when FirstBadRequest(exception) is { StatusCode: 413 } => Limits.TooLarge(),
        { Exception: { } exception } when FirstBadRequest(exception) is { StatusCode: 408 } => new("request_timeout", "Gửi dữ liệu quá chậm", "The request body arrived too slowly.", 408),
        { Error: ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyClient } => new("request_invalid", "Yêu cầu không hợp lệ", "The request body could not be read.", 400),
        { Error: ForwarderError.RequestTimedOut } => new("service_timeout", "Dịch vụ trả lời quá chậm", "The service behind the gateway did not answer in time.", 504),
        _ => new RuleBroken("service_unavailable", "Dịch vụ tạm thời không trả lời", "The service behind the gateway is away; nothing else is affected. Retry later.", 503).After(5),
    };

    private static BadHttpRequestException? FirstBadRequest(Exception? exception) => exception switch
    {
        null => null,
        BadHttpRequestException bad => bad,
        AggregateException many => many.InnerExceptions.Select(FirstBadRequest).FirstOrDefault(found => found is not null),
        _ => FirstBadRequest(exception.InnerException),
    };
}

/// <summary>A replica to which no connection came about is left out for five seconds; one that answers is good again at once.</summary>
internal sealed class SkipDeadReplica(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "SkipDeadReplica";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var error = context.GetForwarderErrorFeature();
        if (error is not null && NotReached(error)) health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, TimeSpan.FromSeconds(5));
        else if (error is null && destination.Health.Passive == DestinationHealth.Unhealthy) health.SetPassive(cluster, destination, DestinationHealth.Healthy, TimeSpan.Zero);
    }

    /// <summary>True when the request cannot have had an effect that matters for a GET: no connection, or it broke before any answer.</summary>
    public static bool NotReached(IForwarderErrorFeature error) =>
        error.Error is ForwarderError.Request or ForwarderError.NoAvailableDestinations or ForwarderError.RequestTimedOut && error.Exception is HttpRequestException or OperationCanceledException or TimeoutException;
}

/// <summary>One id for everything that one request sets off: the caller's own when it is well formed, otherwise the trace id.</summary>
public static class Correlation
{
    public const string Header = "X-Correlation-Id";

    public static string Of(HttpContext http)
    {
        if (http.Items[Header] is string known) return known;
        var asked = http.Request.Headers[Header];
        var id = asked is [{ Length: > 0 and <= 64 } one] && one.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? one
            : Activity.Current?.TraceId.ToString() ?? Guid.CreateVersion7().ToString("N");
        http.Items[Header] = id;
        return id;
    }
}
