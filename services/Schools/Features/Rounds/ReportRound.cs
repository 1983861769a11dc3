using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>The figures of a round, whole and by school. Never registered, registered but absent, and sat without success are different facts.</summary>
/// <remarks>
/// A school whose never-registered share is far above its peers or its own year before is marked: pupils have been pressed not to sit, and a target must never reward
/// that (rule). Far: more than twice the province's share and at least 10 points above it, or 10 points above its own last one.
/// </remarks>
public static class ReportRound
{
    public sealed record Figures(int OnRoster, int Registered, int NeverRegistered, int Absent, int WithoutPlace, int Admitted);

    public sealed record BySchool(Guid SchoolId, string Code, string Name, Figures Figures, bool NeverRegisteredFarFromOthers);

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
            grade9 as (select distinct on (pupil_id) pupil_id, school_id from roster where tenant_id = @Tenant and grade = 9 and school_year between @SchoolYear - 1 and @SchoolYear order by pupil_id, school_year desc),
            last_year as (
              select g.school_id, count(*) filter (where x.pupil_id is null)::float8 / count(*) as share
              from roster g left join result x on x.pupil_id = g.pupil_id and x.version = 1 and x.round_id in (select round_id from round where school_year = @SchoolYear - 1 and number = @Number and status = 'finalized')
              where g.tenant_id = @Tenant and g.grade = 9 and g.school_year between @SchoolYear - 2 and @SchoolYear - 1
              group by g.school_id)
            select g.school_id, s.code, s.name, count(*)::int as on_roster, count(o.pupil_id)::int as registered, count(*) filter (where o.outcome = 'absent')::int as absent,
                   count(*) filter (where o.outcome = 'without_place')::int as without_place, count(*) filter (where o.outcome = 'admitted')::int as admitted, max(l.share) as share_before
            from grade9 g left join outcome o on o.pupil_id = g.pupil_id left join last_year l on l.school_id = g.school_id
            join lateral (select code, name from school where school_id = g.school_id order by valid_from desc limit 1) s on true
            group by g.school_id, s.code, s.name order by s.code
            """, new { work.Tenant, roundId, round.Status, round.AcceptedUpload, round.SchoolYear, round.Number, Version = version ?? round.Version }, ct);
        var province = new Figures(schools.Sum(school => school.OnRoster), schools.Sum(school => school.Registered), schools.Sum(school => school.OnRoster - school.Registered),
            schools.Sum(school => school.Absent), schools.Sum(school => school.WithoutPlace), schools.Sum(school => school.Admitted));
        var share = province.OnRoster == 0 ? 0 : (double)province.NeverRegistered / province.OnRoster;
        var state = await work.State(round.AcceptedUpload);
        return TypedResults.Ok(new Answer(roundId, round.Status, round.Version, province, state.Unmatched, state.InReview, [.. schools.Select(school => Show(school, share, round.AcceptedUpload is not null))]));
    }

    static BySchool Show(SchoolRow school, double provinceShare, bool resultsKnown)
    {
        var never = school.OnRoster - school.Registered;
        var share = (double)never / school.OnRoster;
        var far = resultsKnown && school.OnRoster >= 10 && (share > 2 * provinceShare && share > provinceShare + 0.10 || share > school.ShareBefore + 0.10);
        return new BySchool(school.SchoolId, school.Code, school.Name, new Figures(school.OnRoster, school.Registered, never, school.Absent, school.WithoutPlace, school.Admitted), far);
    }

    sealed record SchoolRow(Guid SchoolId, string Code, string Name, int OnRoster, int Registered, int Absent, int WithoutPlace, int Admitted, double? ShareBefore);
}
