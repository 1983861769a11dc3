using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Inspections;

/// <summary>Says what became of a finding, once.</summary>
public static class CloseFinding
{
    public sealed record Command(string Result);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/inspections/{inspectionId:guid}/findings/{findingId:guid}/closing", Handle).RequireAuthorization(policy => policy.RequireRole(InspectionRows.Makers)).WithTags("Inspections")
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(
        Guid inspectionId, Guid findingId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var result = InspectionRows.Text(command.Result, "result", 4_000);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.InspectionFor(caller, inspectionId) is null) return TypedResults.NotFound();
        var closed = await work.Execute(
            """
            update inspection_finding set closed_on = @Today, closed_by = @Subject, result = @result
            where tenant_id = @Tenant and inspection_id = @inspectionId and finding_id = @findingId and closed_on is null
            """, new { work.Tenant, inspectionId, findingId, Today = clock.Today(), caller.Subject, result });
        if (closed == 0 && await work.Single<Guid?>("select finding_id from inspection_finding where tenant_id = @Tenant and inspection_id = @inspectionId and finding_id = @findingId", new { work.Tenant, inspectionId, findingId }) is null)
            return TypedResults.NotFound();
        if (closed == 0) throw new RuleBroken("finding_closed", "Kiến nghị đã được xử lý xong", "The finding was closed before.");
        await work.Commit();
        return TypedResults.NoContent();
    }
}
