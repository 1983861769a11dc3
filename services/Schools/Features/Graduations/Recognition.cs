using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using NpgsqlTypes;

namespace CareerPlatform.Schools.Features.Graduations;

/// <summary>One line of a recognition: who, and by which programme.</summary>
public sealed record Recognised(int Row, string PupilId, string Programme);

/// <summary>Recognises graduates in a few statements whatever their number, with school and residence as they are valid on the day, and announces them per school.</summary>
/// <remarks>Rules common to all enrolment rates, 1 and 7: a person belongs to the first cohort in which they were recognised, at the school where they were.</remarks>
public static class Recognition
{
    public sealed record Outcome(int Rows, int New, IReadOnlyList<RowFault> Faults, IReadOnlyList<RowFault> Warnings);

    public static async Task<Outcome> Store(Work work, IEnumerable<Recognised> graduates, int cohort, string level, DateOnly day, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await Copy(work, graduates, ct);
        await work.WholeFiles();
        var args = new { work.Tenant, Cohort = cohort, Level = level, Grade = level == "lower_secondary" ? 9 : 12, Now = now };
        await work.ExecuteBulk(
            """
            create temporary table graduate on commit drop as
              select i.row_no, i.programme, a.pupil_id, r.school_id, r.commune, r.commune_on, r.old_commune, g.cohort as earlier, row_number() over (partition by a.pupil_id order by i.row_no) as time
              from graduate_in i
              left join pupil_alias a on a.tenant_id = @Tenant and a.alias = i.id
              left join (select distinct on (pupil_id) pupil_id, school_id, commune, commune_on, old_commune from roster
                         where tenant_id = @Tenant and grade = @Grade and school_year <= @Cohort order by pupil_id, school_year desc) r on r.pupil_id = a.pupil_id
              left join graduation g on g.pupil_id = a.pupil_id and g.level = @Level;
            analyze graduate
            """, args, ct);
        var faults = await work.Query<Problem>(
            """
            select row_no, case when pupil_id is null then 'pupil_unknown' when school_id is null then 'not_on_roster' else 'already_recognised' end as code
            from graduate where pupil_id is null or school_id is null or earlier <> @Cohort order by row_no limit 100
            """, args);
        var warnings = await work.Query<Problem>("select row_no, 'duplicate_row' as code from graduate where time > 1 and pupil_id is not null order by row_no limit 100");
        await Areas(work, day);
        var recognised = await work.ExecuteBulk(
            """
            create temporary table recognised on commit drop as select * from graduation limit 0;
            with written as (
              insert into graduation (tenant_id, pupil_id, level, cohort, programme, school_id, school_area, school_disadvantaged, residence_area, residence_before, residence_disadvantaged, recognised_at)
              select @Tenant, g.pupil_id, @Level, @Cohort, g.programme, g.school_id, s.area, s.disadvantaged, c.now_code, coalesce(g.old_commune, c.before), c.disadvantaged, @Now
              from graduate g join school_now s using (school_id) join commune_now c on c.code = g.commune and c.listed_on = g.commune_on
              where g.earlier is null and g.time = 1
              on conflict (pupil_id, level) do nothing
              returning *)
            insert into recognised select * from written
            """, args, ct);
        var schools = work.Groups<Graduate>(
            "select pupil_id, school_id, school_area, school_disadvantaged, programme, residence_area, residence_before, residence_disadvantaged from recognised order by school_id, pupil_id", null, row => row.SchoolId, ct);
        await foreach (var school in schools)
        {
            Announce(work, school, cohort, level, now);
            await work.Flush();
        }
        return new Outcome(rows, recognised, [.. faults.Select(fault => Fault(fault, fault.Code switch
        {
            "pupil_unknown" => "Không có học sinh mang mã này",
            "not_on_roster" => "Học sinh không có trong danh sách lớp cuối cấp",
            _ => "Học sinh đã được công nhận tốt nghiệp ở năm khác",
        }))], [.. warnings.Select(warning => Fault(warning, "Dòng lặp lại, đã bỏ qua"))]);
    }

    static RowFault Fault(Problem problem, string hint) => new(problem.RowNo, "pupil_id", problem.Code, hint);

    static async Task<int> Copy(Work work, IEnumerable<Recognised> graduates, CancellationToken ct)
    {
        await work.Execute("create temporary table graduate_in (row_no int, id varchar, programme varchar) on commit drop");
        await using var copy = await work.Connection.BeginBinaryImportAsync("copy graduate_in from stdin (format binary)", ct);
        foreach (var graduate in graduates)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(graduate.Row, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(graduate.PupilId, NpgsqlDbType.Varchar, ct);
            await copy.WriteAsync(graduate.Programme, NpgsqlDbType.Varchar, ct);
        }
        return (int)await copy.CompleteAsync(ct);
    }

    static async Task Areas(Work work, DateOnly day)
    {
        var areas = await work.AreaRegister();
        var schools = await work.SchoolRegister(day);
        await work.Execute(
            """
            create temporary table school_now (school_id uuid primary key, area varchar, disadvantaged boolean) on commit drop;
            create temporary table commune_now (code varchar, listed_on date, now_code varchar, before varchar, disadvantaged boolean, primary key (code, listed_on)) on commit drop;
            """);
        var at = schools.All.Select(school => areas.Follow("commune", school.Commune, school.CommuneOn, day)?.Code ?? school.Commune).ToArray();
        await work.Execute("insert into school_now select * from unnest(@Ids, @Areas, @Disadvantaged)", new
        {
            Ids = schools.All.Select(school => school.SchoolId).ToArray(),
            Areas = at,
            Disadvantaged = at.Select(code => areas.IsDisadvantaged("commune", code, day)).ToArray(),
        });
        var communes = await work.Query<Commune>("select distinct commune as code, commune_on as listed_on from graduate where commune is not null");
        var now = communes.Select(commune => areas.Follow("commune", commune.Code, commune.ListedOn, day)?.Code ?? commune.Code).ToArray();
        await work.Execute("insert into commune_now select * from unnest(@Codes, @Days, @Now, @Before, @Disadvantaged)", new
        {
            Codes = communes.Select(commune => commune.Code).ToArray(),
            Days = communes.Select(commune => commune.ListedOn).ToArray(),
            Now = now,
            Before = communes.Select(commune => areas.Nearest("commune", commune.Code, commune.ListedOn) is { ValidTo: not null } old && !old.IsValidOn(day) ? old.Code : null).ToArray(),
            Disadvantaged = now.Select(code => areas.IsDisadvantaged("commune", code, day)).ToArray(),
        });
        await work.Execute("analyze school_now; analyze commune_now");
    }

    static void Announce(Work work, IReadOnlyList<Graduate> recognised, int cohort, string level, DateTimeOffset now)
    {
        foreach (var school in recognised.GroupBy(graduate => (graduate.SchoolId, graduate.SchoolArea, graduate.SchoolDisadvantaged)))
        {
            var parts = school.Chunk(200).ToList();
            foreach (var (part, number) in parts.Select((part, at) => (part, at + 1)))
            {
                work.Append("graduation", StreamIds.Of("graduation", work.Tenant, school.Key.SchoolId, cohort), new GraduatesRecognised
                {
                    Province = work.Tenant,
                    Cohort = cohort,
                    Level = level,
                    School = school.Key.SchoolId,
                    SchoolArea = school.Key.SchoolArea,
                    SchoolDisadvantaged = school.Key.SchoolDisadvantaged,
                    Part = number,
                    Parts = parts.Count,
                    RecognisedAt = now,
                    Graduates = [.. part.Select(graduate => new RecognisedGraduate
                    {
                        PupilId = graduate.PupilId, Programme = graduate.Programme, ResidenceArea = graduate.ResidenceArea, ResidenceAreaBefore = graduate.ResidenceBefore,
                        ResidenceDisadvantaged = graduate.ResidenceDisadvantaged,
                    })],
                });
            }
        }
    }

    sealed record Problem(int RowNo, string Code);

    sealed record Commune(string Code, DateOnly ListedOn);

    sealed record Graduate(
        Guid PupilId, Guid SchoolId, string SchoolArea, bool SchoolDisadvantaged, string Programme, string ResidenceArea, string? ResidenceBefore, bool ResidenceDisadvantaged);
}
