using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>The figures of a round, whole and by school. Never registered, registered but absent, and sat without success are different facts.</summary>
public static class ReportRound
{
    public sealed record Figures(int OnRoster, int Registered, int NeverRegistered, int Absent, int WithoutPlace, int Admitted);

    public sealed record BySchool(Guid SchoolId, string Code, string Name, Figures Figures);

    public sealed record Answer(Guid RoundId, string Status, int Version, Figures Province, int UnmatchedRows, int RowsInReview, IReadOnlyList<BySchool> Schools);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/rounds/{roundId:guid}/report", Handle)
        .RequireAuthorization(Policies.Figures);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid roundId, Person person, Database db, CancellationToken ct, int? version = null)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Round(roundId) is not { } round) return TypedResults.NotFound();

        await work.WholeFiles();
        var schools = await work.QueryBulk<SchoolRow>(
            """
            with outcome as (
              select pupil_id, outcome from (select distinct on (pupil_id) pupil_id, outcome from result where round_id = @roundId and version <= @Version order by pupil_id, version desc) final
              union all
              select pupil_id, case when bool_or(outcome = 'admitted') then 'admitted' when bool_or(outcome = 'without_place') then 'without_place' when bool_and(absent) then 'absent' end
              from upload_row where @Status <> 'finalized' and upload_id = @AcceptedUpload and verdict = 'matched' group by pupil_id),
            grade9 as (select distinct on (pupil_id) pupil_id, school_id from roster where tenant_id = @Tenant and grade = 9 and school_year between @SchoolYear - 1 and @SchoolYear order by pupil_id, school_year desc)
            select g.school_id, s.code, s.name, count(*)::int as on_roster, count(o.pupil_id)::int as registered, count(*) filter (where o.outcome = 'absent')::int as absent,
                   count(*) filter (where o.outcome = 'without_place')::int as without_place, count(*) filter (where o.outcome = 'admitted')::int as admitted
            from grade9 g left join outcome o on o.pupil_id = g.pupil_id
            join lateral (select code, name from school where school_id = g.school_id order by valid_from desc limit 1) s on true
            group by g.school_id, s.code, s.name order by s.code
            """, new { work.Tenant, roundId, round.Status, round.AcceptedUpload, round.SchoolYear, Version = version ?? round.Version }, ct);
        var province = new Figures(schools.Sum(school => school.OnRoster), schools.Sum(school => school.Registered), schools.Sum(school => school.OnRoster - school.Registered),
            schools.Sum(school => school.Absent), schools.Sum(school => school.WithoutPlace), schools.Sum(school => school.Admitted));
        var state = await work.State(round.AcceptedUpload);
        return TypedResults.Ok(new Answer(roundId, round.Status, round.Version, province, state.Unmatched, state.InReview, [.. schools.Select(Show)]));
    }

    static BySchool Show(SchoolRow school) => new(school.SchoolId, school.Code, school.Name,
        new Figures(school.OnRoster, school.Registered, school.OnRoster - school.Registered, school.Absent, school.WithoutPlace, school.Admitted));

    sealed record SchoolRow(Guid SchoolId, string Code, string Name, int OnRoster, int Registered, int Absent, int WithoutPlace, int Admitted);
}
