using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Traces, metrics and logs over OTLP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; nothing leaves the process otherwise.</summary>
internal static class Telemetry
{
    private static readonly string[] Sources =
        ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "CareerPlatform.Messaging"];

    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", "CareerPlatform.Messaging"];

    internal static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        var endpoint = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (string.IsNullOrWhiteSpace(endpoint)) return;

        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, where set, win over the default name.
        var resource = ResourceBuilder.CreateEmpty().AddService(service).AddTelemetrySdk().AddEnvironmentVariableDetector();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.SetResourceBuilder(resource);
            logs.AddOtlpExporter(options => Send(options, "logs"));
        });
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter(options => Send(options, "traces")).Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter(options => Send(options, "metrics")).Build());
        builder.Services.AddHostedService<Exporters>();

        // The exporter by itself would read the process's variables only, not the rest of the configuration.
        void Send(OtlpExporterOptions options, string signal)
        {
            options.Protocol = builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            options.Endpoint = new Uri(options.Protocol == OtlpExportProtocol.Grpc ? endpoint : $"{endpoint.TrimEnd('/')}/v1/{signal}");
            options.Headers = builder.Configuration["OTEL_EXPORTER_OTLP_HEADERS"];
        }
    }

    /// <summary>Starts the providers with the process and flushes them at its end.</summary>
    private sealed class Exporters(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StopAsync(CancellationToken ct)
        {
            traces.ForceFlush(3000);
            metrics.ForceFlush(3000);
            return Task.CompletedTask;
        }
    }
}
