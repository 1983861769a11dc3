using CareerPlatform.Identity.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Features.Tokens;

/// <summary>Whoever validates tokens finds the issuer, its endpoints and its public keys (OpenID Connect Discovery 1.0, RFC 7517).</summary>
public static class DiscoverAuthority
{
    public sealed record Document(
        string issuer, string jwks_uri, string token_endpoint, IReadOnlyList<string> grant_types_supported, IReadOnlyList<string> token_endpoint_auth_methods_supported,
        IReadOnlyList<string> token_endpoint_auth_signing_alg_values_supported, IReadOnlyList<string> id_token_signing_alg_values_supported,
        IReadOnlyList<string> response_types_supported, IReadOnlyList<string> subject_types_supported, IReadOnlyList<string> claims_supported);

    public sealed record Key(string kty, string use, string alg, string kid, string crv, string x, string y);

    public sealed record KeySet(IReadOnlyList<Key> keys);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/openid-configuration", Discovery).AllowAnonymous();
        routes.MapGet("/.well-known/jwks.json", Keys).AllowAnonymous();
    }

    public static Ok<Document> Discovery(HttpRequest request, HttpResponse response, IConfiguration configuration)
    {
        response.Headers.CacheControl = "no-store";
        // The issuer is a fixed name; a reader inside gets addresses it can reach without going out and in again.
        var issuer = TokenWriter.Issuer(configuration);
        var here = request.Host.Value == new Uri(issuer).Authority ? issuer : $"{request.Scheme}://{request.Host}";
        return TypedResults.Ok(new Document(
            issuer, $"{here}/.well-known/jwks.json", $"{here}/connect/token",
            ["client_credentials"], ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            ["ES256", "RS256", "PS256"], [SecurityAlgorithms.EcdsaSha256], ["token"], ["public"],
            ["sub", "tenant", "org", "role", "scope", "client_id"]));
    }

    public static async Task<Ok<KeySet>> Keys(SigningKeys keys, HttpResponse response, CancellationToken ct)
    {
        var published = await keys.Published(ct);
        response.Headers.CacheControl = "public, max-age=60";
        return TypedResults.Ok(new KeySet([.. published.Select(key =>
        {
            var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return new Key("EC", "sig", SecurityAlgorithms.EcdsaSha256, key.KeyId, "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        })]));
    }
}
