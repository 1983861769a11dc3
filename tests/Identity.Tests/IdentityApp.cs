using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CareerPlatform.Identity.Tests;

/// <summary>The Identity service on a real port over a real database, with the demo province's people.</summary>
public sealed class IdentityApp : WebApplicationFactory<TokenWriter>
{
    public const string Password = "identity-test-only-password";
    public const string Issuer = "http://platform.test";
    public static readonly string KeyEncryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly Dictionary<string, string?> settings;
    private readonly ConcurrentDictionary<string, Task<string>> tokens = [];

    private IdentityApp(Dictionary<string, string?> settings)
    {
        this.settings = settings;
        UseKestrel(0);
    }

    public Clock Clock { get; private init; } = new();

    /// <summary>For looking into the database past row-level security.</summary>
    public required string OwnerConnection { get; init; }

    public Uri Address => ClientOptions.BaseAddress;

    public string DemoFile => settings["Identity:DemoUsersFile"]!;

    /// <summary>A service with a database of its own.</summary>
    public static async Task<IdentityApp> Start(params (string Key, string? Value)[] changes)
    {
        var database = await TestServers.NewDatabase("identity");
        await Migrations.Apply(database, typeof(TokenWriter).Assembly, "identity_test_app", Password);
        var settings = new Dictionary<string, string?>
        {
            ["environment"] = "Development",
            ["ConnectionStrings:identitydb"] = new NpgsqlConnectionStringBuilder(database) { Username = "identity_test_app", Password = Password }.ConnectionString,
            ["Identity:Issuer"] = Issuer,
            ["Identity:KeyEncryptionKey"] = KeyEncryptionKey,
            ["Identity:DemoUsersFile"] = Path.Combine(Path.GetTempPath(), $"demo-{Guid.NewGuid():N}.json"),
            ["Messaging:Off"] = "true",
            ["ServiceClient:Secret"] = "identity-own-secret-for-tests-0123456789",
            ["ServiceClients:schools:Secret"] = "schools-own-secret-for-tests-0123456789",
        };
        foreach (var (key, value) in changes) settings[key] = value;
        return new IdentityApp(settings) { OwnerConnection = database }.Ready();
    }

    /// <summary>Another process's worth of the same service over the same database.</summary>
    public IdentityApp Replica(Clock? clock = null) => new IdentityApp(settings) { Clock = clock ?? Clock, OwnerConnection = OwnerConnection }.Ready();

    public Demo Demo() => JsonSerializer.Deserialize<Demo>(File.ReadAllText(DemoFile), JsonSerializerOptions.Web)!;

    /// <summary>A client without redirects, so that what the service answers is seen as it is; with a cookie jar of its own.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new(), UseCookies = true }) { BaseAddress = Address };

    public Task<HttpResponseMessage> AskToken(string clientId, string secret, string? scope = null)
    {
        var fields = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = clientId, ["client_secret"] = secret };
        if (scope is not null) fields["scope"] = scope;
        return Browser().PostAsync("/connect/token", new FormUrlEncodedContent(fields));
    }

    public async Task<string> Token(string clientId, string secret)
    {
        using var answer = await AskToken(clientId, secret);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!.GetValue<string>();
    }

    /// <summary>Signs a person in as a program does.</summary>
    public async Task<(HttpResponseMessage Answer, HttpClient Browser)> SignIn(string username, string password)
    {
        var browser = Browser();
        browser.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        var form = (await browser.GetFromJsonAsync<JsonNode>("/signin"))!;
        var answer = await browser.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["username"] = username,
            ["password"] = password,
            [form["field"]!.GetValue<string>()] = form["token"]!.GetValue<string>(),
        }));
        return (answer, browser);
    }

    /// <summary>Signs in where the cookies are for https only, so that no cookie jar sends them over this port: by hand.</summary>
    public async Task<(HttpResponseMessage Answer, string Cookies)> SignInByHand(FirstPeople.User user)
    {
        using var browser = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        browser.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        using var page = await browser.GetAsync("/signin");
        var form = (await page.Content.ReadFromJsonAsync<JsonNode>())!;
        browser.DefaultRequestHeaders.Add("Cookie", Cookies(page));
        var answer = await browser.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["username"] = user.Username,
            ["password"] = user.Password,
            [form["field"]!.GetValue<string>()] = form["token"]!.GetValue<string>(),
        }));
        answer.EnsureSuccessStatusCode();
        return (answer, Cookies(answer));

        static string Cookies(HttpResponseMessage answer) => string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
    }

    public static async Task<string> SessionToken(HttpClient browser)
    {
        using var answer = await browser.PostAsync("/session/token", null);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!.GetValue<string>();
    }

    /// <summary>A caller with a demo person's token.</summary>
    public async Task<HttpClient> As(string role) => With(await tokens.GetOrAdd(role, async _ =>
    {
        var user = Demo().Users.Single(user => user.Role == role);
        var (answer, browser) = await SignIn(user.Username, user.Password);
        answer.EnsureSuccessStatusCode();
        return await SessionToken(browser);
    }));

    /// <summary>Somebody new with this role, and their password.</summary>
    public async Task<FirstPeople.User> NewPerson(string role)
    {
        var username = $"{role}.{Guid.NewGuid():N}";
        var answer = await (await As("operator")).PostAsJsonAsync("/v1/access/people", new { username, organisation = FirstPeople.Id("97", "department"), roles = new[] { role } });
        answer.EnsureSuccessStatusCode();
        return new FirstPeople.User(role, username, (await answer.Json())["password"]!.GetValue<string>());
    }

    public HttpClient With(string token)
    {
        var client = Browser();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        builder.ConfigureHostConfiguration(configuration => configuration.AddInMemoryCollection(settings));
        return base.CreateHost(builder);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));

    private IdentityApp Ready()
    {
        StartServer();
        using var client = new HttpClient { BaseAddress = Address };
        Wait.Until(async () => (await client.GetAsync("/health")).IsSuccessStatusCode, within: TimeSpan.FromMinutes(3), what: "Identity is healthy").GetAwaiter().GetResult();
        return this;
    }
}

public sealed record Demo(IReadOnlyList<FirstPeople.User> Users, IReadOnlyList<FirstPeople.ApiClient> Clients)
{
    public FirstPeople.User Officer => Users.Single(user => user.Role == "officer");
    public FirstPeople.ApiClient Cli => Clients.Single();
}

/// <summary>The system's clock, moved ahead by what a test asks for.</summary>
public sealed class Clock : TimeProvider
{
    private TimeSpan ahead;

    public void Advance(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
