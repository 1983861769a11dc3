using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>Every school of a cohort with its figures now, from sums.</summary>
public static class ReadSchools
{
    public sealed record Answer(int Cohort, string Level, DateOnly AsOf, IReadOnlyList<School> Schools);

    public sealed record School(Guid Id, IReadOnlyDictionary<string, long> Statuses, long Total);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cohorts/{year:int}/schools", Handle).RequireAuthorization(Policies.Figures).ProducesProblem(400);

    public static async Task<Ok<Answer>> Handle(int year, string? level, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var asked = CohortFigures.Level(level);
        await using var work = await database.Begin(caller.Tenant, ct);
        var sums = await work.Query<Sum>(
            """
            select key::uuid as school, status, sum(n)::bigint as n from counts
            where tenant_id = @Tenant and cohort = @year and level = @asked and scope = 'school' and n <> 0 group by 1, 2 order by 1
            """,
            new { work.Tenant, year, asked });
        return TypedResults.Ok(new Answer(year, asked, clock.Today(),
            [.. sums.GroupBy(sum => sum.School).Select(school => new School(school.Key, school.ToDictionary(sum => sum.Status, sum => sum.N), school.Sum(sum => sum.N)))]));
    }

    private sealed record Sum(Guid School, string Status, long N);
}
