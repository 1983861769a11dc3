using CareerPlatform.Contracts.Identity;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>The organisation above stops a person's, a client's or an organisation's access: nothing new is issued, and what was issued is refused everywhere within 5 seconds.</summary>
/// <remarks>Publishes <see cref="AccessChanged"/>. Safe to repeat.</remarks>
public static class RevokeAccess
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/access/revocations/{kind}/{subject}", Handle).ProducesProblem(403).ProducesProblem(404)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<NoContent> Handle(string kind, string subject, Person actor, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(actor.Tenant, ct);
        subject = await AccessSubject.MustBeManagedBy(work, actor, kind, subject);

        var now = clock.GetUtcNow();
        var stopped = await work.Execute(
            """
            insert into access_stop (tenant_id, kind, subject, stopped_by, stopped_at) values (@Tenant, @kind, @subject, @By, @now)
            on conflict do nothing
            """, new { work.Tenant, kind, subject, By = actor.Subject, now });
        if (stopped == 0) return TypedResults.NoContent();

        if (kind == "person") await work.Execute("delete from session where person_id = @Id", new { Id = Guid.Parse(subject) });
        await AccessAnnouncement.Announce(work, kind, subject, revoked: true, now);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
