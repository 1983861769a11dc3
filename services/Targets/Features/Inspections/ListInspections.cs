using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Inspections;

/// <summary>A year's inspections with their findings, and which of those are overdue.</summary>
public static class ListInspections
{
    /// <param name="Overdue">Not closed, and its day has passed.</param>
    public sealed record Finding(Guid FindingId, string Area, string? AreaName, string Severity, string Text, string FollowUp, DateOnly FollowUpBy, DateOnly? ClosedOn, string? Result, bool Overdue);

    /// <param name="State">`planned`, `held` (with open findings), `closed`.</param>
    public sealed record Item(
        Guid InspectionId, int Year, string Level, string? Area, string Team, IReadOnlyList<string> Members, DateOnly PlannedOn, IReadOnlyList<string> Areas, DateOnly? HeldOn, string State,
        IReadOnlyList<Finding> Findings);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/inspections", Handle).RequireAuthorization(policy => policy.RequireRole([.. InspectionRows.Makers, Policies.Leader])).WithTags("Inspections");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(int? year, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        return TypedResults.Ok(await Read(work, caller.Whose(), year ?? clock.Today().Year, clock.Today()));
    }

    internal static async Task<IReadOnlyList<Item>> Read(Work work, Guid? organisation, int year, DateOnly today)
    {
        var inspections = await work.Query<Row>(
            $"select i.inspection_id, i.year, i.level, i.area, i.team, i.members, i.planned_on, i.areas, i.held_on from inspection i where i.tenant_id = @Tenant and i.year = @year and {InspectionRows.Seen} order by i.planned_on, i.inspection_id",
            new { work.Tenant, year, Organisation = organisation });
        var findings = (await work.Query<Found>(
            """
            select f.inspection_id, f.finding_id, f.area, (select name from areas n where n.tenant_id = f.tenant_id and n.code = f.area order by n.valid_from desc limit 1) as area_name,
              f.severity, f.text, f.follow_up, f.follow_up_by, f.closed_on, f.result
            from inspection_finding f where f.tenant_id = @Tenant and f.inspection_id = any (@Ids) order by f.area, f.finding_id
            """, new { work.Tenant, Ids = inspections.Select(row => row.InspectionId).ToArray() })).ToLookup(row => row.InspectionId);
        return
        [
            .. inspections.Select(row => new Item(
                row.InspectionId, row.Year, row.Level, row.Area.Length == 0 ? null : row.Area, row.Team, row.Members, row.PlannedOn, row.Areas, row.HeldOn,
                row.HeldOn is null ? "planned" : findings[row.InspectionId].Any(finding => finding.ClosedOn is null) ? "held" : "closed",
                [.. findings[row.InspectionId].Select(finding => new Finding(
                    finding.FindingId, finding.Area, finding.AreaName, finding.Severity, finding.Text, finding.FollowUp, finding.FollowUpBy, finding.ClosedOn, finding.Result,
                    finding.ClosedOn is null && finding.FollowUpBy < today))])),
        ];
    }

    private sealed record Row
    {
        public Guid InspectionId { get; init; }
        public int Year { get; init; }
        public string Level { get; init; } = "";
        public string Area { get; init; } = "";
        public string Team { get; init; } = "";
        public string[] Members { get; init; } = [];
        public DateOnly PlannedOn { get; init; }
        public string[] Areas { get; init; } = [];
        public DateOnly? HeldOn { get; init; }
    }

    private sealed record Found(
        Guid InspectionId, Guid FindingId, string Area, string? AreaName, string Severity, string Text, string FollowUp, DateOnly FollowUpBy, DateOnly? ClosedOn, string? Result);
}
