using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Indicators;
using CareerPlatform.Targets.Features.Tasks;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Reads and keeps reports within a unit of work, for those who may see them.</summary>
internal static class ReportRows
{
    internal static readonly string[] Roles = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader, Policies.AreaOffice];

    internal const string Columns =
        "r.report_id, r.kind, r.from_year, r.year, r.part, r.area, r.state, r.version, r.texts, r.letterhead, r.submitted_by, r.submitted_at, r.revision";

    /// <summary>Condition on `r`: @Organisation is null for the province's people; an area's office sees its own area's.</summary>
    internal const string Seen =
        "(@Organisation::uuid is null or (r.area <> '' and exists (select from task_owner o where o.tenant_id = r.tenant_id and o.organisation_id = @Organisation and o.area = r.area)))";

    internal static Task<Report?> ReportFor(this Work work, Person person, Guid report, bool change = true) => work.Single<Report>(
        $"select {Columns} from report r where r.tenant_id = @Tenant and r.report_id = @report and {Seen} {(change ? "for update of r" : "")}", new { work.Tenant, report, Organisation = person.OnlyOf() });

    /// <summary>Inspectors and leaders read reports; they do not write them.</summary>
    internal static void MustWriteReports(this Person person)
    {
        if (!person.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.AreaOffice]))
            throw new RuleBroken("forbidden", "Không có quyền thực hiện", "Inspectors and leaders read reports; they do not write them.", 403);
    }

    internal static async Task Keep(this Work work, Report report, string act, Person by, string? note, DateTimeOffset at, (string Figures, byte[] Hash)? submitted = null)
    {
        var kept = await work.Execute(
            """
            update report set state = @State, version = @Version, texts = @Texts, letterhead = @Letterhead, submitted_by = @SubmittedBy, submitted_at = @SubmittedAt, changed_at = @at,
              figures = case when @State in ('draft', 'returned') then null else coalesce(@Figures, figures) end,
              sha256 = case when @State in ('draft', 'returned') then null else coalesce(@Hash, sha256) end, revision = revision + 1
            where tenant_id = @Tenant and report_id = @ReportId and revision = @Revision
            """,
            new
            {
                work.Tenant,
                report.ReportId,
                report.State,
                report.Version,
                report.Texts,
                report.Letterhead,
                report.SubmittedBy,
                report.SubmittedAt,
                report.Revision,
                at,
                submitted?.Figures,
                submitted?.Hash,
            });
        if (kept != 1) throw new RuleBroken("version_conflict", "Dữ liệu vừa được người khác thay đổi", "Somebody else changed this report at the same time; read it again.");
        await work.Note(report, act, by, note, at);
    }

    internal static Task Note(this Work work, Report report, string act, Person by, string? note, DateTimeOffset at) => work.Execute(
        "insert into report_act (tenant_id, act_id, report_id, version, at, act, by, note) values (@Tenant, @Id, @ReportId, @Version, @at, @act, @Subject, @note)",
        new { work.Tenant, Id = Guid.CreateVersion7(at), report.ReportId, report.Version, at, act, by.Subject, note });

    /// <summary>Keeps what a submitted report counted until it is approved; nothing of one that is returned.</summary>
    internal static async Task KeepItems(this Work work, Report report, IReadOnlyList<FreezeFigures.Counted> counted)
    {
        await work.Execute("delete from report_items where tenant_id = @Tenant and report_id = @ReportId", new { work.Tenant, report.ReportId });
        foreach (var year in counted)
        {
            await work.Execute(
                "insert into report_items (tenant_id, report_id, year, plan_id, border, body, sha256) values (@Tenant, @ReportId, @Year, @Plan, @Border, @Body, sha256(convert_to(@Body, 'UTF8')))",
                new { work.Tenant, report.ReportId, year.Year, year.Plan, year.Border, year.Body });
        }
    }

    /// <summary>Freezes what was counted at the submission, where all frozen figures are.</summary>
    internal static async Task FreezeItems(this Work work, Report report, Person by, DateTimeOffset at)
    {
        var counted = await work.Query<(int Year, string? Plan, string Border, string Body, bool Intact)>(
            "select year, plan_id, border, body, sha256 = sha256(convert_to(body, 'UTF8')) from report_items where tenant_id = @Tenant and report_id = @ReportId order by year", new { work.Tenant, report.ReportId });
        foreach (var year in counted)
        {
            if (!year.Intact) throw new RuleBroken("hash_mismatch", "Nội dung không khớp với bản đã trình", "Figures or texts are not those that were submitted.");
            var frozen = await FreezeFigures.Keep(work, new(year.Year, year.Plan, report.Area, year.Border, year.Body), $"{report.Kind} {report.Period.Name}", by, at);
            await work.Execute("insert into report_freeze (tenant_id, report_id, version, year, freeze_id) values (@Tenant, @ReportId, @Version, @Year, @FreezeId)",
                new { work.Tenant, report.ReportId, report.Version, year.Year, frozen.FreezeId });
        }
    }

    internal static Dictionary<string, string> Texts(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    /// <summary>The head of the paper as the office set it, or one made from what is known.</summary>
    internal static async Task<Letterhead> LetterheadOf(this Work work, Report report)
    {
        if (report.Letterhead is { } kept) return JsonSerializer.Deserialize<Letterhead>(kept, StrictJson.Options)!;
        if (await work.Single<string>("select body from report_letterhead where tenant_id = @Tenant and area = @Area", new { work.Tenant, report.Area }) is { } set)
            return JsonSerializer.Deserialize<Letterhead>(set, StrictJson.Options)!;
        var names = await work.Query<(string Kind, string Name)>("select kind, name from areas where tenant_id = @Tenant and (kind = 'province' or code = @Area) order by valid_from", new { work.Tenant, report.Area });
        var province = names.LastOrDefault(row => row.Kind == "province").Name;
        return report.Area.Length == 0
            ? new Letterhead($"UBND {province ?? "tỉnh"}", "Sở Giáo dục và Đào tạo", "BC-SGDĐT", province is null ? "………" : Bare(province), ["GIÁM ĐỐC"], null, [$"UBND {province ?? "tỉnh"} (để báo cáo)", "Các sở, ban, ngành liên quan"], "VT, GDTrH")
            : new Letterhead(null, $"UBND {names.LastOrDefault(row => row.Kind != "province").Name ?? report.Area}", "BC-UBND", Bare(names.LastOrDefault(row => row.Kind != "province").Name ?? report.Area),
                ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], null, ["Sở Giáo dục và Đào tạo (để tổng hợp)"], "VT");

        static string Bare(string name) => new[] { "Tỉnh ", "tỉnh ", "Thành phố ", "Xã ", "Phường ", "Huyện " }.Where(name.StartsWith).Select(prefix => name[prefix.Length..]).FirstOrDefault(name);
    }
}
