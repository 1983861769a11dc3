using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>Every school of a cohort with its figures: now from sums, as of a day from the timelines.</summary>
public static class ReadSchools
{
    public sealed record Answer(int Cohort, string Level, DateOnly AsOf, IReadOnlyList<School> Schools);

    public sealed record School(Guid Id, IReadOnlyDictionary<string, long> Statuses, long Total);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cohorts/{year:int}/schools", Handle).RequireAuthorization(Policies.Figures).ProducesProblem(400);

    public static async Task<Ok<Answer>> Handle(int year, string? level, DateOnly? asOf, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var asked = CohortFigures.Level(level);
        await using var work = await database.Begin(caller.Tenant, ct);
        var sums = await work.Query<Sum>(asOf is null ? Now : AsOf, new { work.Tenant, year, asked, asOf });
        return TypedResults.Ok(new Answer(year, asked, asOf ?? clock.Today(),
            [.. sums.GroupBy(sum => sum.School).Select(school => new School(school.Key, school.ToDictionary(sum => sum.Status, sum => sum.N), school.Sum(sum => sum.N)))]));
    }

    private const string Now =
        """
        select key::uuid as school, status, sum(n)::bigint as n from counts
        where tenant_id = @Tenant and cohort = @year and level = @asked and scope = 'school' and n <> 0 group by 1, 2 order by 1
        """;

    private const string AsOf =
        """
        select school, status_on(periods, @asOf) as status, count(*) as n from graduates
        where tenant_id = @Tenant and cohort = @year and level = @asked group by 1, 2 order by 1
        """;

    private sealed record Sum(Guid School, string Status, long N);
}
