using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Families;

/// <summary>A family signs in with the code of its letter or message and gets a short token that speaks for this one child.</summary>
/// <remarks>The token's `sub` is the child's id. Wrong, unknown and expired codes look the same; guessing is slowed down, never blocked.</remarks>
public static class SignInFamily
{
    public sealed record Command(string Code);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/session/family", Handle).AllowAnonymous().ProducesProblem(401).ProducesProblem(429);

    public static async Task<Ok<TokenAnswer>> Handle(Command command, HttpContext http, Throttle throttle, TokenWriter tokens, Database db, TimeProvider clock, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var code = string.Concat(command.Code.ToUpperInvariant().Where(MakeFamilyCode.Signs.Contains));
        if (code.Length != 20) throw Failed();
        var lookup = code[..8];
        await throttle.MustNotBePaused($"family|{lookup}", ct);

        Known? known;
        await using (var look = await db.Begin("*", ct))   // the province is known only once the code is
            known = await look.Single<Known>("select tenant_id, pupil_id, secret from family_code where lookup = @lookup and expires_at > @Now", new { lookup, Now = clock.GetUtcNow() });
        if (known is null || !Secret.IsOneOf(code, [known.secret]))
        {
            await throttle.Failed($"family|{lookup}", ct);
            throw Failed();
        }
        return TypedResults.Ok(await tokens.Issue(new Bearer(known.pupil_id.ToString(), null, known.tenant_id, null, [Policies.Family], []), null, ct));
    }

    private static RuleBroken Failed() => new("sign_in_failed", "Mã không đúng hoặc đã hết hạn", "The code is wrong or has expired; ask the school for a new one.", 401);

    private sealed record Known(string tenant_id, Guid pupil_id, byte[] secret);
}
