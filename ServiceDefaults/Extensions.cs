using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

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
        builder.Services.AddSingleton<Mailer>();

        builder.AddTelemetry(service);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        ClockWatch.Add(builder.Services, builder.Configuration);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));

        builder.Services.ConfigureHttpJsonOptions(options => StrictJson.Apply(options.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddProblems();
        builder.Services.AddOpenApi(ApiDocument.Describe);

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
        app.UseLedgerGate();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapHealthChecks("/health", new HealthCheckOptions { ResultStatusCodes = { [HealthStatus.Degraded] = (int)HttpStatusCode.OK } }).AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapOpenApi().AllowAnonymous();
        foreach (var map in app.Services.GetServices<InternalEndpoints>()) map.Map(app);
        return app;
    }
}

/// <summary>What every service's OpenAPI document says beside its shapes: the bearer token, and the Idempotency-Key where a write needs one.</summary>
internal static class ApiDocument
{
    private const string Bearer = "bearer";

    internal static void Describe(OpenApiOptions options)
    {
        // Every use case has its own Command and Answer: the schema's name says whose it is, or they would all be one.
        options.CreateSchemaReferenceId = type =>
        {
            var name = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            return name is not null && type.Type is { IsNested: true, DeclaringType: { } useCase } ? $"{useCase.Name}{name}" : name;
        };
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, BearerFormat = "JWT", Description = "A token of the configured authority." });
            return Task.CompletedTask;
        })
        .AddOperationTransformer((operation, context, _) =>
        {
            var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
            if (endpoint.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(IdempotencyKey))))
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = "One key for one write: the same key with the same body gets the first answer again, for 7 days.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 },
                });
            }
            var anonymous = endpoint.OfType<IAllowAnonymous>().Any() || endpoint.OfType<AuthorizationPolicy>().Any(policy => policy.AuthenticationSchemes.Count > 0);   // a browser's session, not a token
            if (!anonymous) (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] });
            return Task.CompletedTask;
        });
    }
}

/// <summary>The resource name of this process.</summary>
public sealed record ServiceName(string Value);

/// <summary>Endpoints that a part of the defaults adds to every service, for the other services only.</summary>
public sealed record InternalEndpoints(Action<IEndpointRouteBuilder> Map);
