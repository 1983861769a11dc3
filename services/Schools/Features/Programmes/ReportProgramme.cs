using System.Globalization;
using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Programmes;

/// <summary>A school, or the province, reports career programmes: approved for which school year, with which local partners and trades, and what was delivered.</summary>
/// <remarks>
/// CSV or XLSX `school,school_year,programme` and, each if there is one, `approved_on,approval,partners,trades,activities,file_hash`; partners, trades and activities joined by `|`, an activity is
/// `2025-11-12 title`. Nghệ An 3129/QĐ-UBND, II. Publishes CareerProgrammeReported for what changed.
/// </remarks>
public static class ReportProgramme
{
    public sealed record Activity(DateOnly On, string? Title);

    public sealed record Form
    {
        public DateOnly? ApprovedOn { get; init; }
        public string? Approval { get; init; }
        public IReadOnlyList<string> Partners { get; init; } = [];

        /// <summary>Two- or seven-digit training codes.</summary>
        public IReadOnlyList<string> Trades { get; init; } = [];

        /// <summary>Activities that were delivered; none may lie in the future.</summary>
        public IReadOnlyList<Activity> Activities { get; init; } = [];

        /// <summary>SHA-256 in hexadecimal digits; or send the file itself to `…/file`.</summary>
        public string? FileHash { get; init; }
    }

    sealed record Entry(Guid ProgrammeId, Guid SchoolId, int SchoolYear, string Code, DateOnly? ApprovedOn, string? Approval, string[] Partners, string[] Trades, Activity[] Activities, string? FileHash);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/guidance/programmes/imports", Import).RefusesFiles().RequireAuthorization(Reporter.May);
        routes.MapPut("/guidance/programmes/{school}/{schoolYear:int}/{programme}", Put).RequireAuthorization(Reporter.May).ProducesProblem(422);
        routes.MapPut("/guidance/programmes/{school}/{schoolYear:int}/{programme}/file", File).RefusesFiles().RequireAuthorization(Reporter.May);
    }

    static Task<Ok<ListReport>> Import(HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) => GuidanceLists.Take(
        "career_programme", "", (["school", "school_year", "programme"], ["approved_on", "approval", "partners", "trades", "activities", "file_hash"]), request, key, person, db, clock, withoutRefusedRows, Row, Store, ct);

    static Task<NoContent> Put(string school, int schoolYear, string programme, Form form, Person person, Database db, TimeProvider clock, CancellationToken ct) =>
        GuidanceLists.Put(person, db, clock, reporter => Check(reporter, school, schoolYear.ToString(CultureInfo.InvariantCulture), programme, form, GuidanceLists.Refuse), Store, ct);

    /// <summary>The programme's file: only its digest is kept.</summary>
    static async Task<Results<NoContent, NotFound>> File(string school, int schoolYear, string programme, HttpRequest request, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        var reporter = await Reporter.Of(work, person, clock);
        if (reporter.School(school, "school", GuidanceLists.Refuse) is not { } known) return TypedResults.NotFound();
        var id = IdOf(work.Tenant, known, schoolYear, programme);
        if (await work.Execute("update career_programme set file_hash = @Hash where tenant_id = @Tenant and programme_id = @id", new { work.Tenant, id, Hash = Convert.ToHexStringLower(file.Sha256) }) == 0) return TypedResults.NotFound();
        await Announce(work, reporter, [id]);
        await work.Commit();
        return TypedResults.NoContent();
    }

    public static Guid IdOf(string province, Guid school, int schoolYear, string code) => StreamIds.Of("programme", province, school, schoolYear, code);

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems)
    {
        var form = new Form
        {
            ApprovedOn = problems.Date("approved_on"),
            Approval = problems.Text("approval", longest: 60),
            Partners = GuidanceLists.Parts(problems.Text("partners", longest: 2_000)),
            Trades = GuidanceLists.Parts(row["trades"]),
            Activities = [.. GuidanceLists.Parts(problems.Text("activities", longest: 5_000)).Select(Read).OfType<Activity>()],
            FileHash = row["file_hash"] is { Length: > 0 } hash ? hash : null,
        };
        return Check(reporter, problems.Required("school"), problems.Required("school_year"), problems.Required("programme"), form, GuidanceLists.Into(problems)) is { } entry && !problems.Any ? entry : null;

        Activity? Read(string written) =>
            DateOnly.TryParseExact(written[..Math.Min(10, written.Length)], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
                ? new Activity(on, written.Length > 11 ? written[11..] : null)
                : problems.Refuse<Activity>("activities", "date_invalid", "Ghi 2025-11-12 tên hoạt động, cách nhau bởi |");
    }

    static Entry? Check(Reporter reporter, string school, string schoolYear, string code, Form form, Refusal refuse)
    {
        if (reporter.School(school, "school", refuse) is not { } known || Reporter.SchoolYear(schoolYear, "school_year", refuse) is not { } year) return null;
        var hash = form.FileHash?.ToLowerInvariant();
        if (code.Length is 0 or > 60) refuse("programme", "value_invalid", "Mã chương trình dài 1–60 ký tự");
        else if (form.Trades.Any(trade => trade.Length is not (2 or 7) || !trade.All(char.IsAsciiDigit))) refuse("trades", "value_invalid", "Mã ngành 2 hoặc 7 chữ số");
        else if (hash is not null && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))) refuse("file_hash", "value_invalid", "SHA-256, 64 chữ số thập lục phân");
        else if (form.Activities.Any(activity => activity.On > VietnamTime.Day(reporter.Now))) refuse("activities", "not_delivered_yet", "Chỉ ghi hoạt động đã thực hiện");
        else if (form.ApprovedOn > VietnamTime.Day(reporter.Now)) refuse("approved_on", "not_approved_yet", "Ngày phê duyệt ở tương lai");
        else
            return new Entry(IdOf(reporter.Person.Tenant, known, year, code), known, year, code, form.ApprovedOn, form.Approval, [.. form.Partners.Distinct()], [.. form.Trades.Distinct()],
                [.. form.Activities.OrderBy(activity => activity.On)], hash);
        return null;
    }

    static async Task<int> Store(Work work, Reporter reporter, IReadOnlyList<Entry> entries)
    {
        var newest = entries.GroupBy(entry => entry.ProgrammeId).Select(same => same.Last()).ToList();
        await work.Execute(
            """
            insert into career_programme as p (tenant_id, programme_id, school_id, school_year, code, approved_on, approval, partners, trades, activities, file_hash, reported_by, reported_at)
            select @Tenant, programme_id, school_id, school_year, code, approved_on, approval, partners, trades, activities, file_hash, @Subject, @Now
            from jsonb_to_recordset(@Entries::jsonb) as e(programme_id uuid, school_id uuid, school_year int, code varchar, approved_on date, approval varchar, partners varchar[], trades varchar[], activities jsonb, file_hash varchar)
            on conflict (programme_id, tenant_id) do update set approved_on = excluded.approved_on, approval = excluded.approval, partners = excluded.partners, trades = excluded.trades,
              activities = excluded.activities, file_hash = coalesce(excluded.file_hash, p.file_hash), reported_by = excluded.reported_by, reported_at = excluded.reported_at
            """, new { work.Tenant, reporter.Person.Subject, reporter.Now, Entries = JsonSerializer.Serialize(newest, GuidanceLists.Columns) });
        return await Announce(work, reporter, [.. newest.Select(entry => entry.ProgrammeId)]);
    }

    static async Task<int> Announce(Work work, Reporter reporter, Guid[] ids)
    {
        var rows = await work.Query<Stored>(
            """
            select programme_id, school_id, school_year, approved_on, cardinality(partners) as partners, trades, activities::text as activities, file_hash, published
            from career_programme where tenant_id = @Tenant and programme_id = any (@ids) order by programme_id
            """, new { work.Tenant, ids });
        return await work.Announce("career_programme", "programme_id", "programme", rows.Select(row => new Told<CareerProgrammeReported>(row.ProgrammeId, row.Published, new CareerProgrammeReported
        {
            Province = work.Tenant,
            ProgrammeId = row.ProgrammeId,
            School = row.SchoolId,
            SchoolYear = row.SchoolYear,
            ApprovedOn = row.ApprovedOn,
            Partners = row.Partners,
            Trades = row.Trades,
            Activities = [.. JsonSerializer.Deserialize<List<Activity>>(row.Activities, GuidanceLists.Columns)!.Select(activity => activity.On).Distinct()],
            FileHash = row.FileHash,
            ReportedAt = reporter.Now,
        })));
    }

    sealed record Stored
    {
        public required Guid ProgrammeId { get; init; }
        public required Guid SchoolId { get; init; }
        public required int SchoolYear { get; init; }
        public DateOnly? ApprovedOn { get; init; }
        public required int Partners { get; init; }
        public required string[] Trades { get; init; }
        public required string Activities { get; init; }
        public string? FileHash { get; init; }
        public string? Published { get; init; }
    }
}
