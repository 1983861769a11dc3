using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>Where the graduates of one year and level are, in figures, now or as of any day.</summary>
public static class ReadCohort
{
    public sealed record Answer(int Cohort, string Level, DateOnly AsOf, CohortFigures Figures);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cohorts/{year:int}", Handle).RequireAuthorization(Policies.Figures).ProducesProblem(400);

    public static async Task<Ok<Answer>> Handle(int year, string? level, DateOnly? asOf, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var asked = CohortFigures.Level(level);
        await using var work = await database.Begin(caller.Tenant, ct);
        var figures = await CohortFigures.Read(work, year, asked, "school", null, asOf);
        return TypedResults.Ok(new Answer(year, asked, asOf ?? clock.Today(), figures));
    }
}
