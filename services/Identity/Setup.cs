using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Features.Sessions;
using CareerPlatform.Identity.Features.Tokens;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CareerPlatform.Identity;

/// <summary>What only the authority has: its keys, cookies, throttle and first people.</summary>
public static class Setup
{
    public static void AddIdentity(this WebApplicationBuilder builder)
    {
        var seal = new KeySeal(builder.Configuration);
        _ = TokenWriter.Issuer(builder.Configuration);
        FirstPeople.Verify(builder.Configuration, builder.Environment);

        builder.Services.AddSingleton(seal);
        builder.Services.AddSingleton(new ServiceClients(builder.Configuration, builder.Environment));
        builder.Services.AddSingleton<SigningKeys>();
        builder.Services.AddSingleton<TokenWriter>();
        builder.Services.AddSingleton<ClientAssertions>();
        builder.Services.AddSingleton<Throttle>();
        builder.Services.AddSingleton<FirstPeople>();
        builder.Services.AddSingleton<EnterFirstPeople>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EnterFirstPeople>());
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddHealthChecks().AddCheck<EnterFirstPeople>("first people");

        Session.Add(builder);
        builder.Services.AddSingleton<CookieKeys>();
        builder.Services.AddDataProtection().SetApplicationName("careerplatform");
        builder.Services.AddOptions<KeyManagementOptions>().Configure<CookieKeys>((options, keys) => options.XmlRepository = keys);
        // The repository seals the whole element, so the framework's warning about clear keys would be wrong.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);

        // Its own tokens are checked with its own keys, not by asking itself over HTTP.
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .PostConfigure<SigningKeys, IConfiguration>((options, keys, configuration) => options.ConfigurationManager = new OwnKeys(keys, TokenWriter.Issuer(configuration)));
        builder.Services.AddOptions<ProblemDetailsOptions>().PostConfigure(IssueClientToken.SayErrorAsOAuthDoes);
    }

    private sealed class OwnKeys(SigningKeys keys, string issuer) : IConfigurationManager<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken ct)
        {
            var configuration = new OpenIdConnectConfiguration { Issuer = issuer };
            foreach (var key in await keys.Published(ct)) configuration.SigningKeys.Add(key);
            return configuration;
        }

        public void RequestRefresh()
        {
            // Every request reads the current keys.
        }
    }
}
