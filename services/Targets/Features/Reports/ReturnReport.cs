using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Gives a report back with a reason. An accepted one of an area only while the report of the province that holds it is not approved; its frozen version stays, the next one follows.</summary>
public static class ReturnReport
{
    public sealed record Command(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/{reportId:guid}/return", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Reports")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid reportId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (command.Reason.Length > 2_000) throw new RuleBroken("text_too_long", "Nội dung quá dài", "A reason has at most 2,000 characters.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.ReportFor(caller, reportId) is not { } report) return TypedResults.NotFound();
        var above = report.KindOf.Into is { } into && await work.Single<bool>(   // locked, so that it is not approved in this moment
            "select coalesce(bool_or(state = 'approved'), false) from (select state from report where tenant_id = @Tenant and kind = @into and year = @Year for share) a", new { work.Tenant, into, report.Year });
        var returned = report.Return(command.Reason, above) with { Letterhead = null };
        await work.Keep(returned, "returned", caller, command.Reason.Trim(), clock.GetUtcNow());
        await work.KeepItems(report, []);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
