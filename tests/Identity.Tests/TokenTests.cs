using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Identity.Data;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Tests;

public sealed class TokenTests(SharedApp shared)
{
    private readonly IdentityApp app = shared.App;

    [Fact]
    public async Task A_token_validates_with_the_frameworks_handler_against_discovery_and_JWKS()
    {
        var token = await app.Token(app.Demo().Cli.ClientId, app.Demo().Cli.Secret);

        var result = await Validate(token);

        result.IsValid.ShouldBeTrue(result.Exception?.Message);
        var jwt = (JsonWebToken)result.SecurityToken;
        jwt.Alg.ShouldBe("ES256");
        jwt.Issuer.ShouldBe(IdentityApp.Issuer);
        jwt.Audiences.ShouldBe(["careerplatform"]);
        (jwt.ValidTo - jwt.IssuedAt).ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(10));
        jwt.GetClaim("role").Value.ShouldBe("operator");
        jwt.GetClaim("tenant").Value.ShouldBe("97");
        jwt.GetClaim("client_id").Value.ShouldBe("careerctl");
        jwt.GetClaim("org").Value.ShouldBe(FirstPeople.Id("97", "operator").ToString());
    }

    [Fact]
    public async Task A_client_may_prove_itself_with_the_Basic_scheme()
    {
        var cli = app.Demo().Cli;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = Form(("grant_type", "client_credentials")) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{cli.ClientId}:{cli.Secret}")));

        var answer = await app.Browser().SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_service_gets_the_service_role_for_every_province()
    {
        var jwt = new JsonWebToken(await app.Token("schools", "schools-own-secret-for-tests-0123456789"));

        jwt.Subject.ShouldBe("schools");
        jwt.GetClaim("role").Value.ShouldBe("service");
        jwt.GetClaim("tenant").Value.ShouldBe("*");
    }

    [Theory]
    [InlineData("careerctl", "wrong")]
    [InlineData("nobody", "wrong")]
    [InlineData("schools", "wrong")]
    public async Task An_unknown_client_and_a_wrong_secret_look_the_same(string clientId, string secret)
    {
        var answer = await app.AskToken(clientId, secret);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        problem["code"]!.GetValue<string>().ShouldBe("invalid_client");
        problem["error"]!.GetValue<string>().ShouldBe("invalid_client");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Credentials_in_the_URL_are_refused_and_the_secret_counts_as_leaked()
    {
        var (clientId, secret) = await NewClient();

        var answer = await app.Browser().PostAsync($"/connect/token?client_id={clientId}&client_secret={Uri.EscapeDataString(secret)}", Form(("grant_type", "client_credentials")));

        await answer.ShouldBeRefusedWith("credentials_in_url", 400);
        var list = await (await app.As("operator")).GetFromJsonAsync<JsonNode>("/v1/access/clients");
        list!["items"]!.AsArray().Single(item => item!["clientId"]!.GetValue<string>() == clientId)!["secretLeaked"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_scope_that_was_not_granted_is_refused()
    {
        var (clientId, secret) = await NewClient();

        (await app.AskToken(clientId, secret, "feed:read")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await app.AskToken(clientId, secret, "feed:read everything:write")).ShouldBeRefusedWith("invalid_scope", 400);
    }

    [Fact]
    public async Task The_eleventh_request_in_a_minute_waits_and_is_not_blocked_for_longer()
    {
        var (clientId, secret) = await NewClient();
        for (var i = 0; i < 10; i++) (await app.AskToken(clientId, secret)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var refused = await app.AskToken(clientId, secret);

        await refused.ShouldBeRefusedWith("rate_limited", 429);
        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        wait.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7));
        app.Clock.Advance(wait);
        (await app.AskToken(clientId, secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task After_a_rotation_the_old_secret_is_good_within_its_grace_and_refused_after()
    {
        await using var app = await IdentityApp.Start();   // of its own, since it moves the clock
        var (clientId, old) = await NewClient(at: app);
        var admin = await app.As("operator");

        var rotated = await admin.PostAsJsonAsync($"/v1/access/clients/{clientId}/secrets", new { graceSeconds = 60 });

        var fresh = (await rotated.Content.ReadFromJsonAsync<JsonNode>())!["secret"]!.GetValue<string>();
        (await app.AskToken(clientId, old)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.AskToken(clientId, fresh)).StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await (await app.AskToken(clientId, old)).ShouldBeRefusedWith("invalid_client", 401);
        (await app.AskToken(clientId, fresh)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Never_more_than_two_secrets_of_a_client_are_good()
    {
        var (clientId, first) = await NewClient();
        var admin = await app.As("operator");
        await admin.PostAsJsonAsync($"/v1/access/clients/{clientId}/secrets", new { });

        await admin.PostAsJsonAsync($"/v1/access/clients/{clientId}/secrets", new { });

        await (await app.AskToken(clientId, first)).ShouldBeRefusedWith("invalid_client", 401);
    }

    [Fact]
    public async Task A_client_with_its_own_key_signs_instead_of_sending_a_secret_and_each_assertion_is_good_once()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var key = new ECDsaSecurityKey(pair) { KeyId = "k1" };
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(System.Security.Cryptography.ECDsa.Create(pair.ExportParameters(false))) { KeyId = "k1" });
        var keys = $$"""{"keys":[{"kty":"EC","kid":"k1","crv":"P-256","x":"{{jwk.X}}","y":"{{jwk.Y}}"}]}""";
        var (clientId, secret) = await NewClient(keys);
        secret.ShouldBe("");
        var assertion = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = clientId,
            Audience = IdentityApp.Issuer,
            Expires = app.Clock.GetUtcNow().UtcDateTime.AddMinutes(2),
            NotBefore = app.Clock.GetUtcNow().UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = clientId, ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = new SigningCredentials(key, "ES256"),
        });

        var first = await app.Browser().PostAsync("/connect/token", Assertion(assertion));
        var second = await app.Browser().PostAsync("/connect/token", Assertion(assertion));

        first.StatusCode.ShouldBe(HttpStatusCode.OK, await first.Content.ReadAsStringAsync());
        await second.ShouldBeRefusedWith("invalid_client", 401);
    }

    [Fact]
    public async Task A_new_signing_key_leaves_the_old_keys_tokens_good_until_they_expire()
    {
        var before = await app.Token(app.Demo().Cli.ClientId, app.Demo().Cli.Secret);
        var admin = await app.As("operator");

        (await admin.PostAsync("/v1/access/signing-keys", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var after = await app.Token(app.Demo().Cli.ClientId, app.Demo().Cli.Secret);
        new JsonWebToken(after).Kid.ShouldNotBe(new JsonWebToken(before).Kid);
        (await Validate(before)).IsValid.ShouldBeTrue();
        (await Validate(after)).IsValid.ShouldBeTrue();
    }

    [Fact]
    public async Task Replicas_share_keys_cookies_and_the_rate_limit()
    {
        await using var other = app.Replica();
        var officer = app.Demo().Officer;
        var (_, browser) = await app.SignIn(officer.Username, officer.Password);
        var cookie = (await app.SignIn(officer.Username, officer.Password)).Answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("careerplatform=", StringComparison.Ordinal)).Split(';')[0];
        using var elsewhere = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = other.Address };
        elsewhere.DefaultRequestHeaders.Add("Cookie", cookie);

        var token = await IdentityApp.SessionToken(elsewhere);

        (await app.With(token).GetAsync("/v1/access/people")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await other.With(await IdentityApp.SessionToken(browser)).GetAsync("/v1/access/people")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var (clientId, secret) = await NewClient();
        for (var i = 0; i < 10; i++) await (i % 2 == 0 ? app : other).AskToken(clientId, secret);
        (await app.AskToken(clientId, secret)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await other.AskToken(clientId, secret)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private async Task<(string ClientId, string Secret)> NewClient(string? publicKeys = null, IdentityApp? at = null)
    {
        var answer = await (await (at ?? app).As("operator")).PostAsJsonAsync("/v1/access/clients", new { organisation = Guid.NewGuid(), role = "institution", name = "Trường Trung cấp Thử nghiệm", publicKeys });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var body = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        return (body["clientId"]!.GetValue<string>(), body["secret"]?.GetValue<string>() ?? "");
    }

    private async Task<TokenValidationResult> Validate(string token)
    {
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(
            new Uri(app.Address, "/.well-known/openid-configuration").ToString(), new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever { RequireHttps = false });
        var configuration = await manager.GetConfigurationAsync(CancellationToken.None);
        return await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidAudience = "careerplatform",
            IssuerSigningKeys = configuration.SigningKeys,
            ValidateLifetime = false,
        });
    }

    private static FormUrlEncodedContent Assertion(string assertion) => Form(
        ("grant_type", "client_credentials"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion));

    private static FormUrlEncodedContent Form(params (string Key, string Value)[] fields) => new(fields.ToDictionary(field => field.Key, field => field.Value));
}
