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
        await work.ExecuteBulk(ById, args, ct);
        await work.ExecuteBulk(Otherwise, args, ct);
        if (accepted is null) return;
        var perWish = await work.SingleBulk<bool>("select exists (select from upload_row where upload_id = any(@Files) and verdict in ('matched', 'review', 'unmatched') and candidate_number is not null group by upload_id, candidate_number having count(*) > 1)",
            new { Files = new[] { upload, accepted.Value } }, ct);
        await work.ExecuteBulk(Differences, new { Upload = upload, Accepted = accepted, PerWish = perWish }, ct);
    }

    const string Repetitions =
        """
        create temporary table repeated on commit drop as
          select ident, min(row_no) as first, min(print) <> max(print) as differs from result_in where ident is not null group by ident having count(*) > 1;
        update result_in r set verdict = case when d.differs then 'refused' else 'duplicate' end,
          notes = case when d.differs
            then jsonb_build_object('faults', jsonb_build_array(jsonb_build_object('row', r.row_no, 'column', null, 'code', 'duplicate_conflict', 'hint', 'Số báo danh lặp lại với dữ liệu khác')), 'warnings', '[]'::jsonb)
            else jsonb_build_object('faults', '[]'::jsonb, 'warnings', jsonb_build_array(jsonb_build_object('row', r.row_no, 'column', null, 'code', 'duplicate_row', 'hint', 'Dòng lặp lại, đã bỏ qua'))) end
        from repeated d where d.ident = r.ident and (d.differs or r.row_no > d.first);
        """;

    /// <summary>An id is enough unless two ids name two pupils, or both the name and the birth date are another's.</summary>
    const string ById =
        """
        insert into upload_row (tenant_id, upload_id, row_no, verdict, matched_by, pupil_id, candidates, candidate_number, ministry_id, citizen_id, sealed_name, name_fold, sealed_birth, school, council,
          literature, mathematics, foreign_language, total, absent, outcome, admitted_to, wish, print, notes)
        select @Tenant, @Upload, r.row_no,
          case when r.verdict is not null then r.verdict when found is null then 'unmatched' when doubtful then 'review' else 'matched' end,
          case when r.verdict is null and found is not null and not doubtful then 'id' end,
          case when r.verdict is null and not doubtful then found end,
          case when r.verdict is null and found is not null and doubtful then array_remove(array[m.pupil_id, c.pupil_id], null) end,
          r.candidate_number, r.ministry_id, r.citizen_id, r.sealed_name, r.name_fold, r.sealed_birth, r.school, r.council,
          r.literature, r.mathematics, r.foreign_language, r.total, r.absent, r.outcome, r.admitted_to, r.wish, r.print, r.notes
        from result_in r
        left join pupil_alias m on m.tenant_id = @Tenant and m.alias = r.ministry_id
        left join (select alias, pupil_id from pupil_alias where tenant_id = @Tenant and exists (select from result_in where citizen_id is not null)) c on c.alias = r.citizen_id
        left join pupil p on p.pupil_id = coalesce(m.pupil_id, c.pupil_id)
        cross join lateral (select coalesce(m.pupil_id, c.pupil_id), m.pupil_id <> c.pupil_id is true or (p.name_fold <> r.name_fold is true and p.sealed_birth is distinct from r.sealed_birth)) f(found, doubtful)
        """;

    const string Otherwise =
        """
        create temporary table open_row on commit drop as
          select r.row_no, r.ministry_id, r.candidate_number, r.name_key, r.name_fold, r.sealed_birth, r.school_key, r.school_code
          from upload_row u join result_in r using (row_no) where u.upload_id = @Upload and u.verdict = 'unmatched';

        create temporary table match_in on commit drop as
          select r.row_no, u.pupil_id, 'candidate_number'::varchar as how, null::uuid[] as candidates
          from open_row r join upload_row u on u.upload_id = @Previous and u.candidate_number = r.candidate_number and u.verdict = 'matched'
            and u.name_fold is not distinct from coalesce(r.name_fold, u.name_fold);

        create temporary table named on commit drop as
          select r.row_no, r.ministry_id, r.pupil_id, (s.name_key = r.school_key or lower(s.code) = r.school_code) is true as same_school, r.known = r.name_key as same_name
          from (select r.row_no, r.ministry_id, r.name_key, r.school_key, r.school_code, p.pupil_id, p.name_key as known from open_row r join pupil p on p.sealed_birth = r.sealed_birth and p.name_fold = r.name_fold offset 0) r
          cross join lateral (select school_id from roster where pupil_id = r.pupil_id and grade = 9 and school_year between @Year - 1 and @Year offset 0) o
          left join school s on s.school_id = o.school_id
          where not exists (select from match_in done where done.row_no = r.row_no);

        insert into match_in
          select row_no, case when sure then exact[1] end, case when sure then 'name' end, case when not sure then everybody end
          from (
            select n.row_no, exact, everybody,
                   cardinality(exact) = 1 and not exists (select from pupil_alias a where a.pupil_id = exact[1] and length(a.alias) = length(n.ministry_id) and a.alias <> n.ministry_id) as sure
            from (select row_no, min(ministry_id) as ministry_id, array_agg(distinct pupil_id) as everybody, coalesce(array_agg(distinct pupil_id) filter (where same_school and same_name), '{}') as exact
                  from named group by row_no) n) found;

        -- One pupil has one candidate number, on however many rows (one for each wish); found under another as well, it is for a person to say whose row it is.
        create temporary table taken on commit drop as
          select m.pupil_id, r.candidate_number, m.row_no from match_in m join open_row r using (row_no) where m.pupil_id is not null
          union all select pupil_id, candidate_number, row_no from upload_row where upload_id = @Upload and verdict = 'matched' and pupil_id in (select pupil_id from match_in);
        update match_in m set how = null, candidates = array[m.pupil_id], pupil_id = null
        from (select pupil_id from taken group by pupil_id having count(*) > 1 and (count(distinct candidate_number) > 1 or count(*) <> count(candidate_number))) t
        where m.pupil_id = t.pupil_id and m.how = 'name';

        update upload_row u set verdict = case when m.pupil_id is null then 'review' else 'matched' end, matched_by = m.how, pupil_id = m.pupil_id, candidates = m.candidates
        from match_in m where u.upload_id = @Upload and u.row_no = m.row_no;

        update upload_row u set decided_by = o.decided_by
        from upload_row o where o.upload_id = @Previous and o.verdict = 'unmatched' and o.decided_by is not null
          and u.upload_id = @Upload and u.verdict = 'unmatched' and u.candidate_number = o.candidate_number and u.name_fold is not distinct from o.name_fold;
        """;

    const string Differences =
        """
        update upload_row n set difference = case when o.row_no is null then 'added' when o.print <> n.print then 'changed' else 'same' end
        from upload_row x
        left join upload_row o on o.upload_id = @Accepted and o.verdict in ('matched', 'review', 'unmatched')
          and (not @PerWish or o.wish is not distinct from x.wish) and coalesce('c' || o.candidate_number, 'm' || o.ministry_id, 'z' || o.citizen_id) = coalesce('c' || x.candidate_number, 'm' || x.ministry_id, 'z' || x.citizen_id)
        where x.upload_id = @Upload and n.upload_id = @Upload and n.row_no = x.row_no and n.verdict in ('matched', 'review', 'unmatched')
        """;
}
