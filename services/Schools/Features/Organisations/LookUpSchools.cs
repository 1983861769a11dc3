using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Organisations;

/// <summary>The province's schools as they stood on a day.</summary>
public static class LookUpSchools
{
    public sealed record Shown
    {
        public required Guid SchoolId { get; init; }
        public required string Code { get; init; }
        public required string Name { get; init; }
        public required string[] Levels { get; init; }
        public string? Kind { get; init; }
        public required string Commune { get; init; }
        public required DateOnly ValidFrom { get; init; }
        public DateOnly? ValidTo { get; init; }

        /// <summary>Codes of the schools it was merged from.</summary>
        public required string[] Predecessors { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/schools", List);
        routes.MapGet("/schools/{code}", One);
    }

    public static async Task<Ok<IReadOnlyList<Shown>>> List(Person person, Database db, TimeProvider clock, CancellationToken ct, DateOnly? date = null, string? level = null, string? commune = null, string? after = null, int limit = 500)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await Read(work, "(@level::varchar is null or @level = any(levels)) and (@commune::varchar is null or commune = @commune) and (@after::varchar is null or code > @after)",
            new { work.Tenant, Day = date ?? clock.Today(), level, commune, after, Limit = Math.Clamp(limit, 1, 1_000) }));
    }

    public static async Task<Results<Ok<Shown>, NotFound>> One(string code, Person person, Database db, TimeProvider clock, CancellationToken ct, DateOnly? date = null)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var id = Guid.TryParse(code, out var guid) ? guid : (Guid?)null;
        var schools = await Read(work, "(code = @code or school_id = @id)", new { work.Tenant, Day = date ?? clock.Today(), code, id, Limit = 1 });
        return schools is [var school] ? TypedResults.Ok(school) : TypedResults.NotFound();
    }

    static Task<IReadOnlyList<Shown>> Read(Work work, string condition, object args) => work.Query<Shown>(
        $"""
        select school_id, code, name, levels, kind, commune, valid_from, valid_to,
               array(select distinct old.code from school_predecessor p join school old on old.school_id = p.old_school_id where p.school_id = school.school_id) as predecessors
        from school where tenant_id = @Tenant and valid_from <= @Day and (valid_to is null or valid_to >= @Day) and {condition}
        order by code limit @Limit
        """, args);
}
