using CareerPlatform.Contracts.Identity;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>The organisation above gives stopped access back.</summary>
/// <remarks>Publishes <see cref="AccessChanged"/>. Safe to repeat.</remarks>
public static class RestoreAccess
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/v1/access/revocations/{kind}/{subject}", Handle).ProducesProblem(403).ProducesProblem(404)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<NoContent> Handle(string kind, string subject, Person actor, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(actor.Tenant, ct);
        subject = await AccessSubject.MustBeManagedBy(work, actor, kind, subject);

        if (await work.Execute("delete from access_stop where kind = @kind and subject = @subject", new { kind, subject }) == 0) return TypedResults.NoContent();

        await AccessAnnouncement.Announce(work, kind, subject, revoked: false, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }
}
