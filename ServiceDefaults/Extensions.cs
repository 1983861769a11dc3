using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.ServiceDefaults;

/// <summary>What every process of the platform has: telemetry, health, problem details, strict JSON, authentication, discovery, resilience.</summary>
public static class Extensions
{
    /// <summary>Adds the defaults. <paramref name="service"/> is the resource name in the AppHost, in lower case.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        StartupChecks.Verify(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(new ServiceName(service));
        builder.Services.TryAddSingleton(TimeProvider.System);

        builder.AddTelemetry(service);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));

        builder.Services.ConfigureHttpJsonOptions(options => StrictJson.Apply(options.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddProblems();
        builder.Services.AddOpenApi();

        builder.AddTokenAuthentication();
        builder.AddInternalHttp(service);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    /// <summary>Uses the defaults: errors as problem details, authentication, `/health`, `/alive`, `/openapi/v1.json` and the service's internal endpoints.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapHealthChecks("/health", new HealthCheckOptions { ResultStatusCodes = { [HealthStatus.Degraded] = (int)HttpStatusCode.OK } }).AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapOpenApi().AllowAnonymous();
        foreach (var map in app.Services.GetServices<InternalEndpoints>()) map.Map(app);
        return app;
    }
}

/// <summary>The resource name of this process.</summary>
public sealed record ServiceName(string Value);

/// <summary>Endpoints that a part of the defaults adds to every service, for the other services only.</summary>
public sealed record InternalEndpoints(Action<IEndpointRouteBuilder> Map);
