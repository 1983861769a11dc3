using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>A person ends one of their calendar addresses, or the department anybody's.</summary>
public static class EndCalendarKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/v1/tasks/calendar/keys/{keyId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks").ProducesProblem(404);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid keyId, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        var ended = await work.Execute(
            "update calendar_key set revoked_at = coalesce(revoked_at, @Now) where tenant_id = @Tenant and key_id = @keyId and (subject = @Subject or @Any)",
            new { work.Tenant, keyId, Now = clock.GetUtcNow(), caller.Subject, Any = caller.Is(Policies.Officer) });
        if (ended == 0) return TypedResults.NotFound();
        await work.Commit();
        return TypedResults.NoContent();
    }
}
