using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>Where the graduates of one commune are, in figures: by residence with new or old borders, or by the commune of their school.</summary>
/// <remarks>Old borders are those before 1 July 2025, recorded of every residence when its graduate was recognised.</remarks>
public static class ReadArea
{
    public sealed record Answer(int Cohort, string Level, string Area, string Border, string AreaOf, DateOnly AsOf, CohortFigures Figures);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/cohorts/{year:int}/areas/{area}", Handle).RequireAuthorization(Policies.Figures).ProducesProblem(400).ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        int year, string area, string? level, string? border, string? areaOf, DateOnly? asOf, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var asked = CohortFigures.Level(level);
        var scope = (border ?? "new", areaOf ?? "residence") switch
        {
            ("new", "residence") => "residence_area",
            ("old", "residence") => "residence_area_before",
            ("new", "school") => "school_area",
            _ => throw new RuleBroken("parameter_invalid", "Tham số không hợp lệ", "border is new or old, areaOf is residence or school; old borders are known of residences only.", 400),
        };
        await using var work = await database.Begin(caller.Tenant, ct);
        var figures = await CohortFigures.Read(work, year, asked, scope, area, asOf);
        return figures.Total == 0
            ? TypedResults.NotFound()
            : TypedResults.Ok(new Answer(year, asked, area, border ?? "new", areaOf ?? "residence", asOf ?? clock.Today(), figures));
    }
}
