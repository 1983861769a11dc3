using CareerPlatform.Contracts;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Begins a report of a kind, time and area; its figures are live until it is submitted. The same again finds the same report.</summary>
public static class DraftReport
{
    public sealed record Answer(Guid ReportId, string State, int Version);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/{kind}", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    /// <param name="kind">Code of the kind.</param>
    /// <param name="year">Year, or last year of a review.</param>
    /// <param name="part">Half or quarter.</param>
    /// <param name="from">First year of a review.</param>
    /// <param name="area">Code of the area, for an area's report.</param>
    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        string kind, int year, int? part, int? from, string? area, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (ReportKind.Find(kind) is not { } of) return TypedResults.NotFound();
        caller.MustWriteReports();
        var period = ReportPeriod.Of(of, year, part, from);
        if ((of.Level == "area") != (area is not null)) throw new RuleBroken("area_invalid", "Địa bàn không hợp lệ", "An area's report names its area, a report of the province none.", 422);

        await using var work = await database.Begin(caller.Tenant, ct);
        if (area is not null && !(await work.Register()).Any(one => one.Code == area)) throw new RuleBroken("unknown_area", "Không có địa bàn này", "The register of areas has no such code.", 422);
        var report = StreamIds.Of("report", work.Tenant, kind, period.Name, area ?? "");
        var own = caller.OnlyOf() is not { } organisation
            || await work.Single<bool>("select exists (select from task_owner where tenant_id = @Tenant and organisation_id = @organisation and area = @area and area <> '')", new { work.Tenant, organisation, area });
        if (!own) throw new RuleBroken("area_not_yours", "Không thuộc địa bàn của đơn vị", "An area's office reports on its own area; see PUT /v1/tasks/owners.", 403);

        var now = clock.GetUtcNow();
        var begun = await work.Execute(
            """
            insert into report (tenant_id, report_id, kind, from_year, year, part, area, state, changed_at) values (@Tenant, @report, @kind, @From, @Year, @Part, @Area, 'draft', @now)
            on conflict do nothing
            """, new { work.Tenant, report, kind, period.From, period.Year, period.Part, Area = area ?? "", now });
        var kept = (await work.ReportFor(caller, report))!;
        if (begun > 0) await work.Note(kept, "drafted", caller, null, now);
        await work.Commit();
        return TypedResults.Ok(new Answer(report, kept.State, kept.Version));
    }
}
