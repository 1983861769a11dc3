using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Inspections;

/// <summary>The team notes what it found in an area, how grave it is, and what is to be done by when. Corrected under its id until it is closed.</summary>
public static class AddFinding
{
    /// <param name="Severity">`minor`, `major` or `critical`.</param>
    public sealed record Command(string Area, string Severity, string Text, string FollowUp, DateOnly FollowUpBy);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/inspections/{inspectionId:guid}/findings/{findingId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(InspectionRows.Makers)).WithTags("Inspections")
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(
        Guid inspectionId, Guid findingId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.InspectionFor(caller, inspectionId) is not { } inspection) return TypedResults.NotFound();
        inspection.Find(command.Area, command.Severity, command.FollowUpBy);
        var kept = await work.Execute(
            """
            insert into inspection_finding as f (tenant_id, finding_id, inspection_id, area, severity, text, follow_up, follow_up_by, found_on, found_by)
            values (@Tenant, @findingId, @inspectionId, @Area, @Severity, @Text, @FollowUp, @FollowUpBy, @Today, @Subject)
            on conflict (tenant_id, finding_id) do update set area = excluded.area, severity = excluded.severity, text = excluded.text, follow_up = excluded.follow_up,
              follow_up_by = excluded.follow_up_by where f.inspection_id = excluded.inspection_id and f.closed_on is null
            """,
            new
            {
                work.Tenant,
                findingId,
                inspectionId,
                command.Area,
                command.Severity,
                Text = InspectionRows.Text(command.Text, "text", 4_000),
                FollowUp = InspectionRows.Text(command.FollowUp, "followUp", 4_000),
                command.FollowUpBy,
                Today = clock.Today(),
                caller.Subject,
            });
        if (kept == 0) throw new RuleBroken("finding_closed", "Kiến nghị đã được xử lý xong", "The finding is closed, or its id is of another inspection.");
        await work.Commit();
        return TypedResults.NoContent();
    }
}
