using System.Globalization;
using System.Text.Json;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Wishes;

/// <summary>A school enters what its pupils wish to learn after grade 9, one by one or as the list of its survey. It stands on the roster and goes with the lead once a round is final.</summary>
/// <remarks>CSV or XLSX `pupil_id` and, as the family answered, `wish_trade,wish_level`; both empty take the wish back. The newest word stands. Nobody is told of a wish by itself.</remarks>
public static class SurveyWishes
{
    public sealed record Form
    {
        /// <summary>The platform's, the ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        /// <summary>Training code of two or seven digits.</summary>
        public string? Trade { get; init; }

        /// <summary>`elementary`, `intermediate` or `college`.</summary>
        public string? Level { get; init; }
    }

    sealed record Entry(int Row, string PupilId, string? Trade, string? Level);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/guidance/wishes/imports", Import).RefusesFiles().RequireAuthorization(Reporter.May);
        routes.MapPut("/guidance/wishes/{schoolYear:int}", Put).RequireAuthorization(Reporter.May).ProducesProblem(422);
    }

    static Task<Ok<ListReport>> Import(int schoolYear, HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) => GuidanceLists.Take(
        "wishes", schoolYear.ToString(CultureInfo.InvariantCulture), (["pupil_id"], ["wish_trade", "wish_level"]), request, key, person, db, clock, withoutRefusedRows, Row,
        (work, reporter, entries) => Store(work, reporter, schoolYear, entries), ct);

    static Task<NoContent> Put(int schoolYear, Form form, Person person, Database db, TimeProvider clock, CancellationToken ct) =>
        GuidanceLists.Put(person, db, clock, _ => Check(1, form, GuidanceLists.Refuse), (work, reporter, entries) => Store(work, reporter, schoolYear, entries), ct);

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems)
    {
        var form = new Form { PupilId = problems.PersonId("pupil_id", required: true) ?? "", Trade = row["wish_trade"], Level = row["wish_level"] };
        return !problems.Any && Check(row.SourceRow, form, GuidanceLists.Into(problems)) is { } entry && !problems.Any ? entry : null;
    }

    static Entry? Check(int row, Form form, Refusal refuse)
    {
        var (trade, level) = (form.Trade is { Length: > 0 } code ? code : null, form.Level is { Length: > 0 } written ? written : null);
        if (trade is not null && !(trade.Length is 2 or 7 && trade.All(char.IsAsciiDigit))) refuse("wish_trade", "value_invalid", "Mã ngành 2 hoặc 7 chữ số");
        else if (level is not (null or "elementary" or "intermediate" or "college")) refuse("wish_level", "value_invalid", "elementary, intermediate hoặc college");
        else return new Entry(row, form.PupilId, trade, level);
        return null;
    }

    static async Task<int> Store(Work work, Reporter reporter, int schoolYear, IReadOnlyList<Entry> entries)
    {
        await work.Execute(
            """
            create temporary table wish_in on commit drop as
              select distinct on (coalesce(r.pupil_id::text, e.pupil_id)) e.row as row_no, e.trade, e.level, r.pupil_id, r.school_id
              from jsonb_to_recordset(@Entries::jsonb) as e(row int, pupil_id varchar, trade varchar, level varchar)
              left join pupil_alias a on a.tenant_id = @Tenant and a.alias = e.pupil_id
              left join roster r on r.tenant_id = @Tenant and r.school_year = @schoolYear and r.pupil_id = coalesce(a.pupil_id, case when e.pupil_id ~ '^[0-9a-f]{8}-' then e.pupil_id::uuid end)
              order by coalesce(r.pupil_id::text, e.pupil_id), e.row desc
            """, new { work.Tenant, schoolYear, Entries = JsonSerializer.Serialize(entries, GuidanceLists.Columns) });
        var wrong = await work.Query<Wrong>(
            """
            select * from (select row_no, case when pupil_id is null then 'not_on_roster' when @OnlySchool::uuid is not null and school_id <> @OnlySchool then 'wrong_scope' end as code from wish_in) r
            where code is not null order by row_no limit 100
            """, new { reporter.OnlySchool });
        if (wrong is [var first, ..])
            throw new RuleBroken(first.Code, "Có dòng không hợp lệ, chưa lưu gì", "A pupil is on no roster of this school year, or of another school. Nothing was stored.", 422)
                .With([.. wrong.Select(row => new Fault(null, row.RowNo, "pupil_id", row.Code, null))]);

        return await work.Execute(
            """
            update roster r set wish_trade = i.trade, wish_level = i.level from wish_in i
            where r.tenant_id = @Tenant and r.pupil_id = i.pupil_id and r.school_year = @schoolYear and (r.wish_trade, r.wish_level) is distinct from (i.trade, i.level)
            """, new { work.Tenant, schoolYear });
    }

    sealed record Wrong(int RowNo, string Code);
}
