using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class PublicTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task Everybody_finds_a_trade_by_place_without_signing_in(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Xem ngành và chỗ học" }).ClickAsync();
        await Assertions.Expect(page.Locator(".offer")).Not.ToHaveCountAsync(0);
        (await page.Locator(".offer").CountAsync()).ShouldBeLessThanOrEqualTo(18);
        await visit.Look("public-programmes");

        // A choice is enough: the list changes, the page stays.
        await page.EvaluateAsync("() => { window.same = true; }");
        var all = await page.Locator("#offers h2").InnerTextAsync();
        await page.Locator("select[name=trade]").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Assertions.Expect(page.Locator("#offers h2")).Not.ToHaveTextAsync(all);
        (await page.EvaluateAsync<bool>("() => window.same === true")).ShouldBeTrue();
        page.Url.ShouldContain("trade=");

        await page.Locator(".offer a").First.ClickAsync();
        await Assertions.Expect(page.Locator(".offer")).Not.ToHaveCountAsync(0);
        await visit.Look("public-institution");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task The_filter_needs_no_scripts_and_what_is_found_comes_as_a_file()
    {
        await using var visit = await Visit.Begin(province, "phone", scripts: false);
        var page = visit.Page;
        await page.GotoAsync("/portal/public/programmes");
        await page.GetByLabel("Trình độ").SelectOptionAsync("college");
        await page.GetByRole(AriaRole.Button, new() { Name = "Tìm" }).ClickAsync();
        page.Url.ShouldContain("level=college");
        var found = await page.Locator(".offer").CountAsync();

        var address = await page.GetByRole(AriaRole.Link, new() { Name = "Tải bảng số (CSV)" }).GetAttributeAsync("href");
        var file = await (await page.APIRequest.GetAsync(new Uri(province.Gateway, address).ToString())).TextAsync();
        file.TrimStart('\uFEFF').ShouldStartWith("institution,kind,");
        file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(found + 1);

        await page.Locator("select[name=trade]").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.GetByLabel("Khu vực").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Tìm" }).ClickAsync();
        if (await page.Locator(".offer").CountAsync() == 0) await Assertions.Expect(page.GetByText("Không có ngành nào như vậy.")).ToBeVisibleAsync();
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task Everybody_sees_the_provinces_results_with_small_cells_hidden(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        var page = visit.Page;
        await page.GotoAsync($"/portal/public/indicators?year={Careerctl.Demo.DemoProvince.SchoolYear}");
        await Assertions.Expect(page.Locator(".target")).Not.ToHaveCountAsync(0);
        await visit.Look("public-indicators");

        await page.GetByRole(AriaRole.Link, new() { Name = "Xem theo địa bàn" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("tr.total")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Không hiển thị vì số quá nhỏ").First).ToBeVisibleAsync();   // 400 pupils in 130 communes
        await visit.Look("public-areas");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task Nothing_is_there_for_a_province_or_an_institution_that_nobody_knows()
    {
        await using var visit = await Visit.Begin(province, "phone");

        var answer = await visit.Page.GotoAsync($"/portal/public/institutions/{Guid.NewGuid()}");

        answer!.Status.ShouldBe(404);
        await visit.Look("not-found");
        visit.Forgive("404");
        foreach (var path in new[] { "/v1/public/*/programmes", "/v1/public/%2A/programmes", "/v1/public/96/programmes", "/v1/public/*/indicators?year=2026" })
            (await visit.Page.APIRequest.GetAsync(new Uri(province.Gateway, path).ToString())).Status.ShouldBe(404, path);
    }
}
