using CareerPlatform.Contracts;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.Identity.Features.Access;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.People;

/// <summary>The organisation above takes a role back; tokens that still carry it are refused everywhere within seconds. Safe to repeat.</summary>
public static class WithdrawRole
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/v1/access/people/{person:guid}/roles/{organisation:guid}/{role}", Handle).ProducesProblem(403).ProducesProblem(404)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<NoContent> Handle(Guid person, Guid organisation, string role, Person actor, Database db, TimeProvider clock, CancellationToken ct)
    {
        Organisation.MustNotBeOneself(actor, person.ToString());
        await using var work = await db.Begin(actor.Tenant, ct);
        var where = await work.Find(organisation) ?? throw Data.Organisations.Unknown();
        where.MustBeManagedFromAbove(actor);

        var taken = await work.Execute(
            "delete from role_grant where person_id = @person and organisation_id = @organisation and role = @role", new { person, organisation, role });
        if (taken == 0) return TypedResults.NoContent();

        work.Append("person", StreamIds.Of("person", person), new RoleWithdrawn { PersonId = person, Organisation = organisation, Role = role, By = actor.Subject });
        // The person may still sign in and get a token with what is left; tokens written until now are refused, also when access is stopped and given back meanwhile.
        await AccessAnnouncement.Announce(work, "roles", person.ToString(), revoked: true, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }
}
