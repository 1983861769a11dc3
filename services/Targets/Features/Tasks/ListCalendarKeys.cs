using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The caller's calendar addresses that still work, without their secrets.</summary>
public static class ListCalendarKeys
{
    public sealed record Item(Guid KeyId, DateTimeOffset CreatedAt, DateOnly? UsedOn);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/calendar/keys", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person caller, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        return TypedResults.Ok(await work.Query<Item>(
            "select key_id, created_at, used_on from calendar_key where tenant_id = @Tenant and subject = @Subject and revoked_at is null order by created_at", new { work.Tenant, caller.Subject }));
    }
}
