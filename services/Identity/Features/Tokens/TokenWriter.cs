using System.Security.Claims;
using CareerPlatform.Identity.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Features.Tokens;

/// <summary>Who a token is for and what it says about them.</summary>
public sealed record Bearer(string Subject, string? ClientId, string Tenant, Guid? Organisation, IReadOnlyCollection<string> Roles, IReadOnlyCollection<string> Scopes);

/// <summary>The answer of a token endpoint (RFC 6749, 5.1).</summary>
public sealed record TokenAnswer(string access_token, string token_type, int expires_in, string? scope);

/// <summary>Writes the platform's bearer tokens: ES256, ten minutes at most.</summary>
public sealed class TokenWriter(SigningKeys keys, IConfiguration configuration, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static string Issuer(IConfiguration configuration) =>
        configuration["Identity:Issuer"]?.TrimEnd('/') ?? throw new InvalidOperationException("Identity__Issuer is missing (the URL under which callers reach the platform).");

    /// <summary>A token for the bearer, never dated at or before <paramref name="notBefore"/>, the last time earlier tokens were refused.</summary>
    public async Task<TokenAnswer> Issue(Bearer bearer, DateTimeOffset? notBefore, CancellationToken ct)
    {
        var lifetime = TimeSpan.FromSeconds(Math.Clamp(configuration.GetValue("Identity:TokenLifetimeSeconds", 600), 30, (int)Longest.TotalSeconds));
        var now = clock.GetUtcNow();
        // `iat` has whole seconds: one issued within the second of a revocation must still be told from those before it.
        var issued = now.ToUnixTimeSeconds();
        if (notBefore is { } refused && issued <= refused.ToUnixTimeSeconds()) issued = refused.ToUnixTimeSeconds() + 1;

        List<Claim> claims = [new("sub", bearer.Subject), new("tenant", bearer.Tenant), new("jti", Guid.CreateVersion7().ToString("N")), .. bearer.Roles.Select(role => new Claim("role", role))];
        if (bearer.ClientId is not null) claims.Add(new("client_id", bearer.ClientId));
        if (bearer.Organisation is { } organisation) claims.Add(new("org", organisation.ToString()));
        var scope = bearer.Scopes.Count == 0 ? null : string.Join(' ', bearer.Scopes);
        if (scope is not null) claims.Add(new("scope", scope));

        var key = await keys.Current(ct);
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer(configuration),
            Audience = "careerplatform",
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(issued).UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.Add(lifetime).UtcDateTime,
            Subject = new ClaimsIdentity(claims),
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
        return new TokenAnswer(token, "Bearer", (int)lifetime.TotalSeconds, scope);
    }

    /// <summary>Refuses whose own access, or whose organisation's, is stopped; says since when earlier tokens are refused.</summary>
    public static async Task<DateTimeOffset?> MustNotBeStopped(Work work, string kind, string subject, Guid organisation)
    {
        var row = await work.Single<Access>(
            """
            select exists (select 1 from access_stop where (kind = @kind and subject = @subject) or (kind = 'organisation' and subject = @Organisation)) as stopped,
                   (select max(at) from revoked_access where revoked and ((kind in (@kind, 'roles') and subject = @subject) or (kind = 'organisation' and subject = @Organisation))) as since
            """, new { kind, subject, Organisation = organisation.ToString() });
        if (row!.stopped) throw new RuleBroken("access_revoked", "Quyền truy cập đã bị thu hồi", "This access was revoked; ask the organisation that granted it.", 401);

        return row.since is { } since ? new DateTimeOffset(since, TimeSpan.Zero) : null;
    }

    private sealed record Access(bool stopped, DateTime? since);
}
