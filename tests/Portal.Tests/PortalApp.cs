using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using CareerPlatform.Portal.Design;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Portal.Tests;

/// <summary>The portal for somebody of every role, beside services that know nothing of what they are asked.</summary>
public sealed class PortalApp : WebApplicationFactory<Place>, IAsyncLifetime
{
    private const string Issuer = "https://identity.test";
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    private WebApplication nothing = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        nothing = builder.Build();
        nothing.Run(http => Results.Json(new { code = "not_found", title = "Không tìm thấy", detail = "There is no such thing." }, statusCode: 404).ExecuteAsync(http));
        await nothing.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await nothing.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var service in new[] { "identity", "schools", "enrolment", "destinations", "targets" }) builder.UseSetting($"services:{service}:http:0", nothing.Urls.Single());
        builder.ConfigureTestServices(services => services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(new OpenIdConnectConfiguration { Issuer = Issuer });
            options.TokenValidationParameters.IssuerSigningKey = Key;
            options.TokenValidationParameters.ValidIssuer = Issuer;
        }));
    }

    /// <summary>A browser of somebody with these roles.</summary>
    public HttpClient As(params IEnumerable<string> roles)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "careerplatform",
            Subject = new ClaimsIdentity([new("sub", $"{Guid.NewGuid()}"), new("tenant", "97"), new("org", $"{Guid.NewGuid()}"), .. roles.Select(role => new Claim("role", role))]),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
        });
        var browser = CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return browser;
    }

    public static readonly string[] EveryRole = [Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.School, Policies.Institution, Policies.Inspector, Policies.Leader, Policies.Family, Policies.Operator];
}
