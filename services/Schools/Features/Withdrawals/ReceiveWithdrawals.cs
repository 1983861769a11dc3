using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Withdrawals;

/// <summary>A school hands in the declarations of families whose child will not sit the grade-10 exam, with the words each signed.</summary>
/// <remarks>
/// CSV or XLSX `pupil_id,signed_on,wording` and `taken_back`. Of the words only a keyed digest is kept: it tells whether many signed the same text, never what it said. Pupils have been pressed not to
/// sit (rule): the digests feed the guard of voluntariness. Publishes ExamWithdrawalsReceived.
/// </remarks>
public static class ReceiveWithdrawals
{
    sealed record Entry(int Row, string PupilId, DateOnly SignedOn, string Wording, bool TakenBack);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/guidance/exam-withdrawals/imports", Import).RefusesFiles().RequireAuthorization(Reporter.May);

    static Task<Ok<ListReport>> Import(
        int schoolYear, DateOnly closesOn, HttpRequest request, IdempotencyKey key, Person person, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) =>
        GuidanceLists.Take("exam_withdrawal", $"{schoolYear}/{closesOn:yyyy-MM-dd}", (["pupil_id", "signed_on", "wording"], ["taken_back"]), request, key, person, db, clock, withoutRefusedRows,
            (reporter, row, problems) => Row(reporter, row, problems, seal), (work, reporter, entries) => Store(work, reporter, schoolYear, closesOn, entries, ct), ct);

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems, ContactSeal seal)
    {
        var (pupil, signed, wording) = (problems.PersonId("pupil_id", required: true), problems.Date("signed_on", required: true), problems.Text("wording", longest: 4_000) ?? problems.Required("wording"));
        if (signed > VietnamTime.Day(reporter.Now)) problems.Refuse<string>("signed_on", "date_invalid", "Ngày ký ở tương lai");
        var back = problems.YesNo("taken_back");
        return problems.Any ? null : new Entry(row.SourceRow, pupil!, signed!.Value, seal.FamilyKey($"wording|{reporter.Person.Tenant}|{Letters(wording)}"), back);
    }

    /// <summary>The words without accents, case, spaces and punctuation: a copied text stays the same text.</summary>
    static string Letters(string wording) => string.Concat(NameKey.Fold(wording).Where(char.IsLetterOrDigit));

    static async Task<int> Store(Work work, Reporter reporter, int schoolYear, DateOnly closesOn, IReadOnlyList<Entry> entries, CancellationToken ct)
    {
        await work.Execute(
            """
            create temporary table withdrawal_in on commit drop as
              select distinct on (e.pupil_id) e.row as row_no, e.signed_on, e.wording, e.taken_back, r.pupil_id, r.school_id
              from jsonb_to_recordset(@Entries::jsonb) as e(row int, pupil_id varchar, signed_on date, wording varchar, taken_back boolean)
              left join pupil_alias a on a.tenant_id = @Tenant and a.alias = e.pupil_id
              left join lateral (select pupil_id, school_id from roster where pupil_id = a.pupil_id and grade = 9 and school_year between @schoolYear - 1 and @schoolYear order by school_year desc limit 1) r on true
              order by e.pupil_id, e.row desc
            """, new { work.Tenant, schoolYear, Entries = JsonSerializer.Serialize(entries, GuidanceLists.Columns) });
        var wrong = await work.Query<Wrong>(
            """
            select row_no, case when pupil_id is null then 'not_on_roster' else 'wrong_scope' end as code from withdrawal_in
            where pupil_id is null or (@OnlySchool::uuid is not null and school_id <> @OnlySchool) order by row_no limit 100
            """, new { reporter.OnlySchool });
        if (wrong is [var first, ..])
            throw new RuleBroken(first.Code, "Có dòng không hợp lệ, chưa lưu gì", "A pupil is on no grade-9 roster, or of another school. Nothing was stored.", 422).With([.. wrong.Select(row => new Fault(null, row.RowNo, "pupil_id", row.Code, null))]);

        await work.Execute(
            """
            create temporary table withdrawn on commit drop as select * from exam_withdrawal limit 0;
            with written as (
              insert into exam_withdrawal as w (tenant_id, school_year, pupil_id, school_id, closes_on, signed_on, wording, taken_back, received_by, received_at)
              select @Tenant, @schoolYear, pupil_id, school_id, @closesOn, signed_on, wording, taken_back, @Subject, @Now from withdrawal_in
              on conflict (pupil_id, school_year, tenant_id) do update set school_id = excluded.school_id, closes_on = excluded.closes_on, signed_on = excluded.signed_on, wording = excluded.wording,
                taken_back = excluded.taken_back, received_by = excluded.received_by, received_at = excluded.received_at
              where (w.school_id, w.closes_on, w.signed_on, w.wording, w.taken_back) is distinct from (excluded.school_id, excluded.closes_on, excluded.signed_on, excluded.wording, excluded.taken_back)
              returning *)
            insert into withdrawn select * from written
            """, new { work.Tenant, schoolYear, closesOn, reporter.Person.Subject, reporter.Now });
        var changed = 0;
        await foreach (var school in work.Groups<Withdrawn>("select school_id, pupil_id, signed_on, wording, taken_back from withdrawn order by school_id, pupil_id", null, row => row.SchoolId, ct))
        {
            changed += school.Count;
            foreach (var part in school.Chunk(500))
            {
                work.Append("withdrawals", StreamIds.Of("exam-withdrawals", work.Tenant, schoolYear, part[0].SchoolId), new ExamWithdrawalsReceived
                {
                    Province = work.Tenant,
                    SchoolYear = schoolYear,
                    School = part[0].SchoolId,
                    ClosesOn = closesOn,
                    Withdrawals = [.. part.Select(row => new ExamWithdrawal { PupilId = row.PupilId, SignedOn = row.SignedOn, Wording = row.Wording, TakenBack = row.TakenBack })],
                    ReceivedAt = reporter.Now,
                });
            }
        }
        return changed;
    }

    sealed record Wrong(int RowNo, string Code);

    sealed record Withdrawn(Guid SchoolId, Guid PupilId, DateOnly SignedOn, string Wording, bool TakenBack);
}
