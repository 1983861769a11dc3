using CareerPlatform.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Features.Tokens;

/// <summary>Clients that sign instead of sending a secret (`private_key_jwt`, RFC 7523): short-lived, for us, each good once.</summary>
public sealed class ClientAssertions(IConfiguration configuration, TimeProvider clock)
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Who the assertion says it is from; not yet proven.</summary>
    public static string? ClaimedClient(string assertion) => Handler.CanReadToken(assertion) ? new JsonWebToken(assertion).Subject : null;

    /// <summary>Whether one of the client's registered public keys signed it, for this issuer, for at most five minutes, and it was not used before.</summary>
    public async Task<bool> Accept(Work work, string clientId, string publicKeys, string assertion)
    {
        var issuer = TokenWriter.Issuer(configuration);
        var result = await Handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = clientId,
            ValidAudiences = [issuer, $"{issuer}/connect/token"],
            IssuerSigningKeys = new JsonWebKeySet(publicKeys).GetSigningKeys(),
            ValidAlgorithms = ["ES256", "RS256", "PS256"],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateLifetime = false,   // below, by our own clock
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken { Id.Length: > 0 and <= 100 } token || token.Subject != clientId) return false;

        var now = clock.GetUtcNow().UtcDateTime;
        if (token.ValidTo < now || token.ValidTo > now.AddMinutes(5) || token.ValidFrom > now.AddSeconds(30)) return false;
        return await work.Execute(
            "insert into client_assertion (client_id, jti, expires_at) values (@clientId, @Id, @ValidTo) on conflict do nothing",
            new { clientId, token.Id, token.ValidTo }) == 1;
    }
}
