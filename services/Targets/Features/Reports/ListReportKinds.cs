using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>The kinds of reports: who makes each for which time, and what it consists of.</summary>
public static class ListReportKinds
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/reports/kinds", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports");

    public static Ok<IReadOnlyList<ReportKind>> Handle() => TypedResults.Ok(ReportKind.All);
}
