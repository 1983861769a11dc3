using System.Collections.Concurrent;
using System.Text;
using CareerPlatform.ServiceDefaults.Tests.Http;
using CareerPlatform.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
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
    public async Task One_exported_trace_goes_from_an_HTTP_request_through_event_relay_and_broker_to_the_reaction()
    {
        var spans = new ConcurrentQueue<Span>();
        await using var collector = await SampleService.Start(map: app => app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            if (signal == "traces") foreach (var span in Span.Read(body.ToArray())) spans.Enqueue(span);
            return Results.Ok();
        }).AllowAnonymous());
        await using var hosts = await Hosts.Create();
        await using var watch = await Start("watch", await Hosts.WatchDatabase(), bus => bus.Hears("walks").With<StepTaken, NoteStepWhenStepTaken>());
        await using var walks = await Start("walks", await Log.Migrated(), bus => bus.Publishes<StepTaken>());
        walks.MapPost("/steps", async (Database database, IHttpClientFactory http, CancellationToken ct) =>
        {
            using var asking = http.CreateClient();
            await asking.GetStringAsync($"{collector.Address}alive", ct);
            await database.Run("40", work =>
            {
                work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
                return Task.CompletedTask;
            }, ct);
        }).AllowAnonymous();

        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{walks.Urls.First()}/steps") { Headers = { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } } };
        (await client.SendAsync(request)).EnsureSuccessStatusCode();

        (string Source, string Name)[] expected =
        [
            ("Microsoft.AspNetCore", "HttpRequestIn"), ("System.Net.Http", "GET"), ("Npgsql", ""), ("CareerPlatform.Messaging", "relay step_taken"),
            ("MassTransit", "StepTaken send"), ("MassTransit", "watch-hears-walks receive"), ("CareerPlatform.Messaging", nameof(NoteStepWhenStepTaken)),
        ];
        foreach (var one in expected)
        {
            await Wait.Until(() => spans.Any(span => span.Trace == trace && span.Source == one.Source && span.Name.EndsWith(one.Name, StringComparison.Ordinal)), TimeSpan.FromSeconds(60), one.ToString());
        }

        async Task<WebApplication> Start(string name, string owner, Action<BusSetup> table)
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                [$"ConnectionStrings:{name}db"] = owner,
                ["ConnectionStrings:messaging"] = hosts.Broker,
                ["Database:AppRole"] = Log.Role,
                ["Database:AppPassword"] = Log.Password,
            });
            builder.AddServiceDefaults(name);
            builder.AddDatabase($"{name}db", typeof(Migrations).Assembly);
            builder.AddMessaging(name, table);
            builder.Services.AddSingleton<Behaviour>();
            var app = builder.Build();
            app.UseServiceDefaults();
            await app.StartAsync();
            await Wait.Until(() => app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
            return app;
        }
    }

    /// <summary>One span as OTLP carries it: ExportTraceServiceRequest, resource_spans = 1, scope_spans = 2, spans = 2.</summary>
    private sealed record Span(string Source, string Trace, string Name)
    {
        internal static IEnumerable<Span> Read(byte[] request) =>
            from resource in Fields(request, 1)
            from scope in Fields(resource, 2)
            from span in Fields(scope, 2)
            select new Span(Text(Fields(scope, 1).Single(), 1), Convert.ToHexStringLower(Fields(span, 1).Single()), Text(span, 5));

        private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault() ?? []);

        /// <summary>The length-delimited fields of this number.</summary>
        private static List<byte[]> Fields(byte[] message, int number)
        {
            var found = new List<byte[]>();
            for (var at = 0; at < message.Length;)
            {
                var tag = Number(message, ref at);
                switch (tag & 7)
                {
                    case 0: Number(message, ref at); break;
                    case 1: at += 8; break;
                    case 5: at += 4; break;
                    default:
                        var length = (int)Number(message, ref at);
                        if (tag >> 3 == (ulong)number) found.Add(message[at..(at + length)]);
                        at += length;
                        break;
                }
            }
            return found;
        }

        private static ulong Number(byte[] message, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = message[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80) return value;
            }
        }
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_exported()
    {
        await using var service = await SampleService.Start();

        service.Services.GetService<OpenTelemetry.Trace.TracerProvider>().ShouldBeNull();
    }
}
