using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The tests of webhooks move the clock, so they take turns.</summary>
[CollectionDefinition(nameof(WebhooksApp))]
public sealed class WebhooksCollection : ICollectionFixture<WebhooksApp>;

/// <summary>The service beside colleges' servers on loopback: real https with a root of the tests; every name resolves to this machine unless a test says otherwise.</summary>
public class WebhooksApp : EnrolmentApp
{
    public ConcurrentDictionary<string, string> Addresses { get; } = [];
    public ConcurrentDictionary<string, string> Texts { get; } = [];
    public X509Certificate2 Root { get; init; } = Receiver.Certificate("Root of the tests");

    /// <summary>Longer than any test: these tests are about time on the clock they hold.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    public DeliverWebhooks Worker => Services.GetRequiredService<DeliverWebhooks>();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton(new OutboundRules
        {
            Loopback = true,
            Connect = Patience,
            Total = Patience,
            Roots = [X509CertificateLoader.LoadCertificate(Root.RawData)],
            ResolveText = (name, _) => Task.FromResult<IReadOnlyList<string>>(Texts.TryGetValue(name, out var text) ? [text] : []),
            Resolve = (host, _) => Task.FromResult(new[] { IPAddress.Parse(Addresses.GetValueOrDefault(host, "127.0.0.1")) }),
        })));
    }

    /// <summary>Everything due in this season's province is tried once.</summary>
    public Task Deliver(Season season) => Worker.Round(season.Province, default);

    /// <summary>What only time does.</summary>
    public Task Keep(Season season) => Services.GetRequiredService<KeepSubscriptions>().Round(season.Province, default);

    /// <summary>Items appear in an institution's feed, in one commit.</summary>
    public Task Tell(Season season, Guid institution, params (string Kind, Guid Lead, string? Reason)[] items) => Services.GetRequiredService<Database>().Run(season.Province, async work =>
    {
        await work.AsProvince();
        await work.Tell([.. items.Select(item => new FeedEntry(institution, item.Kind, item.Lead, item.Lead, item.Reason))], Clock.Now);
    });
}

/// <summary>A second process of the service on the database of the first, with the same clock and colleges.</summary>
public sealed class WebhooksReplica : WebhooksApp
{
    private readonly WebhooksApp first;

    public WebhooksReplica(WebhooksApp first)
    {
        this.first = first;
        Root = first.Root;
        foreach (var (name, value) in first.Settings) Settings[name] = value;
    }

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:enrolmentdb", first.OwnerConnection);
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(first.Clock)));
    }
}

/// <summary>An institution with its server and its subscription.</summary>
public sealed class College(WebhooksApp app, Season season, Participant institution, Receiver server, string host) : IAsyncDisposable
{
    private static int colleges;

    public Participant Institution { get; } = institution;
    public Receiver Server { get; } = server;
    public string Host { get; } = host;
    public string Endpoint => $"https://{Host}:{Server.Port}/hooks";
    public Guid Subscription { get; private set; }
    public string Secret { get; private set; } = "";
    public HttpClient Http => Institution.Http;

    /// <summary>What came to the endpoint, without the tests.</summary>
    public IReadOnlyList<Received> Events => [.. Server.Got.Where(got => got.Method == "POST" && got.Type != "subscription.test")];

    public static async Task<College> New(WebhooksApp app, Season season, bool agreement = true)
    {
        var host = $"hooks{Interlocked.Increment(ref colleges)}.college.test";
        using var certificate = Receiver.Certificate(host, app.Root);
        var server = await Receiver.Start(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        return new(app, season, await season.Institution(agreement: agreement), server, host);
    }

    /// <summary>The whole way to an active subscription.</summary>
    public static async Task<College> Active(WebhooksApp app, Season season)
    {
        var college = await New(app, season);
        await college.ProveDomain();
        await college.Request();
        await college.Verify();
        (await college.Test()).ShouldBe("ok");
        await college.Approve("approver-one");
        await college.Approve("approver-two");
        (await college.Activate()).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        return college;
    }

    public async Task ProveDomain()
    {
        var asked = await season.Post(Http, "/v1/domains", new { domain = $"{Host}:{Server.Port}" });
        var before = Server.Answer;
        Server.Answer = (http, got) => got.Path == "/.well-known/careerplatform.txt" ? http.Response.WriteAsync($"# proof\n{asked["token"]}\n") : before(http, got);
        (await Http.PostAsync($"/v1/domains/{asked["domain"]}/verification", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Server.Answer = before;
    }

    public object RequestBody(string? endpoint) => new
    {
        endpoint,
        dataProtection = new { name = "Phụ trách Thử Nghiệm", phone = "02383000001", email = "dpo@college.test" },
        breach = new { name = "Trực Thử Nghiệm", phone = "02383000002", email = "breach@college.test" },
    };

    public async Task Request(bool pullOnly = false, string? key = null)
    {
        var answer = await season.Post(Http, "/v1/subscriptions", RequestBody(pullOnly ? null : Endpoint), key);
        (Subscription, Secret) = (answer.Id("subscriptionId"), (string?)answer["secret"] ?? "");
    }

    public async Task Verify() => (await season.Officer.PutAsJsonAsync($"/v1/institutions/{Institution.Id}/verification", new { evidence = "QĐ 1/QĐ-UBND" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    public async Task<string> Test()
    {
        var answer = await (await Http.PostAsync($"{Path}/tests", null)).Content.ReadAsStringAsync();
        return (string?)JsonNode.Parse(answer)!["outcome"] ?? answer;
    }

    public Task<HttpResponseMessage> Approve(string approver) => season.Send(app.As("approver", season.Province, subject: approver), $"{Path}/approvals", null);

    public Task<HttpResponseMessage> Activate() => season.Officer.PostAsync($"{Path}/activation", null);

    public Task<HttpResponseMessage> Become(string state, HttpClient? by = null) => (by ?? Http).PutAsJsonAsync($"{Path}/state", new { state });

    public string Path => $"/v1/subscriptions/{Subscription}";

    public async Task<JsonNode> Standing() => JsonNode.Parse(await Http.GetStringAsync("/v1/subscriptions"))!.AsArray().Single(item => (Guid)item!["subscriptionId"]! == Subscription)!;

    public async Task<string> State()
    {
        var standing = await Standing();
        return standing["suspendedFor"] is { } reason ? $"{standing["state"]}:{reason}" : (string)standing["state"]!;
    }

    public async Task<IReadOnlyList<JsonNode>> Log() => [.. JsonNode.Parse(await Http.GetStringAsync($"{Path}/deliveries?limit=500"))!["items"]!.AsArray().Select(item => item!)];

    public Task Offer(params Guid[] leads) => app.Tell(season, Institution.Id, [.. leads.Select(lead => ("offered", lead, (string?)null))]);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
