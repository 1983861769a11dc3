using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.Identity.Tests;

/// <summary>Tests that measure time run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Identity in a process of its own, a service in another, a real database each and a real broker between them.</summary>
[Collection(nameof(Alone))]
public sealed class RevocationTests
{
    private const string ProbeSecret = "probe-own-secret-for-tests-0123456789";

    private static readonly TimeSpan Felt = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task S4_a_revoked_client_person_or_organisation_is_refused_by_another_service_within_five_seconds()
    {
        var broker = await TestServers.NewVirtualHost();
        await using var identity = await IdentityProcess.Start(broker);
        await using var service = await StartService(broker, identity.Address);
        await using var stop = new Stop(service);
        using var http = new HttpClient { BaseAddress = identity.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await identity.Token(http, identity.Demo.Clients.Single().ClientId, identity.Demo.Clients.Single().Secret));

        // One beforehand, unmeasured: the first message of two processes that have just started waits for their compilers, not for the platform.
        var (firstToken, first) = await identity.Client(http, "client");
        (await http.PutAsync($"/v1/access/revocations/client/{first}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Wait.Until(async () => (await Call(service, firstToken)).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromMinutes(1));

        foreach (var kind in new[] { "client", "organisation", "person" })
        {
            var (token, subject) = kind == "person" ? await identity.Person(http) : await identity.Client(http, kind);
            (await Call(service, token)).StatusCode.ShouldBe(HttpStatusCode.OK);

            var since = Stopwatch.GetTimestamp();
            (await http.PutAsync($"/v1/access/revocations/{kind}/{subject}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await Wait.Until(async () => (await Call(service, token)).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(20));
            var felt = Stopwatch.GetElapsedTime(since);

            felt.ShouldBeLessThan(Felt, kind);
            TestContext.Current.SendDiagnosticMessage($"{kind}: felt after {felt.TotalMilliseconds:0} ms");
            await (await Call(service, token)).ShouldBeRefusedWith("access_revoked", 401);

            (await http.DeleteAsync($"/v1/access/revocations/{kind}/{subject}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await Wait.Until(async () => (await Call(service, token)).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public async Task A_service_that_was_away_during_the_revocation_knows_it_from_the_start()
    {
        var broker = await TestServers.NewVirtualHost();
        await using var identity = await IdentityProcess.Start(broker);
        using var http = new HttpClient { BaseAddress = identity.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await identity.Token(http, identity.Demo.Clients.Single().ClientId, identity.Demo.Clients.Single().Secret));
        var (token, subject) = await identity.Client(http, "client");

        (await http.PutAsync($"/v1/access/revocations/client/{subject}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await using var service = await StartService(broker, identity.Address);
        await using var stop = new Stop(service);

        await (await Call(service, token)).ShouldBeRefusedWith("access_revoked", 401);   // from the moment it is ready
    }

    [Fact]
    public async Task A_service_that_cannot_compare_itself_with_Identity_is_not_ready()
    {
        var broker = await TestServers.NewVirtualHost();
        var port = IdentityProcess.FreePort();
        await using var service = await StartService(broker, new Uri($"http://127.0.0.1:{port}"), ready: false);
        await using var stop = new Stop(service);
        using var http = new HttpClient();
        await Wait.Until(async () => await (await http.GetAsync($"{service.Urls.First()}/alive")).Content.ReadAsStringAsync() == "Healthy");
        var health = service.Services.GetRequiredService<HealthCheckService>();
        await Wait.Until(async () => (await health.CheckHealthAsync()).Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => entry.Key).SequenceEqual(["access"]), TimeSpan.FromMinutes(1));
        (await http.GetAsync($"{service.Urls.First()}/health")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await using var identity = await IdentityProcess.Start(broker, port);

        await Wait.Until(async () => (await http.GetAsync($"{service.Urls.First()}/health")).StatusCode == HttpStatusCode.OK, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_revocation_is_felt_within_five_seconds_also_while_the_broker_is_away()
    {
        const string nowhere = "amqp://nobody:nothing@127.0.0.1:1/";
        await using var identity = await IdentityProcess.Start(nowhere);
        await using var service = await StartService(nowhere, identity.Address);
        await using var stop = new Stop(service);
        using var http = new HttpClient { BaseAddress = identity.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await identity.Token(http, identity.Demo.Clients.Single().ClientId, identity.Demo.Clients.Single().Secret));
        var (token, subject) = await identity.Client(http, "client");
        (await Call(service, token)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var since = Stopwatch.GetTimestamp();
        (await http.PutAsync($"/v1/access/revocations/client/{subject}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Wait.Until(async () => (await Call(service, token)).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(20));

        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(Felt);
    }

    private static async Task<HttpResponseMessage> Call(WebApplication service, string token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{service.Urls.First()}/v1/probe");
        request.Headers.Authorization = new("Bearer", token);
        return await client.SendAsync(request);
    }

    private static async Task<WebApplication> StartService(string broker, Uri identity, bool ready = true)
    {
        var database = await TestServers.NewDatabase("probe");
        await Migrations.Apply(database, typeof(RevocationTests).Assembly, "identity_test_app", IdentityApp.Password);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:probedb"] = new NpgsqlConnectionStringBuilder(database) { Username = "identity_test_app", Password = IdentityApp.Password }.ConnectionString,
            ["ConnectionStrings:messaging"] = broker,
            ["services:identity:http:0"] = identity.ToString().TrimEnd('/'),
            ["ServiceClient:Secret"] = ProbeSecret,
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("probe");
        builder.AddDatabase("probedb", typeof(RevocationTests).Assembly);
        builder.AddMessaging("probe", bus => bus.Hears("identity").With<AccessChanged, NoteRevokedAccessWhenAccessChanged>());
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/v1/probe", (Person person) => Results.Text(person.Tenant)).RequireAuthorization();
        await app.StartAsync();
        using var http = new HttpClient();
        // Without a broker it is ready as well, only not at its best.
        if (ready) await Wait.Until(async () => (await http.GetStringAsync($"{app.Urls.First()}/health")) is "Healthy" or "Degraded", TimeSpan.FromMinutes(2), "the service hears identity");
        return app;
    }

    private sealed class Stop(WebApplication service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await service.StopAsync();
    }

    private sealed class IdentityProcess : IAsyncDisposable
    {
        private readonly Process process;

        private IdentityProcess(Process process, Uri address, Demo demo) => (this.process, Address, Demo) = (process, address, demo);

        public Uri Address { get; }

        public Demo Demo { get; }

        public static async Task<IdentityProcess> Start(string broker, int? port = null)
        {
            var database = await TestServers.NewDatabase("identity");
            await Migrations.Apply(database, typeof(TokenWriter).Assembly, "identity_test_app", IdentityApp.Password);
            var address = new Uri($"http://127.0.0.1:{port ?? FreePort()}");
            var demo = Path.Combine(Path.GetTempPath(), $"demo-{Guid.NewGuid():N}.json");
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "CareerPlatform.Identity.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var (name, value) in new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["Logging__LogLevel__Default"] = "Warning",
                ["ConnectionStrings__identitydb"] = new NpgsqlConnectionStringBuilder(database) { Username = "identity_test_app", Password = IdentityApp.Password }.ConnectionString,
                ["ConnectionStrings__messaging"] = broker,
                ["Identity__Issuer"] = IdentityApp.Issuer,
                ["Identity__KeyEncryptionKey"] = IdentityApp.KeyEncryptionKey,
                ["Identity__DemoUsersFile"] = demo,
                ["ServiceClient__Secret"] = "identity-own-secret-for-tests-0123456789",
                ["ServiceClients__probe__Secret"] = ProbeSecret,
            })
            {
                start.Environment[name] = value;
            }
            var process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var http = new HttpClient { BaseAddress = address };
            await Wait.Until(async () => !process.HasExited && (await http.GetAsync("/health")).StatusCode == HttpStatusCode.OK, TimeSpan.FromMinutes(3), "Identity is healthy");
            var people = JsonSerializer.Deserialize<Demo>(await File.ReadAllTextAsync(demo), JsonSerializerOptions.Web)!;
            File.Delete(demo);
            return new IdentityProcess(process, address, people);
        }

        public async Task<string> Token(HttpClient http, string clientId, string secret)
        {
            using var answer = await http.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = clientId, ["client_secret"] = secret }));
            answer.EnsureSuccessStatusCode();
            return (await answer.Json())["access_token"]!.GetValue<string>();
        }

        /// <summary>A new institution's client; the subject is it or its organisation.</summary>
        public async Task<(string Token, string Subject)> Client(HttpClient http, string kind)
        {
            var institution = Guid.CreateVersion7();
            var made = await (await http.PostAsJsonAsync("/v1/access/clients", new { organisation = institution, role = "institution", name = "Trường Thử nghiệm" })).Json();
            var clientId = made["clientId"]!.GetValue<string>();
            return (await Token(http, clientId, made["secret"]!.GetValue<string>()), kind == "client" ? clientId : institution.ToString());
        }

        public async Task<(string Token, string Subject)> Person(HttpClient http)
        {
            var officer = Demo.Officer;
            using var browser = new HttpClient { BaseAddress = Address };
            browser.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            var form = (await browser.GetFromJsonAsync<JsonNode>("/signin"))!;
            (await browser.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["username"] = officer.Username,
                ["password"] = officer.Password,
                [form["field"]!.GetValue<string>()] = form["token"]!.GetValue<string>(),
            }))).EnsureSuccessStatusCode();
            var token = await IdentityApp.SessionToken(browser);
            return (token, new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Subject);
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        public static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
