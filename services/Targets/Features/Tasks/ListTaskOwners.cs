using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Which organisation does which function's work, where.</summary>
public static class ListTaskOwners
{
    public sealed record Item(Guid OrganisationId, string Function, string? Area);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/owners", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader)).WithTags("Tasks");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person caller, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        return TypedResults.Ok(await work.Query<Item>(
            "select organisation_id, owner as function, nullif(area, '') as area from task_owner where tenant_id = @Tenant order by 2, 3, 1", new { work.Tenant }));
    }
}
