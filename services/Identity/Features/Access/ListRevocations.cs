using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>Whose access is stopped in the province now, and since when.</summary>
public static class ListRevocations
{
    public sealed record Item(string Kind, string Subject, DateTime At, string By);

    public sealed record Page(IReadOnlyList<Item> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/access/revocations", Handle).RequireAuthorization(Policies.AccessManager);

    public static async Task<Ok<Page>> Handle(Person actor, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(actor.Tenant, ct);
        return TypedResults.Ok(new Page(await work.Query<Item>(
            """select kind as "Kind", subject as "Subject", stopped_at as "At", stopped_by as "By" from access_stop order by stopped_at desc limit 1000""")));
    }
}
