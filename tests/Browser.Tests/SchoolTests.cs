using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Demo;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class SchoolTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_school_sees_its_pupils_by_given_name_and_confirms_or_corrects_how_a_family_is_reached(string device)
    {
        await Roster();
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("school");
        var page = visit.Page;
        page.Url.ShouldEndWith("/portal/pupils");
        await page.GotoAsync($"/portal/pupils?year={DemoProvince.SchoolYear}");
        var names = await page.Locator(".work h3").AllInnerTextsAsync();
        names.Count.ShouldBe(50, "a page");
        var given = names.Select(name => name.Split(' ')[^1]).ToList();
        given.ShouldBe(given.Order(StringComparer.Create(new System.Globalization.CultureInfo("vi-VN"), ignoreCase: true)));
        await visit.Look("school-pupils");
        await page.GetByRole(AriaRole.Link, new() { Name = "Trang sau" }).ClickAsync();
        await Assertions.Expect(page.Locator(".work li")).Not.ToHaveCountAsync(50);

        await page.Locator(".work h3 a").Nth(device == "phone" ? 0 : 1).ClickAsync();
        await Assertions.Expect(page.GetByText("Nguồn: phiếu giấy")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Vẫn đúng" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nguồn: gia đình cho biết")).ToBeVisibleAsync();
        await visit.Look("school-pupil");

        await page.GetByText("Sửa thông tin liên hệ").ClickAsync();
        await page.GetByLabel("Số điện thoại đúng").FillAsync("12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Lưu thông tin mới" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        visit.Forgive("422");
        await page.GetByLabel("Số điện thoại đúng").FillAsync("0987 000 111");
        await page.GetByRole(AriaRole.Button, new() { Name = "Lưu thông tin mới" }).ClickAsync();
        await Assertions.Expect(page.GetByText("+84987000111")).ToBeVisibleAsync();

        await page.GetByLabel("Mã ngành").FillAsync("5520227");
        await page.Locator("#wish button").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Mã ngành")).ToHaveValueAsync("5520227");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_school_hands_in_its_survey_of_wishes_and_reports_what_it_has_for_counselling(string device)
    {
        await Roster();
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("school");
        var page = visit.Page;
        await page.GotoAsync($"/portal/pupils?year={DemoProvince.SchoolYear}");
        await Survey(page, $"pupil_id,wish_trade,wish_level\n{Id(1)},99999,\n");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Mã ngành 2 hoặc 7 chữ số");
        visit.Forgive("422");
        await visit.Look("school-survey-refused");
        await Survey(page, $"pupil_id,wish_trade,wish_level\n{Id(1)},5520227,{(device == "phone" ? "intermediate" : "college")}\n");
        await Assertions.Expect(page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();

        await page.GotoAsync("/portal/guidance");
        await visit.Look("school-guidance-empty");
        await page.GetByText("Ghi thêm").Nth(1).ClickAsync();
        await page.Locator("#facilities input[name=count]").FillAsync("2");
        await page.Locator("#facilities input[name=from]").FillAsync("2025-09-01");
        await page.Locator("#facilities").GetByRole(AriaRole.Button, new() { Name = "Lưu phần này" }).ClickAsync();
        await Assertions.Expect(page.Locator("#facilities tbody")).ToContainTextAsync("Phòng tư vấn");
        await page.GetByText("Ghi thêm").First.ClickAsync();
        await page.GetByLabel("Mã viên chức").FillAsync(device == "phone" ? "GV-01" : "GV-02");
        await page.Locator("#counsellors input[name=from]").FillAsync("2025-09-01");
        await page.Locator("#counsellors").GetByRole(AriaRole.Button, new() { Name = "Lưu phần này" }).ClickAsync();
        await Assertions.Expect(page.Locator("#counsellors tbody")).ToContainTextAsync(device == "phone" ? "GV-01" : "GV-02");
        await visit.Look("school-guidance");

        await page.GotoAsync("/portal/tasks");
        await visit.Look("school-tasks");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_area_office_finds_its_tasks_what_was_escalated_and_the_capacity_but_only_its_own_pupils(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("area");
        foreach (var (path, name) in new[] { ("/portal/tasks", "area-tasks"), ("/portal/queues", "area-queues"), ("/portal/guidance", "area-guidance"), ("/portal/reports", "area-reports") })
        {
            (await visit.Page.GotoAsync(path))!.Status.ShouldBe(200, path);
            await visit.Look(name);
        }
        await Roster();
        await visit.Page.GotoAsync($"/portal/pupils?year={DemoProvince.SchoolYear}&school={Province.DemoSchool}");
        await Assertions.Expect(visit.Page.Locator(".work li")).ToHaveCountAsync(50);
        await Assertions.Expect(visit.Page.Locator(".work a")).ToHaveCountAsync(0);
        await visit.Look("area-pupils");
        (await visit.Page.GotoAsync($"/portal/pupils/{Guid.NewGuid()}"))!.Status.ShouldBe(403);
        visit.Forgive("403");
    }

    private static string Id(int number) => $"39715{number:00000}";

    private static readonly string[] Surnames = ["Mùa", "Sùng", "Lò", "Vi", "Cầm"];
    private static readonly string[] Middles = ["Bích", "Thanh", "Minh", "Ngọc", "Quang", "Hải", "Thu"];
    private static readonly string[] Givens = ["Út", "An", "Đức", "Ân", "Dế", "Ước", "Châu", "Oanh", "Hà", "Mai", "Bình"];

    /// <summary>Sixty fictional pupils of the school; the same list again changes nothing.</summary>
    private async Task Roster()
    {
        var ct = TestContext.Current.CancellationToken;
        var commune = (await province.Api.Officer.Get<JsonObject>($"v1/schools/{Province.DemoSchool}", ct))["commune"]!;
        var csv = new StringBuilder("pupil_id,school,name,birth_date,commune,guardian,guardian_phone,child_agreed,guardian_agreed,consent_text,contact_source,contact_date\n");
        for (var number = 1; number <= 60; number++)
            csv.Append($"{Id(number)},{Province.DemoSchool},{Surnames[number % 5]} {Middles[number % 7]} {Givens[number % 11]},2011-03-05,{commune},Người Đỡ Đầu {number},09{number:00000000},true,true,{DemoFiles.ConsentText},paper,2026-05-10\n");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, csv.ToString(), ct);
        await province.Api.Officer.Upload<JsonObject>(HttpMethod.Post, $"v1/rosters/imports?schoolYear={DemoProvince.SchoolYear}&grade=9", file, ct, key: "browser-roster");
        File.Delete(file);
    }

    private static async Task Survey(IPage page, string csv)
    {
        await page.GetByLabel("Tệp CSV hoặc XLSX").SetInputFilesAsync(new FilePayload { Name = "khao-sat.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
        await page.Locator("#survey button").ClickAsync();
    }
}
