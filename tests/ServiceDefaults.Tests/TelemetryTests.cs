using System.Collections.Concurrent;
using CareerPlatform.ServiceDefaults.Tests.Http;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Traces_metrics_and_logs_leave_over_otlp_when_an_endpoint_is_set()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await SampleService.Start(map: app => app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(signal, _ => Text(body), (_, before) => before + Text(body));
            return Results.Ok();
        }).AllowAnonymous());

        await using (var service = await SampleService.Start(
            map: app => app.MapGet("/counted", (ILogger<TelemetryTests> log) => { log.LogWarning("said while counted"); return "ok"; }).AllowAnonymous(),
            settings: [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString().TrimEnd('/')), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]))
        {
            using var client = service.Client();
            (await client.GetStringAsync("/counted")).ShouldBe("ok");
        }

        await Wait.Until(() => received.Count == 3);
        received["traces"].ShouldContain("/counted");
        received["metrics"].ShouldContain("http.server.request.duration");
        received["logs"].ShouldContain("said while counted");
        received.Values.ShouldAllBe(batch => batch.Contains("sample"));

        static string Text(MemoryStream body) => System.Text.Encoding.UTF8.GetString(body.ToArray());
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_exported()
    {
        await using var service = await SampleService.Start();

        service.Services.GetService<OpenTelemetry.Trace.TracerProvider>().ShouldBeNull();
    }
}
