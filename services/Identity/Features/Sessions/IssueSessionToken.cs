using System.Security.Claims;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Sessions;

/// <summary>A signed-in person's pages get a short bearer token with the roles held in one organisation, their own unless another is asked for.</summary>
public static class IssueSessionToken
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/session/token", Handle).ProducesProblem(401).ProducesProblem(403).RequireAuthorization(Session.Required);

    public static async Task<Ok<TokenAnswer>> Handle(
        ClaimsPrincipal user, Guid? organisation, HttpContext http, TokenWriter tokens, Database db, CancellationToken ct)
    {
        Session.MustComeFromHere(http.Request);
        http.Response.Headers.CacheControl = "no-store";
        var (person, tenant) = (Guid.Parse(user.FindFirst("sub")!.Value), user.FindFirst("tenant")!.Value);

        await using var work = await db.Begin(tenant, ct);
        var actingFor = organisation ?? await work.Single<Guid>("select organisation_id from person where person_id = @person", new { person });
        var roles = await work.Query<string>("select role from role_grant where person_id = @person and organisation_id = @actingFor order by role", new { person, actingFor });
        if (roles.Count == 0)
        {
            throw new RuleBroken("no_role", "Tài khoản chưa được cấp vai trò ở đơn vị này", "This person holds no role in this organisation; the organisation above grants it.", 403);
        }
        var since = await TokenWriter.MustNotBeStopped(work, "person", person.ToString(), actingFor);
        return TypedResults.Ok(await tokens.Issue(new Bearer(person.ToString(), null, tenant, actingFor, roles, []), since, ct));
    }
}
