using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.People;

/// <summary>The organisation above grants a person a role in an organisation; never to oneself. Safe to repeat.</summary>
public static class GrantRole
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/access/people/{person:guid}/roles/{organisation:guid}/{role}", Handle).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<NoContent> Handle(Guid person, Guid organisation, string role, Person actor, Database db, TimeProvider clock, CancellationToken ct)
    {
        Organisation.MustNotBeOneself(actor, person.ToString());
        await using var work = await db.Begin(actor.Tenant, ct);
        var where = await work.Find(organisation) ?? throw Data.Organisations.Unknown();
        where.MustBeManagedFromAbove(actor);
        where.MustKnow(role);
        await MustExist(work, person);

        await work.Grant(person, organisation, role, actor.Subject, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }

    public static async Task MustExist(Work work, Guid person)
    {
        if (await work.Single<bool>("select exists (select 1 from person where person_id = @person)", new { person })) return;

        throw new RuleBroken("not_found", "Không tìm thấy người dùng", "There is no such person in this province.", 404);
    }
}
