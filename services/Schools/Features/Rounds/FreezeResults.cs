using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>Writes the frozen version: one result per pupil, keyed to the areas valid on the day, in one statement.</summary>
public static class FreezeResults
{
    /// <remarks>Admitted if any application was; without a place only if every application that was sat failed; absent if none was sat.</remarks>
    public static async Task<Frozen> Write(Work work, Round round, DateOnly day, DateTimeOffset now, CancellationToken ct)
    {
        await work.WholeFiles();
        var areas = await work.AreaRegister();
        var schools = await work.SchoolRegister(day);
        await Places(work, round, areas, schools, day);
        return (await work.SingleBulk<Frozen>(
            """
            with results as (
              insert into result (tenant_id, round_id, pupil_id, version, outcome, admitted_to, programme, school_id, area, residence_area, at)
              select @Tenant, @RoundId, a.pupil_id, @Version, a.outcome, t.school_id, case when a.outcome = 'admitted' then coalesce(t.programme, 'upper_secondary') end, o.school_id, s.area, coalesce(c.now_code, o.commune), @Now
              from (select pupil_id,
                      case when bool_or(outcome = 'admitted') then 'admitted' when bool_or(outcome = 'without_place') then 'without_place' else 'absent' end as outcome,
                      (array_agg(admitted_to order by wish nulls last, row_no) filter (where outcome = 'admitted'))[1] as admitted_to
                    from upload_row where upload_id = @AcceptedUpload and verdict = 'matched' group by pupil_id) a
              join (select distinct on (pupil_id) pupil_id, school_id, commune, commune_on from roster
                    where tenant_id = @Tenant order by pupil_id, school_year <= @SchoolYear desc, school_year desc) o on o.pupil_id = a.pupil_id
              join school_now s on s.school_id = o.school_id
              left join admitted_now t on t.written = a.admitted_to
              left join commune_now c on c.code = o.commune and c.listed_on = o.commune_on
              returning outcome)
            select count(*)::int as pupils, count(*) filter (where outcome = 'admitted')::int as admitted, count(*) filter (where outcome = 'without_place')::int as without_place,
                   count(*) filter (where outcome = 'absent')::int as absent
            from results
            """, new { work.Tenant, round.RoundId, round.Version, round.AcceptedUpload, round.SchoolYear, Now = now }, ct))!;
    }

    /// <summary>Small temporary tables that say, as of the day, where each school lies, what each commune is now, and which school each "admitted to" names.</summary>
    static async Task Places(Work work, Round round, AreaRegister areas, SchoolRegister schools, DateOnly day)
    {
        await work.Execute(
            """
            create temporary table school_now (school_id uuid primary key, area varchar) on commit drop;
            create temporary table commune_now (code varchar, listed_on date, now_code varchar, primary key (code, listed_on)) on commit drop;
            create temporary table admitted_now (written varchar primary key, school_id uuid, programme varchar) on commit drop;
            """);
        await work.Execute("insert into school_now select * from unnest(@Ids, @Areas)", new
        {
            Ids = schools.All.Select(school => school.SchoolId).ToArray(),
            Areas = schools.All.Select(school => areas.Follow("commune", school.Commune, school.CommuneOn, day)?.Code ?? school.Commune).ToArray(),
        });
        var communes = await work.Query<Commune>("select distinct commune as code, commune_on as listed_on from roster where tenant_id = @Tenant and school_year between @SchoolYear - 1 and @SchoolYear", new { work.Tenant, round.SchoolYear });
        await work.Execute("insert into commune_now select * from unnest(@Codes, @Days, @Now)", new
        {
            Codes = communes.Select(commune => commune.Code).ToArray(),
            Days = communes.Select(commune => commune.ListedOn).ToArray(),
            Now = communes.Select(commune => areas.Follow("commune", commune.Code, commune.ListedOn, day)?.Code ?? commune.Code).ToArray(),
        });
        var written = await work.Query<string>("select distinct admitted_to from upload_row where upload_id = @AcceptedUpload and admitted_to is not null", new { round.AcceptedUpload });
        var known = written.Select(text => (text, school: schools.Read(text))).Where(pair => pair.school is not null).ToList();
        await work.Execute("insert into admitted_now select * from unnest(@Written, @Ids, @Programmes)", new
        {
            Written = known.Select(pair => pair.text).ToArray(),
            Ids = known.Select(pair => pair.school!.SchoolId).ToArray(),
            Programmes = known.Select(pair => pair.school!.Programme).ToArray(),
        });
        await work.Execute("analyze school_now; analyze commune_now; analyze admitted_now");
    }

    public sealed record Frozen(int Pupils, int Admitted, int WithoutPlace, int Absent);

    sealed record Commune(string Code, DateOnly ListedOn);
}
