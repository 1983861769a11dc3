using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>The graduates of one school with their status now or as of any day, a page at a time, so that the school can follow up whoever is not known.</summary>
/// <remarks>Personal data: journaled in the same transaction. For staff and the school itself; leaders see figures only.</remarks>
public static class ReadSchoolGraduates
{
    public sealed record Answer(int Cohort, string Level, Guid School, DateOnly AsOf, IReadOnlyList<Row> Items, Guid? Next);

    public sealed record Row(Guid PupilId, string Status, DateOnly? Since, Guid? Institution, bool DualTrack);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/cohorts/{year:int}/schools/{school:guid}/graduates", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(503);

    public static async Task<Ok<Answer>> Handle(
        int year, Guid school, string? level, string? status, DateOnly? asOf, Guid? after, int? limit, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (!caller.MaySee([school])) throw Access.Forbidden;
        if (limit is < 1 or > 500) throw new RuleBroken("parameter_invalid", "Tham số không hợp lệ", "The limit must lie between 1 and 500.", 400);
        var asked = CohortFigures.Level(level);
        var size = limit ?? 100;
        await using var work = await database.Begin(caller.Tenant, ct);
        var rows = await work.Query<Row>(
            """
            select pupil_id, status, since, institution, dual_track from (
              select pupil_id, status, since, institution, dual_track from graduates
              where @asOf::date is null and tenant_id = @Tenant and cohort = @year and level = @asked and school = @school
              union all
              select g.pupil_id, coalesce(p.value ->> 'status', 'not_known'), (p.value ->> 'since')::date, (p.value ->> 'institution')::uuid, coalesce((p.value ->> 'dual_track')::boolean, false)
              from graduates g left join lateral (
                select value from jsonb_array_elements(g.periods) with ordinality e(value, nr) where (value ->> 'since')::date <= @asOf order by nr desc limit 1) p on true
              where @asOf::date is not null and tenant_id = @Tenant and cohort = @year and level = @asked and school = @school) g
            where (@status is null or status = @status) and (@after is null or pupil_id > @after)
            order by pupil_id limit @size
            """,
            new { work.Tenant, year, asked, school, status, asOf, after, size });
        await work.Journal(caller, "destination_tracking", "GET /v1/cohorts/{year}/schools/{school}/graduates", [.. rows.Select(row => row.PupilId)], "status", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Answer(year, asked, school, asOf ?? clock.Today(), rows, rows.Count == size ? rows[^1].PupilId : null));
    }
}
