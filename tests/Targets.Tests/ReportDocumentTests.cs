using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Reports;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Microsoft.Extensions.DependencyInjection;
using static CareerPlatform.Targets.Tests.PlannedProvince;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Reports on paper, read again by programs that are not ours: form, figures, formulas.</summary>
public sealed partial class ReportDocumentTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);

    [Fact]
    public async Task The_document_is_valid_and_has_the_national_form()
    {
        var docx = await File(await Approved(), "docx");
        using var document = WordprocessingDocument.Open(new MemoryStream(docx), false);
        new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2013).Validate(document).Select(error => $"{error.Path?.XPath} {error.Description}").ShouldBeEmpty();

        LibreOffice.SkipWhereMissing();
        var pdf = await LibreOffice.Convert(docx, "docx", "pdf");
        (await LibreOffice.About(pdf, "pdfinfo")).ShouldContain("(A4)");
        var pages = await LibreOffice.Pages(pdf);
        pages.Length.ShouldBeGreaterThan(1);
        var first = Squeezed(pages[0]);
        foreach (var line in new[]
        {
            "UBND TỈNH MẪU", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Độc lập - Tự do - Hạnh phúc", "Số: 12/BC-SGDĐT", "Mẫu, ngày 22 tháng 12 năm 2025", "BÁO CÁO",
            "Kết quả thực hiện giáo dục hướng nghiệp và định hướng phân luồng học sinh năm 2025", "Thực hiện Quyết định số 3129/QĐ-UBND ngày 24 tháng 8 năm 2021 của UBND tỉnh Nghệ An",
        }) first.ShouldContain(Squeezed(line));
        pages[0].TrimStart().ShouldNotStartWith("1");
        for (var n = 1; n < pages.Length; n++) pages[n].TrimStart().ShouldStartWith((n + 1).ToString(CultureInfo.InvariantCulture), Case.Sensitive, "numbers from the second page on, at the top");
        var all = Squeezed(string.Join('\n', pages));
        all.ShouldContain(Squeezed("Tính đến ngày 15 tháng 11 năm 2025, có 4/10 học sinh tốt nghiệp THCS vào học giáo dục nghề nghiệp trình độ sơ cấp, trung cấp, bằng 40%, đạt mức từ 25–30% trở lên của kế hoạch. "
            + "Còn 6 học sinh chưa rõ nơi học, nên tỷ lệ thực nằm trong khoảng từ 40% đến 100%."));
        all.ShouldContain(Squeezed("Toàn xã có kinh nghiệm riêng."));
        foreach (var line in new[] { "Nơi nhận:", "- UBND tỉnh Mẫu (để báo cáo);", "- Lưu: VT, GDTrH.", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Mẫu" }) all.ShouldContain(Squeezed(line));
        all.ShouldNotContain(Squeezed("DỰ THẢO"));
    }

    [Fact]
    public async Task Nothing_stands_in_the_margins()
    {
        LibreOffice.SkipWhereMissing();
        var pdf = await LibreOffice.Convert(await File(await Approved(), "docx"), "docx", "pdf");
        var words = await LibreOffice.Words(pdf);

        const double millimetre = 72 / 25.4;
        words.Min(word => word.Left).ShouldBeGreaterThanOrEqualTo(30 * millimetre - 1);
        words.Max(word => word.Right).ShouldBeLessThanOrEqualTo((210 - 20) * millimetre + 1);
        words.Max(word => word.Bottom).ShouldBeLessThanOrEqualTo((297 - 20) * millimetre + 2);
    }

    [Fact]
    public async Task A_draft_says_so_and_has_neither_number_nor_date()
    {
        LibreOffice.SkipWhereMissing();
        var report = await Drafted();
        var page = Squeezed((await LibreOffice.Pages(await LibreOffice.Convert(await File(report, "docx"), "docx", "pdf")))[0]);

        page.ShouldContain(Squeezed("DỰ THẢO"));
        page.ShouldContain("Số:/BC-SGDĐT");
        page.ShouldContain("ngàythángnăm");
    }

    [Fact]
    public async Task The_pdf_is_the_document_as_printed()
    {
        var report = await Approved();
        if (!app.Services.GetService<PdfPrinter>()!.IsThere)
        {
            await province.As("officer").GetAsync($"/v1/reports/{report}/document?format=pdf").ShouldBeRefused("pdf_unavailable", HttpStatusCode.ServiceUnavailable);
            Assert.Skip("LibreOffice is not installed: the answer says so.");
        }
        LibreOffice.SkipWhereMissing();
        var pdf = await File(report, "pdf");
        var pages = await LibreOffice.Pages(pdf);

        pages.Select(Squeezed).ShouldBe((await LibreOffice.Pages(await LibreOffice.Convert(await File(report, "docx"), "docx", "pdf"))).Select(Squeezed));
        if (System.IO.File.Exists("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"))
            foreach (Match font in Font().Matches(await LibreOffice.About(pdf, "pdffonts"))) font.Groups[1].Value.ShouldBeOneOf("TimesNewRoman", "TimesNewRomanPS", "Tinos");
    }

    [Fact]
    public async Task What_schools_do_stands_area_by_area_as_well_as_what_graduates_do()
    {
        await app.Hear("schools", SchoolSeason.Schools(SchoolSeason.ASchool("A1"), SchoolSeason.ASchool("A2", area: "97002")) with { Province = province.Code }, Contracts.StreamIds.Of("schools", province.Code), 1, province.Code);
        var programme = SchoolSeason.Programme("A1", year: 2024, approved: "2024-09-20", activities: ["2024-11-12"]) with { Province = province.Code };
        await app.Hear("schools", programme, programme.ProgrammeId, 1, province.Code);
        var report = await Approved();

        (await Read(province.As("officer"), $"/v1/reports/{report}"))["figures"]!["areas"]!.AsArray().Where(area => (string)area!["indicatorCode"]! == "career_programme_local_production")
            .Select(area => ((string)area!["name"]!, (long)area["n"]!, (long)area["d"]!)).ShouldBe([("Commune 97001", 1, 1), ("Commune 97002", 0, 1)]);
        var cells = Formulas(await File(report, "xlsx"));
        (Number(cells[("Địa bàn, chương trình", "C6")]), Number(cells[("Địa bàn, chương trình", "D6")]), Number(cells[("Địa bàn, chương trình", "F6")])).ShouldBe((2, 1, 50));
        LibreOffice.SkipWhereMissing();
        var pages = Squeezed(string.Join('\n', await LibreOffice.Pages(await LibreOffice.Convert(await File(report, "docx"), "docx", "pdf"))));
        pages.ShouldContain(Squeezed("Trường có chương trình hướng nghiệp gắn với địa phương, theo địa bàn của trường"));
        pages.ShouldContain(Squeezed("2 Commune 97002 1 0 0%"));
    }

    [Fact]
    public async Task The_workbooks_formulas_give_what_is_kept_in_them_and_what_the_report_says()
    {
        var report = await Approved();
        var workbook = await File(report, "xlsx");
        var cells = Formulas(workbook);
        cells.Count.ShouldBeGreaterThan(15);
        var figures = (await Read(province.As("officer"), $"/v1/reports/{report}"))["figures"]!;
        var rows = figures["indicators"]!.AsArray();
        for (var n = 0; n < rows.Count; n++)
        {
            if (rows[n]!["d"] is null || (long)rows[n]!["d"]! == 0) continue;
            Number(cells[("Chỉ tiêu", $"G{n + 4}")]).ShouldBe((decimal)rows[n]!["share"]!);
            Number(cells[("Chỉ tiêu", $"H{n + 4}")]).ShouldBe((decimal)rows[n]!["upper"]!);
        }
        cells[("Chỉ tiêu", $"K{rows.ToList().FindIndex(row => (string)row!["code"]! == "enrolment_after_lower_secondary" && (string)row["variant"]! == "general") + 4}")].ShouldBe("Đạt");
        Number(cells[("Địa bàn, sau THCS", "C6")]).ShouldBe(10);
        Number(cells[("Địa bàn, sau THCS", "D6")]).ShouldBe(4);

        LibreOffice.SkipWhereMissing();
        foreach (var (sheet, place) in new[] { ("Chỉ tiêu", 1), ("Địa bàn, sau THCS", 2), ("Nhiệm vụ", 3) })
        {
            var calculated = await LibreOffice.Sheet(WithoutValues(workbook), place);
            foreach (var ((_, cell), kept) in cells.Where(one => one.Key.Sheet == sheet)) Same(calculated.GetValueOrDefault(cell, ""), kept).ShouldBeTrue($"{sheet}!{cell}: LibreOffice {calculated.GetValueOrDefault(cell)}, kept {kept}");
        }
    }

    [Fact]
    public async Task The_review_holds_every_year_and_the_conference_as_its_plan_calls_it()
    {
        province.At(2023, 10, 20);
        await province.Register();
        await province.Load("ba-ria-vung-tau-225-2023");
        foreach (var year in new[] { 2021, 2022, 2023 }) await Graduates("97001", year * 100, 4, year);
        var report = (Guid)(await Ok(await province.As("officer").PutAsync("/v1/reports/review?year=2023&from=2021", null)))["reportId"]!;
        var shown = await Read(province.As("officer"), $"/v1/reports/{report}");
        shown["figures"]!["indicators"]!.AsArray().Select(line => (int)line!["year"]!).Distinct().ShouldBe([2021, 2022, 2023]);

        LibreOffice.SkipWhereMissing();
        var text = Squeezed(string.Join('\n', await LibreOffice.Pages(await LibreOffice.Convert(await File(report, "docx"), "docx", "pdf"))));
        foreach (var line in new[] { "giai đoạn 2021–2023", "HỘI NGHỊ SƠ KẾT", "Hội trường A, Trung tâm hội nghị tỉnh", "Chương trình", "Thành phần mời", "Tham luận tại hội nghị", "Phân công", "Tập thể xuất sắc trong ba năm" }) text.ShouldContain(Squeezed(line));
    }

    [Theory]
    [InlineData(1234567.5, "1.234.567,5")]
    [InlineData(26500000000, "26.500.000.000")]
    [InlineData(0, "0")]
    public void Numbers_are_written_as_an_office_writes_them(double value, string written) =>
        Vietnamese.Number((decimal)value, value % 1 == 0 ? 0 : 1).ShouldBe(written);

    [Fact]
    public void Dates_and_shares_are_written_as_an_office_writes_them()
    {
        Vietnamese.Percent(25.3m).ShouldBe("25,3%");
        Vietnamese.Percent(100m).ShouldBe("100%");
        Vietnamese.LongDay(new(2024, 9, 5)).ShouldBe("ngày 05 tháng 9 năm 2024");
        Vietnamese.LongDay(new(2024, 2, 15)).ShouldBe("ngày 15 tháng 02 năm 2024");
        new[] { 1, 4, 9, 14 }.Select(Vietnamese.Roman).ShouldBe(["I", "IV", "IX", "XIV"]);
    }

    private async Task<Guid> Drafted()
    {
        province.At(2025, 12, 22);
        await province.Register();
        await province.Load();
        await province.Make(2025);
        await Graduates("97001", 1, 6);
        await Graduates("97002", 7, 4);
        foreach (var pupil in new[] { 1, 2, 3, 8 })
            await app.Hear("destinations", Recorded(pupil, 2025, "lower_secondary", false, ("gdnn_elementary", "2025-09-01")) with { Province = province.Code }, Pupil(pupil), 1, province.Code);
        var inspection = Guid.CreateVersion7();
        var officer = province.As("officer");
        await Ok(await officer.PutAsJsonAsync($"/v1/inspections/{inspection}", new { year = 2025, area = (string?)null, team = "Đoàn liên ngành", members = new[] { "Sở GD&ĐT" }, plannedOn = "2025-12-01", areas = new[] { "97001" } }));
        await Ok(await officer.PutAsJsonAsync($"/v1/inspections/{inspection}/held", new { heldOn = "2025-12-01" }));
        await Ok(await officer.PutAsJsonAsync($"/v1/inspections/{inspection}/findings/{Guid.CreateVersion7()}", new { area = "97001", severity = "major", text = "Một trường chưa có giáo viên tư vấn", followUp = "Bố trí giáo viên kiêm nhiệm", followUpBy = "2026-01-15" }));
        await Ok(await officer.PutAsJsonAsync("/v1/reports/letterheads", new Letterhead("UBND tỉnh Mẫu", "Sở Giáo dục và Đào tạo", "BC-SGDĐT", "Mẫu", ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "Nguyễn Văn Mẫu",
            ["UBND tỉnh Mẫu (để báo cáo)", "Các sở, ban, ngành", "UBND các xã, phường"], "VT, GDTrH")));
        var report = (Guid)(await Ok(await officer.PutAsync("/v1/reports/provincial_annual?year=2025", null)))["reportId"]!;
        await Ok(await officer.PutAsJsonAsync($"/v1/reports/{report}/texts/situation", new { text = "Năm 2025 là năm đầu tổ chức chính quyền hai cấp.\nToàn xã có kinh nghiệm riêng." }));
        await Ok(await officer.PutAsJsonAsync($"/v1/reports/{report}/texts/proposals", new { text = "Đề nghị UBND tỉnh tiếp tục chỉ đạo." }));
        return report;
    }

    private async Task<Guid> Approved()
    {
        var report = await Drafted();
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));
        await Ok(await province.As("approver").PutAsJsonAsync($"/v1/reports/{report}/approval", new { number = 12 }));
        return report;
    }

    private Task Graduates(string area, int first, int count, int cohort = 2025) => app.Hear(
        "schools", Recognised(area, Enumerable.Range(first, count), cohort, at: $"{cohort}-06-05", disadvantaged: _ => false) with { Province = province.Code }, tenant: province.Code);

    /// <summary>The file; also laid into the folder REPORTS_FOLDER, where somebody wants to look at it.</summary>
    private async Task<byte[]> File(Guid report, string format)
    {
        var answer = await province.As("leader").GetAsync($"/v1/reports/{report}/document?format={format}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var content = await answer.Content.ReadAsByteArrayAsync();
        if (Environment.GetEnvironmentVariable("REPORTS_FOLDER") is { } folder) await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, $"{report}.{format}"), content);
        return content;
    }

    private static readonly XNamespace Cells = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// <summary>Every cell with a formula and the value kept beside it.</summary>
    private static Dictionary<(string Sheet, string Cell), string> Formulas(byte[] workbook)
    {
        using var archive = new ZipArchive(new MemoryStream(workbook));
        var names = XDocument.Load(archive.GetEntry("xl/workbook.xml")!.Open()).Descendants(Cells + "sheet").Select(sheet => (string)sheet.Attribute("name")!).ToList();
        return names.SelectMany((name, n) => XDocument.Load(archive.GetEntry($"xl/worksheets/sheet{n + 1}.xml")!.Open()).Descendants(Cells + "c").Where(cell => cell.Element(Cells + "f") is not null)
            .Select(cell => (Key: (name, (string)cell.Attribute("r")!), Value: (string?)cell.Element(Cells + "v") ?? ""))).ToDictionary(cell => cell.Key, cell => cell.Value);
    }

    /// <summary>The same workbook without the kept values, so that its reader must calculate.</summary>
    private static byte[] WithoutValues(byte[] workbook)
    {
        using var content = new MemoryStream();
        content.Write(workbook);
        using (var archive = new ZipArchive(content, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var entry in archive.Entries.Where(entry => entry.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)).ToList())
            {
                XDocument sheet;
                using (var read = entry.Open()) sheet = XDocument.Load(read);
                foreach (var cell in sheet.Descendants(Cells + "c").Where(cell => cell.Element(Cells + "f") is not null)) cell.Element(Cells + "v")?.Remove();
                using var write = entry.Open();
                write.SetLength(0);
                sheet.Save(write);
            }
        }
        return content.ToArray();
    }

    private static decimal Number(string value) => decimal.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool Same(string calculated, string kept) =>
        decimal.TryParse(calculated, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var one) && decimal.TryParse(kept, NumberStyles.Float, CultureInfo.InvariantCulture, out var other)
            ? Math.Abs(one - other) < 0.005m : calculated == kept;

    private static string Squeezed(string text) => Spaces().Replace(text.Normalize(), "");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[A-Z]{6}\+([A-Za-z]+)", RegexOptions.Multiline)]
    private static partial Regex Font();
}
