using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>The reports of a year and how far each is, with the day it is due by the plan in force.</summary>
public static class ListReports
{
    public sealed record Item(Guid ReportId, string Kind, string Period, string? Area, string State, int Version, DateOnly? Due, DateOnly? LastDay, DateTimeOffset? SubmittedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/reports", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(int? year, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var asked = year ?? clock.Today().Year;
        await using var work = await database.Begin(caller.Tenant, ct);
        var reports = await work.Query<Report>(
            $"select {ReportRows.Columns} from report r where r.tenant_id = @Tenant and r.year = @asked and {ReportRows.Seen} order by r.area, r.kind, r.part, r.report_id",
            new { work.Tenant, asked, Organisation = caller.OnlyOf() });
        var plan = plans.InForce(caller.Tenant, asked);
        return TypedResults.Ok<IReadOnlyList<Item>>([.. reports.Select(report =>
        {
            var due = plan is null ? null : report.KindOf.DueIn(plan, report.Period);
            return new Item(report.ReportId, report.Kind, report.Period.Name, report.Area.Length == 0 ? null : report.Area, report.State, report.Version, due?.Due, due?.LastDay ?? due?.Until, report.SubmittedAt);
        })]);
    }
}
