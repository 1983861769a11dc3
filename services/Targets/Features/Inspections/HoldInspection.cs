using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Inspections;

/// <summary>Notes the day on which an inspection was held; from then on it takes findings.</summary>
public static class HoldInspection
{
    public sealed record Command(DateOnly HeldOn);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/inspections/{inspectionId:guid}/held", Handle).RequireAuthorization(policy => policy.RequireRole(InspectionRows.Makers)).WithTags("Inspections")
        .ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid inspectionId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.InspectionFor(caller, inspectionId) is not { } inspection) return TypedResults.NotFound();
        var held = inspection.Hold(command.HeldOn, clock.Today());
        await work.Execute("update inspection set held_on = @HeldOn, changed_at = @Now where tenant_id = @Tenant and inspection_id = @inspectionId",
            new { work.Tenant, inspectionId, held.HeldOn, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
