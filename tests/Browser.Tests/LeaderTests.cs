using CareerPlatform.Careerctl.Demo;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class LeaderTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_leader_sees_every_target_with_bounds_and_state_and_each_area_behind_it(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("leader");
        var page = visit.Page;

        page.Url.ShouldEndWith("/portal/dashboard");
        await page.GotoAsync($"/portal/dashboard?year={DemoProvince.SchoolYear}");
        await Assertions.Expect(page.Locator(".target")).Not.ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".target svg.bullet").First).ToBeVisibleAsync();
        await page.Locator(".chart-box").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        await visit.Look("leader-dashboard");

        await page.GetByRole(AriaRole.Link, new() { Name = "Xem theo địa bàn" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("tr.total")).ToContainTextAsync("Toàn tỉnh");
        (await page.Locator("tbody tr").CountAsync()).ShouldBeLessThanOrEqualTo(26, "a page of the table and its total");
        await page.Locator("#map .chart-box").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(page.Locator("#map canvas")).ToBeVisibleAsync();
        await visit.Look("leader-areas");

        await page.GetByLabel("Ranh giới").SelectOptionAsync("old");
        await page.Locator("select[name=kind]").SelectOptionAsync("district");
        await page.GetByRole(AriaRole.Button, new() { Name = "Xem", Exact = true }).ClickAsync();
        page.Url.ShouldContain("border=old&kind=district");
        await Assertions.Expect(page.Locator("tr.total")).ToBeVisibleAsync();
        await page.Locator("#map .chart-box").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(page.Locator("#map canvas")).ToBeVisibleAsync();
        await visit.Look("leader-areas-old");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_target_is_followed_over_the_years_and_its_picture_can_be_kept(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("leader");
        var page = visit.Page;
        await page.GotoAsync($"/portal/dashboard?year={DemoProvince.SchoolYear}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Qua các năm" }).First.ClickAsync();
        page.Url.ShouldContain($"year={DemoProvince.SchoolYear}");
        await Assertions.Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        await visit.Look("leader-trend");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Tải hình" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("chart.png");
        var picture = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        picture[1..4].ShouldBe("PNG"u8.ToArray());
        picture.Length.ShouldBeGreaterThan(5_000, "something is drawn");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_leader_sees_who_has_to_do_what_until_when(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("leader");

        await visit.Page.GotoAsync($"/portal/tasks?year={DemoProvince.SchoolYear}");

        await Assertions.Expect(visit.Page.Locator("tbody tr").First).ToContainTextAsync("Khảo sát nguyện vọng");
        await Assertions.Expect(visit.Page.Locator("tbody tr").First).ToContainTextAsync("Quá hạn");
        await visit.Look("leader-tasks");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task The_figures_come_as_a_file()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("leader");
        await visit.Page.GotoAsync($"/portal/dashboard?year={DemoProvince.SchoolYear}");

        var address = await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Tải bảng số (CSV)" }).GetAttributeAsync("href");
        var file = await visit.Page.APIRequest.GetAsync(new Uri(province.Gateway, address).ToString());
        (await file.TextAsync()).ShouldContain("enrolment_after_lower_secondary,general,");
        foreach (var workbook in new[] { $"/portal/dashboard.xlsx?year={DemoProvince.SchoolYear}", $"/portal/dashboard/areas/enrolment_after_lower_secondary/xlsx?year={DemoProvince.SchoolYear}&border=old&kind=district" })
        {
            var sheet = await visit.Page.APIRequest.GetAsync(new Uri(province.Gateway, workbook).ToString());
            sheet.Status.ShouldBe(200, workbook);
            (await sheet.BodyAsync())[..2].ShouldBe("PK"u8.ToArray());
        }
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task A_page_of_another_role_is_refused_in_words()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("leader");

        var answer = await visit.Page.GotoAsync("/portal/season");

        answer!.Status.ShouldBe(403);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Không có quyền xem trang này");
        await visit.Look("refused");
        visit.Forgive("403");   // the browser's console tells of it too
    }
}
