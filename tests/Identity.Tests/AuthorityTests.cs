using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Tests;

/// <summary>How a service of the platform takes tokens, of ours and of a province's own provider.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private readonly ForeignAuthority authority = new();
    private WebApplication service = null!;

    public async ValueTask InitializeAsync()
    {
        await authority.Start();
        service = await StartService(Foreign());
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await authority.DisposeAsync();
    }

    [Fact]
    public async Task A_provinces_own_provider_can_take_our_place_with_its_own_claim_names()
    {
        var answer = await Call(authority.Token());

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("user-1 40 11111111-1111-1111-1111-111111111111 officer,leader");
    }

    [Fact]
    public async Task A_provider_that_signs_with_RSA_and_rotates_its_key_is_followed()
    {
        (await Call(authority.Token())).StatusCode.ShouldBe(HttpStatusCode.OK);

        authority.Rotate();

        await Testing.Wait.Until(async () => (await Call(authority.Token())).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task No_token_and_garbage_are_refused_with_a_challenge()
    {
        var missing = await Call(null);
        await missing.ShouldBeRefusedWith("token_missing", 401);
        missing.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
        await (await Call("garbage")).ShouldBeRefusedWith("token_invalid", 401);
    }

    [Fact]
    public async Task S4_the_algorithm_none_is_refused()
    {
        var parts = authority.Token().Split('.');
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");

        await (await Call($"{header}.{parts[1]}.")).ShouldBeRefusedWith("token_invalid", 401);
        await (await Call($"{header}.{parts[1]}.{parts[2]}")).ShouldBeRefusedWith("token_invalid", 401);
    }

    [Fact]
    public async Task S4_a_public_key_is_never_taken_for_a_shared_secret()
    {
        var parts = authority.Token().Split('.');
        foreach (var publicKey in authority.PublicKeyForms())
        {
            var content = $"{Base64UrlEncoder.Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{authority.KeyId}}"}""")}.{parts[1]}";
            var signature = HMACSHA256.HashData(publicKey, Encoding.ASCII.GetBytes(content));

            await (await Call($"{content}.{Base64UrlEncoder.Encode(signature)}")).ShouldBeRefusedWith("token_invalid", 401);
        }
    }

    [Fact]
    public async Task S4_a_key_that_the_token_itself_points_to_is_never_used()
    {
        await using var attacker = new ForeignAuthority();
        await attacker.Start();

        await (await Call(attacker.Token(issuer: authority.Address, headers: new() { ["jku"] = $"{attacker.Address}/jwks" }))).ShouldBeRefusedWith("token_invalid", 401);
        await (await Call(attacker.Token(issuer: authority.Address, headers: new() { ["jwk"] = attacker.Jwk() }))).ShouldBeRefusedWith("token_invalid", 401);
        attacker.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task S4_another_audience_another_issuer_an_expired_token_and_one_without_expiry_are_refused()
    {
        await (await Call(authority.Token(audience: "another-environment"))).ShouldBeRefusedWith("audience", 401);
        await (await Call(authority.Token(issuer: "https://elsewhere.test"))).ShouldBeRefusedWith("token_invalid", 401);
        await (await Call(authority.Token(expires: DateTime.UtcNow.AddMinutes(-2)))).ShouldBeRefusedWith("token_invalid", 401);
        await (await Call(authority.Token(expires: DateTime.MaxValue))).ShouldBeRefusedWith("token_invalid", 401);
    }

    [Fact]
    public async Task S4_a_changed_claim_is_refused()
    {
        var parts = authority.Token().Split('.');
        var forged = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("leader", "operator", StringComparison.Ordinal));

        await (await Call($"{parts[0]}.{forged}.{parts[2]}")).ShouldBeRefusedWith("token_invalid", 401);
    }

    [Fact]
    public async Task A_service_takes_our_own_Identitys_tokens_and_refuses_those_of_another_province_of_trust()
    {
        await using var ours = await IdentityApp.Start();
        await using var own = await StartService([("services:identity:http:0", ours.Address.ToString().TrimEnd('/'))]);

        (await Call(await IdentityApp.SessionToken((await ours.SignIn(ours.Demo().Officer.Username, ours.Demo().Officer.Password)).Browser), own)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await Call(authority.Token(), own)).ShouldBeRefusedWith("token_invalid", 401);
    }

    [Fact]
    public async Task With_anothers_authority_services_ask_each_other_with_its_tokens()
    {
        await using var producer = await StartService(
            [.. Foreign(), ("ConnectionStrings:probedb", await ProbeDatabase()), ("Messaging:Off", "true")], builder =>
            {
                builder.AddDatabase("probedb", typeof(AuthorityTests).Assembly);
                builder.AddMessaging("probe", bus => bus.Publishes<Contracts.Identity.AccessChanged>());
            });
        (string, string?)[] asking = [.. Foreign(), ("services:probe:http:0", producer.Urls.First()), ("ServiceClient:Secret", ForeignAuthority.ClientSecret)];
        await using var consumer = await StartService([.. asking, ("ServiceClient:TokenEndpoint", $"{authority.Address}/token")]);
        await using var ours = await IdentityApp.Start(("ServiceClients:probe:Secret", ForeignAuthority.ClientSecret));
        await using var forgotten = await StartService([.. asking, ("services:identity:http:0", ours.Address.ToString().TrimEnd('/'))]);   // a token of Identity's, as without the setting

        (await Pull(consumer)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await Pull(consumer)).Content.ReadAsStringAsync()).ShouldContain("\"items\":[]");
        (await Pull(forgotten)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        static Task<HttpResponseMessage> Pull(WebApplication service) =>
            service.Services.GetRequiredService<IHttpClientFactory>().CreateClient(InternalHttp.Client).GetAsync("http://probe/internal/feed?after=0");
    }

    private static async Task<string> ProbeDatabase()
    {
        var database = await Testing.TestServers.NewDatabase("probe");
        await Migrations.Apply(database, typeof(AuthorityTests).Assembly, "identity_test_app", IdentityApp.Password);
        return new Npgsql.NpgsqlConnectionStringBuilder(database) { Username = "identity_test_app", Password = IdentityApp.Password }.ConnectionString;
    }

    private (string, string?)[] Foreign() =>
    [
        ("Authentication:Authority", authority.Address), ("Authentication:RoleClaim", "realm_access.roles"),
        ("Authentication:TenantClaim", "province"), ("Authentication:OrganisationClaim", "unit"),
    ];

    private async Task<HttpResponseMessage> Call(string? token, WebApplication? at = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{(at ?? service).Urls.First()}/v1/probe");
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return await client.SendAsync(request);
    }

    private static async Task<WebApplication> StartService((string Key, string? Value)[] settings, Action<WebApplicationBuilder>? more = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("probe");
        more?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/v1/probe", (Person person) => Results.Text($"{person.Subject} {person.Tenant} {person.Organisation} {string.Join(',', person.Roles)}")).RequireAuthorization(Policies.Figures);
        await app.StartAsync();
        return app;
    }

    /// <summary>Somebody else's OpenID provider, as Keycloak writes its tokens: RS256, roles inside `realm_access`.</summary>
    private sealed class ForeignAuthority : IAsyncDisposable
    {
        public const string ClientSecret = "secret-of-a-service-at-the-foreign-authority";

        private RSA pair = RSA.Create(2048);
        private WebApplication app = null!;

        public string KeyId { get; private set; } = "key-1";
        public string Address => app.Urls.First();
        public int Asked { get; private set; }

        public async Task Start()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            app = builder.Build();
            app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Address, jwks_uri = $"{Address}/jwks" }));
            app.MapPost("/token", async (HttpRequest request) =>
            {
                var form = await request.ReadFormAsync();
                return form["grant_type"] == "client_credentials" && form["client_id"] == "probe" && form["client_secret"] == ClientSecret
                    ? Results.Json(new { access_token = Token(roles: ["service"]), token_type = "Bearer", expires_in = 300 })
                    : Results.Unauthorized();
            });
            app.MapGet("/jwks", () =>
            {
                Asked++;
                return Results.Text($$"""{"keys":[{{JsonSerializer.Serialize(Jwk())}}]}""", "application/json");
            });
            await app.StartAsync();
        }

        public void Rotate() => (pair, KeyId) = (RSA.Create(2048), "key-2");

        public Dictionary<string, string> Jwk()
        {
            var key = pair.ExportParameters(false);
            return new() { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = KeyId, ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent) };
        }

        public IEnumerable<byte[]> PublicKeyForms() =>
            [Encoding.ASCII.GetBytes(pair.ExportSubjectPublicKeyInfoPem()), pair.ExportSubjectPublicKeyInfo(), pair.ExportRSAPublicKey(), pair.ExportParameters(false).Modulus!];

        public string Token(string audience = "careerplatform", string? issuer = null, DateTime? expires = null, Dictionary<string, object>? headers = null, string[]? roles = null)
        {
            var claims = new Dictionary<string, object>
            {
                ["sub"] = "user-1",
                ["province"] = "40",
                ["unit"] = "11111111-1111-1111-1111-111111111111",
                ["realm_access"] = new Dictionary<string, object> { ["roles"] = roles ?? ["officer", "leader"] },
            };
            var lasting = expires == DateTime.MaxValue;
            return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
            {
                Issuer = issuer ?? Address,
                Audience = audience,
                Claims = claims,
                AdditionalHeaderClaims = headers,
                IssuedAt = DateTime.UtcNow.AddMinutes(-5),
                NotBefore = DateTime.UtcNow.AddMinutes(-5),
                Expires = lasting ? null : expires ?? DateTime.UtcNow.AddMinutes(5),
                SigningCredentials = new SigningCredentials(new RsaSecurityKey(pair) { KeyId = KeyId }, SecurityAlgorithms.RsaSha256),
            });
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
