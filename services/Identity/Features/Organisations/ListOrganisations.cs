using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Organisations;

/// <summary>The organisations below the caller's, and its own, in pages of at most 500.</summary>
public static class ListOrganisations
{
    public sealed record Item(Guid OrganisationId, string Kind, string Name, Guid? Parent);

    public sealed record Page(IReadOnlyList<Item> Items, Guid? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/access/organisations", Handle).RequireAuthorization(Policies.AccessManager);

    public static async Task<Ok<Page>> Handle(Guid? after, Person actor, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(actor.Tenant, ct);
        var items = await work.Query<Item>(
            $"""
            {Below.Sql}
            select organisation_id as "OrganisationId", kind as "Kind", name as "Name", parent_id as "Parent"
            from organisation where organisation_id in (select id from below) and organisation_id > @After order by organisation_id limit 500
            """, new { Own = actor.OwnOrganisation, After = after ?? Guid.Empty });
        return TypedResults.Ok(new Page(items, items.Count == 500 ? items[^1].OrganisationId : null));
    }
}

/// <summary>The caller's organisation (@Own) and everything below it, as `below(id)`.</summary>
public static class Below
{
    public const string Sql =
        """
        with recursive below(id) as (
          select organisation_id from organisation where organisation_id = @Own
          union
          select o.organisation_id from organisation o join below on o.parent_id = below.id)
        """;
}
