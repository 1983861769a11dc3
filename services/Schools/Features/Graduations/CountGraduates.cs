using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Graduations;

/// <summary>How many graduates of a cohort are recognised, by school. Figures only.</summary>
public static class CountGraduates
{
    public sealed record BySchool(Guid SchoolId, string Code, string Name, int Graduates, int Disadvantaged);

    public sealed record Answer(int Cohort, string Level, int Graduates, IReadOnlyList<BySchool> Schools);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/graduations/{cohort:int}", Handle)
        .RequireAuthorization(Policies.Figures);

    public static async Task<Ok<Answer>> Handle(int cohort, Person person, Database db, CancellationToken ct, string level = "lower_secondary")
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var schools = await work.Query<BySchool>(
            """
            select g.school_id, s.code, s.name, count(*)::int as graduates, count(*) filter (where g.residence_disadvantaged)::int as disadvantaged
            from graduation g join lateral (select code, name from school where school_id = g.school_id order by valid_from desc limit 1) s on true
            where g.tenant_id = @Tenant and g.cohort = @cohort and g.level = @level group by g.school_id, s.code, s.name order by s.code
            """, new { work.Tenant, cohort, level });
        return TypedResults.Ok(new Answer(cohort, level, schools.Sum(school => school.Graduates), schools));
    }
}
