using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>Where the graduates of one school are, in figures, now or as of any day. For staff, leaders and the school itself.</summary>
public static class ReadSchool
{
    public sealed record Answer(int Cohort, string Level, Guid School, DateOnly AsOf, CohortFigures Figures);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cohorts/{year:int}/schools/{school:guid}", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        int year, Guid school, string? level, DateOnly? asOf, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (!caller.MaySeeFiguresOf(school)) throw Access.Forbidden;
        var asked = CohortFigures.Level(level);
        await using var work = await database.Begin(caller.Tenant, ct);
        var figures = await CohortFigures.Read(work, year, asked, "school", school.ToString(), asOf);
        return figures.Total == 0 ? TypedResults.NotFound() : TypedResults.Ok(new Answer(year, asked, school, asOf ?? clock.Today(), figures));
    }
}
