using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Counsellors;

/// <summary>Schools report their part-time career counsellors: one decision per school, certificates and trainings, leaves. A person is known by the code of the staff register alone.</summary>
/// <remarks>
/// CSV or XLSX `counsellor,record,from` and, as they apply, `to,school,decided_on,recognised`; record is `assignment`, `certificate`, `training` or `leave`. Only the department says that a certificate
/// is recognised. Vĩnh Long 394/KH-SGDĐT and Nghệ An 3129/QĐ-UBND, II; Trà Vinh 1138/QĐ-UBND, II.3.a. Publishes CounsellorReported for whom something changed.
/// </remarks>
public static class ReportCounsellors
{
    public sealed record Form
    {
        /// <summary>`assignment`, `certificate`, `training` or `leave`.</summary>
        public required string Record { get; init; }

        public required DateOnly From { get; init; }

        /// <summary>Last day: of the assignment, of validity, of the leave; left out while open.</summary>
        public DateOnly? To { get; init; }

        /// <summary>Code or id; of an assignment only.</summary>
        public string? School { get; init; }

        /// <summary>Day of the decision for this school; of an assignment only.</summary>
        public DateOnly? DecidedOn { get; init; }

        /// <summary>By the department; of a certificate or training only.</summary>
        public bool Recognised { get; init; }
    }

    sealed record Entry(Guid CounsellorId, string Code, string Record, Guid SchoolId, DateOnly FromOn, DateOnly? ToOn, DateOnly? DecidedOn, bool Recognised);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/guidance/counsellors/imports", Import).RefusesFiles().RequireAuthorization(Reporter.May);
        routes.MapPut("/guidance/counsellors/{counsellor}/records", Put).RequireAuthorization(Reporter.May).ProducesProblem(422);
    }

    static Task<Ok<ListReport>> Import(HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) => GuidanceLists.Take(
        "counsellor", "", (["counsellor", "record", "from"], ["to", "school", "decided_on", "recognised"]), request, key, person, db, clock, withoutRefusedRows, Row, Store, ct);

    static Task<NoContent> Put(string counsellor, Form form, Person person, Database db, TimeProvider clock, CancellationToken ct) =>
        GuidanceLists.Put(person, db, clock, reporter => Check(reporter, counsellor, form, GuidanceLists.Refuse), Store, ct);

    public static Guid IdOf(string province, string code) => StreamIds.Of("counsellor", province, code);

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems)
    {
        var (code, from) = (problems.Required("counsellor"), problems.Date("from", required: true));
        var form = new Form
        {
            Record = problems.Required("record"),
            From = from ?? default,
            To = problems.Date("to"),
            School = row["school"],
            DecidedOn = problems.Date("decided_on"),
            Recognised = problems.YesNo("recognised"),
        };
        return !problems.Any && Check(reporter, code, form, GuidanceLists.Into(problems)) is { } entry && !problems.Any ? entry : null;
    }

    static Entry? Check(Reporter reporter, string code, Form form, Refusal refuse)
    {
        var assignment = form.Record == "assignment";
        var school = assignment ? reporter.School(form.School ?? "", "school", refuse) : Guid.Empty;
        if (school is null) return null;
        if (form.Record is not ("assignment" or "certificate" or "training" or "leave")) refuse("record", "value_invalid", "assignment, certificate, training hoặc leave");
        else if (code.Length is 0 or > 40 || !code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')) refuse("counsellor", "value_invalid", "Mã viên chức: chữ, số, gạch nối; không ghi họ tên");
        else if (form.To < form.From) refuse("to", "dates_reversed", "Ngày kết thúc đứng trước ngày bắt đầu");
        else if (!assignment && (form.School ?? "") != "") refuse("school", "value_unexpected", "Chỉ phân công mới gắn với một trường");
        else if (!assignment && form.DecidedOn is not null) refuse("decided_on", "value_unexpected", "Chỉ phân công mới có quyết định");
        else if (form.Recognised && form.Record is not ("certificate" or "training")) refuse("recognised", "value_unexpected", "Chỉ chứng chỉ, bồi dưỡng mới được công nhận");
        else if (form.Recognised && !reporter.IsOfficer) refuse("recognised", "wrong_scope", "Chỉ Sở công nhận chứng chỉ");
        else return new Entry(IdOf(reporter.Person.Tenant, code), code, form.Record, school.Value, form.From, form.To, form.DecidedOn, form.Recognised);
        return null;
    }

    static async Task<int> Store(Work work, Reporter reporter, IReadOnlyList<Entry> entries)
    {
        var newest = entries.GroupBy(entry => (entry.CounsellorId, entry.Record, entry.SchoolId, entry.FromOn)).Select(same => same.Last()).ToList();
        await work.Execute(
            """
            insert into counsellor (tenant_id, counsellor_id, code)
            select distinct @Tenant, counsellor_id, code from jsonb_to_recordset(@Entries::jsonb) as e(counsellor_id uuid, code varchar) on conflict do nothing;
            insert into counsellor_record as r (tenant_id, counsellor_id, record, school_id, from_on, to_on, decided_on, recognised, reported_by, reported_at)
            select @Tenant, counsellor_id, record, school_id, from_on, to_on, decided_on, recognised, @Subject, @Now
            from jsonb_to_recordset(@Entries::jsonb) as e(counsellor_id uuid, record varchar, school_id uuid, from_on date, to_on date, decided_on date, recognised boolean)
            on conflict (counsellor_id, record, school_id, from_on, tenant_id) do update set to_on = excluded.to_on, decided_on = excluded.decided_on,
              recognised = excluded.recognised or (r.recognised and not @IsOfficer), reported_by = excluded.reported_by, reported_at = excluded.reported_at   -- a school's later list takes no recognition away
            """, new { work.Tenant, reporter.Person.Subject, reporter.Now, reporter.IsOfficer, Entries = JsonSerializer.Serialize(newest, GuidanceLists.Columns) });
        var ids = newest.Select(entry => entry.CounsellorId).Distinct().ToArray();
        var people = await work.Query<Known>("select counsellor_id, published from counsellor where tenant_id = @Tenant and counsellor_id = any (@ids) order by counsellor_id", new { work.Tenant, ids });
        var records = (await work.Query<Entry>(
            """
            select counsellor_id, '' as code, record, school_id, from_on, to_on, decided_on, recognised from counsellor_record
            where tenant_id = @Tenant and counsellor_id = any (@ids) order by from_on, record, school_id
            """, new { work.Tenant, ids })).ToLookup(record => record.CounsellorId);
        return await work.Announce("counsellor", "counsellor_id", "counsellor", people.Select(person => new Told<CounsellorReported>(person.CounsellorId, person.Published, new CounsellorReported
        {
            Province = work.Tenant,
            Counsellor = person.CounsellorId,
            Assignments = [.. records[person.CounsellorId].Where(record => record.Record == "assignment").Select(record =>
                new CounsellorAssignment { School = record.SchoolId, DecidedOn = record.DecidedOn, From = record.FromOn, To = record.ToOn })],
            Certificates = [.. records[person.CounsellorId].Where(record => record.Record is "certificate" or "training").Select(record =>
                new CounsellorCertificate { Kind = record.Record, Recognised = record.Recognised, IssuedOn = record.FromOn, ExpiresOn = record.ToOn })],
            Leaves = [.. records[person.CounsellorId].Where(record => record.Record == "leave").Select(record => new ListedPeriod { From = record.FromOn, To = record.ToOn })],
            ReportedAt = reporter.Now,
        })));
    }

    sealed record Known(Guid CounsellorId, string? Published);
}
