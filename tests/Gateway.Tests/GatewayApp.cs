using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Gateway.Tests;

/// <summary>The gateway on a real port, in front of real ports.</summary>
public sealed class GatewayApp : WebApplicationFactory<Route>
{
    private readonly Dictionary<string, string?> settings;

    private GatewayApp(Dictionary<string, string?> settings)
    {
        this.settings = settings;
        UseKestrel(0);
    }

    public Uri Address => ClientOptions.BaseAddress;

    public static async Task<GatewayApp> Start(Authority authority, params (string Key, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?>
        {
            ["environment"] = "Development",
            ["Authentication:Authority"] = authority.Address,
            ["ServiceClient:TokenEndpoint"] = $"{authority.Address}/connect/token",
            ["ServiceClient:Secret"] = "gateway-own-secret-for-tests-0123456789",
        };
        foreach (var (key, value) in changes) settings[key] = value;
        var app = new GatewayApp(settings);
        app.StartServer();
        using var client = app.Client();
        await Wait.Until(async () => ((int)(await client.GetAsync("/alive")).StatusCode) is 200 or 400, what: "The gateway answers");
        return app;
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 200 }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>Sends these bytes and reads the answer until the connection closes.</summary>
    public async Task<string> Raw(string request, TimeSpan? patience = null)
    {
        using var timeout = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(30));
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port, timeout.Token);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), timeout.Token);
        using var reader = new StreamReader(socket.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync(timeout.Token);
    }

    public Task<string> RawGet(string target, string method = "GET") => Raw($"{method} {target} HTTP/1.1\r\nHost: {Address.Authority}\r\nConnection: close\r\n\r\n");

    protected override IHost CreateHost(IHostBuilder builder)
    {
        builder.ConfigureHostConfiguration(configuration => configuration.AddInMemoryCollection(settings));
        builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        return base.CreateHost(builder);
    }
}

/// <summary>Who issues the tokens of these tests.</summary>
public sealed class Authority : IAsyncDisposable
{
    private readonly ECDsaSecurityKey key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "k1" };
    private WebApplication app = null!;

    public string Address => app.Urls.First();

    public static async Task<Authority> Start()
    {
        var authority = new Authority();
        var point = authority.key.ECDsa.ExportParameters(false).Q;
        authority.app = await Hosts.Start(app =>
        {
            app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = authority.Address, jwks_uri = $"{authority.Address}/jwks" }));
            app.MapGet("/jwks", () => Results.Json(new { keys = new[] { new { kty = "EC", kid = "k1", crv = "P-256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) } } }));
            app.MapPost("/connect/token", () => Results.Json(new { access_token = authority.Token("gateway", "service"), expires_in = 600 }));
        });
        return authority;
    }

    public string Token(string clientId, string role = "institution") => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Address,
        Audience = "careerplatform",
        Expires = DateTime.UtcNow.AddMinutes(10),
        Claims = new Dictionary<string, object> { ["sub"] = clientId, ["client_id"] = clientId, ["tenant"] = "97", ["role"] = role },
        SigningCredentials = new SigningCredentials(key, "ES256"),
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>Small web hosts on free ports.</summary>
public static class Hosts
{
    public static async Task<WebApplication> Start(Action<WebApplication> map, string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    /// <summary>Answers every request with what arrived.</summary>
    public static Task<WebApplication> Echo(string name = "echo", string url = "http://127.0.0.1:0") => Start(app => app.Run(async http =>
    {
        using var body = new StreamReader(http.Request.Body);
        var length = (await body.ReadToEndAsync()).Length;
        await http.Response.WriteAsJsonAsync(new
        {
            name,
            method = http.Request.Method,
            path = http.Request.Path.Value,
            query = http.Request.QueryString.Value,
            length,
            headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
        });
    }), url);
}
