using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>Finds whose each row is, in a few statements whatever the number of rows, and stores the rows with their verdicts.</summary>
/// <remarks>
/// By ministry or citizen id; then as before for the same candidate number and name; then by name, birth date and school together. Name and birth date alone only ever
/// propose candidates for a person to decide on: 1.4 % of one real file shared both.
/// </remarks>
public static class ResultMatching
{
    public static async Task Store(Work work, Guid upload, int schoolYear, Guid? previous, Guid? accepted, CancellationToken ct)
    {
        var args = new { work.Tenant, Upload = upload, Year = schoolYear, Previous = previous, Accepted = accepted };
        await work.WholeFiles();
        await work.ExecuteBulk(Repetitions, args, ct);
        await work.ExecuteBulk(Matches, args, ct);
        await work.ExecuteBulk(Rows, args, ct);
        if (accepted is not null) await work.ExecuteBulk(Differences, args, ct);
    }

    const string Repetitions =
        """
        create temporary table repeated on commit drop as
          select ident, min(row_no) as first, count(distinct print) > 1 as differs from result_in where ident is not null group by ident having count(*) > 1;
        update result_in r set verdict = case when d.differs then 'refused' else 'duplicate' end,
          notes = case when d.differs
            then jsonb_build_object('faults', jsonb_build_array(jsonb_build_object('row', r.row_no, 'column', null, 'code', 'duplicate_conflict', 'hint', 'Số báo danh lặp lại với dữ liệu khác')), 'warnings', '[]'::jsonb)
            else jsonb_build_object('faults', '[]'::jsonb, 'warnings', jsonb_build_array(jsonb_build_object('row', r.row_no, 'column', null, 'code', 'duplicate_row', 'hint', 'Dòng lặp lại, đã bỏ qua'))) end
        from repeated d where d.ident = r.ident and (d.differs or r.row_no > d.first);
        """;

    const string Matches =
        """
        create temporary table match_in (row_no int, pupil_id uuid, how varchar, candidates uuid[]) on commit drop;

        insert into match_in
          select r.row_no, case when not doubtful then found end, case when doubtful then 'review' else 'id' end, case when doubtful then array_remove(array[m.pupil_id, c.pupil_id], null) end
          from result_in r
          left join pupil_alias m on m.tenant_id = @Tenant and m.alias = r.ministry_id
          left join pupil_alias c on c.tenant_id = @Tenant and c.alias = r.citizen_id
          cross join lateral (select coalesce(m.pupil_id, c.pupil_id)) f(found)
          left join pupil p on p.pupil_id = found
          cross join lateral (select m.pupil_id <> c.pupil_id is true or (p.name_fold <> r.name_fold is true and p.birth_date is distinct from r.birth_date)) d(doubtful)
          where r.verdict is null and found is not null and (r.ministry_id is not null or r.citizen_id is not null);
        analyze match_in;

        insert into match_in
          select r.row_no, u.pupil_id, 'candidate_number', null
          from result_in r join upload_row u on u.upload_id = @Previous and u.candidate_number = r.candidate_number and u.verdict = 'matched' and u.name_fold is not distinct from coalesce(r.name_fold, u.name_fold)
          where @Previous::uuid is not null and r.verdict is null and not exists (select from match_in done where done.row_no = r.row_no);
        analyze match_in;

        create temporary table named on commit drop as
          select r.row_no, r.ministry_id, p.pupil_id, s.name_key = r.school_key is true as same_school, p.name_key = r.name_key as same_name
          from result_in r
          join pupil p on p.birth_date = r.birth_date and p.name_fold = r.name_fold
          join roster o on o.pupil_id = p.pupil_id and o.grade = 9 and o.school_year between @Year - 1 and @Year
          left join school s on s.school_id = o.school_id
          where r.verdict is null and r.name_fold is not null and r.birth_date is not null and not exists (select from match_in done where done.row_no = r.row_no);

        insert into match_in
          select row_no, case when sure then exact[1] end, case when sure then 'name' else 'review' end, case when not sure then everybody end
          from (
            select n.row_no, exact, everybody,
                   cardinality(exact) = 1 and not exists (select from pupil_alias a where a.pupil_id = exact[1] and length(a.alias) = length(n.ministry_id) and a.alias <> n.ministry_id) as sure
            from (select row_no, min(ministry_id) as ministry_id, array_agg(distinct pupil_id) as everybody, coalesce(array_agg(distinct pupil_id) filter (where same_school and same_name), '{}') as exact
                  from named group by row_no) n) found;

        update match_in m set how = 'review', candidates = array[m.pupil_id], pupil_id = null
        from (select pupil_id from match_in where pupil_id is not null group by pupil_id having count(*) > 1 and bool_or(how = 'name')) twice
        where m.pupil_id = twice.pupil_id and m.how = 'name';
        analyze match_in;
        """;

    const string Rows =
        """
        insert into upload_row (tenant_id, upload_id, row_no, verdict, matched_by, pupil_id, candidates, candidate_number, ministry_id, citizen_id, name, name_fold, birth_date, school, council,
          literature, mathematics, foreign_language, total, absent, outcome, admitted_to, wish, print, notes)
        select @Tenant, @Upload, r.row_no, coalesce(r.verdict, case when m.how is null then 'unmatched' when m.how = 'review' then 'review' else 'matched' end),
          nullif(m.how, 'review'), m.pupil_id, m.candidates, r.candidate_number, r.ministry_id, r.citizen_id, r.name, r.name_fold, r.birth_date, r.school, r.council,
          r.literature, r.mathematics, r.foreign_language, r.total, r.absent, r.outcome, r.admitted_to, r.wish, r.print, r.notes
        from result_in r left join match_in m using (row_no)
        """;

    const string Differences =
        """
        update upload_row n set difference = case when o.row_no is null then 'added' when o.print <> n.print then 'changed' else 'same' end
        from upload_row x
        left join upload_row o on o.upload_id = @Accepted and o.verdict in ('matched', 'review', 'unmatched')
          and coalesce('c' || o.candidate_number, 'm' || o.ministry_id, 'z' || o.citizen_id) = coalesce('c' || x.candidate_number, 'm' || x.ministry_id, 'z' || x.citizen_id)
        where x.upload_id = @Upload and n.upload_id = @Upload and n.row_no = x.row_no and n.verdict in ('matched', 'review', 'unmatched')
        """;
}
