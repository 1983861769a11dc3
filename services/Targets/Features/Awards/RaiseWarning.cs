using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>An inspector notes that pupils of an area may not have been left free to choose; while it is open, nobody is honoured for that area's results.</summary>
public static class RaiseWarning
{
    public sealed record Command(int Year, string Area, string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/awards/warnings/{warningId:guid}", Handle).RequireAuthorization(Policies.Inspector).WithTags("Awards").ProducesProblem(422);

    public static async Task<NoContent> Handle(Guid warningId, Command command, Person inspector, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(inspector.Tenant, ct);
        await work.MustKnow(command.Area);
        await work.LockArea(command.Area);
        await work.Execute(
            """
            insert into voluntariness_warning (tenant_id, warning_id, year, area, reason, raised_by, raised_at) values (@Tenant, @warningId, @Year, @Area, @Reason, @Subject, @Now) on conflict do nothing
            """, new { work.Tenant, warningId, command.Year, command.Area, Reason = AwardRows.Text(command.Reason, "reason", 4_000), inspector.Subject, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
