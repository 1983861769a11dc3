using CareerPlatform.Identity.Features.Organisations;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.People;

/// <summary>Who has an account in the caller's organisation or below, with their roles, in pages of at most 500.</summary>
public static class ListPeople
{
    public sealed record Item
    {
        public required Guid PersonId { get; init; }
        public required string Username { get; init; }
        public required Guid Organisation { get; init; }

        /// <summary>`officer`, or `officer@` and the organisation's id where it is not the person's own.</summary>
        public required string[] Roles { get; init; }

        public required bool Revoked { get; init; }
    }

    public sealed record Page(IReadOnlyList<Item> Items, Guid? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/access/people", Handle).RequireAuthorization(Policies.AccessManager);

    public static async Task<Ok<Page>> Handle(Guid? after, Person actor, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(actor.Tenant, ct);
        var items = await work.Query<Item>(
            $"""
            {Below.Sql}
            select person_id as "PersonId", username as "Username", organisation_id as "Organisation",
                   array(select role || case when g.organisation_id = p.organisation_id then '' else '@' || g.organisation_id end
                         from role_grant g where g.person_id = p.person_id order by 1) as "Roles",
                   exists (select 1 from access_stop where kind = 'person' and subject = p.person_id::text) as "Revoked"
            from person p where organisation_id in (select id from below) and person_id > @After order by person_id limit 500
            """, new { Own = actor.OwnOrganisation, After = after ?? Guid.Empty });
        return TypedResults.Ok(new Page(items, items.Count == 500 ? items[^1].PersonId : null));
    }
}
