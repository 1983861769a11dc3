using CareerPlatform.Contracts;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

/// <summary>The care for personal data: incidents with their clocks, and the file of the impact assessment.</summary>
public sealed class ProtectionTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_incident_runs_its_clocks_names_the_children_gives_the_facts_of_the_letter_and_is_closed_by_another(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Bảo vệ dữ liệu" }).ClickAsync();
        await page.Locator("textarea[name=description]").FillAsync($"Danh sách bị đăng lên mạng ({device}).");
        await visit.Look("officer-breaches");
        await page.Locator("select[name=institution]").SelectOptionAsync($"{StreamIds.Of("organisation", Careerctl.Demo.DemoProvince.Code, "institution")}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mở sự cố" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"Danh sách bị đăng lên mạng ({device}).").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#clocks .badge", new() { HasTextString = "Hạn" })).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "Tìm", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#affected .figure").Nth(1)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".letter")).ToContainTextAsync("Lộ dữ liệu");
        await visit.Look("officer-breach");

        var cyber = page.Locator("#clock-cyber");
        await cyber.Locator("input[name=reason]").FillAsync("Không phải sự cố an ninh mạng");
        await cyber.GetByRole(AriaRole.Button, new() { Name = "Không phải thông báo" }).ClickAsync();
        await Assertions.Expect(page.Locator("#clock-cyber .badge")).ToContainTextAsync("Không phải thông báo");
        var agency = page.Locator("#clock-agency");
        await agency.Locator("input[name=number]").FillAsync("18/TB-SGDĐT");
        await agency.GetByRole(AriaRole.Button, new() { Name = "Đã thông báo" }).ClickAsync();
        await Assertions.Expect(page.Locator("#clock-agency .badge")).ToContainTextAsync("18/TB-SGDĐT");
        await Assertions.Expect(page.Locator(".letter")).ToContainTextAsync("18/TB-SGDĐT");
        await page.Locator("#outcome").FillAsync("Tệp đã gỡ.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Đóng", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cần người khác đóng sự cố");
        visit.Forgive("409");

        await using var second = await Visit.Begin(province, device);
        await second.SignIn("approver");
        await second.Page.GotoAsync(page.Url.Split('?')[0]);
        await second.Page.Locator("#outcome").FillAsync("Tệp đã gỡ.");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Đóng", Exact = true }).ClickAsync();
        await Assertions.Expect(second.Page.GetByText("Đóng lúc")).ToBeVisibleAsync();
        await second.Look("approver-breach-closed");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task An_institution_reports_what_happened_to_data_it_was_given()
    {
        await using var visit = await Visit.Begin(province, "phone");
        await visit.SignIn("institution");
        await visit.Page.GotoAsync("/portal/connection");
        await visit.Page.GetByText("Có sự cố", new() { Exact = true }).ClickAsync();
        await visit.Page.Locator("#breach select[name=kind]").SelectOptionAsync("loss");
        await visit.Page.Locator("#breach textarea").FillAsync("Mất máy tính có tệp danh sách.");
        await visit.Look("institution-breach");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Báo cho sở" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("Sở đã nhận được báo cáo sự cố.")).ToBeVisibleAsync();

        await using var office = await Visit.Begin(province);
        await office.SignIn("approver");
        await office.Page.GotoAsync("/portal/protection/breaches");
        await Assertions.Expect(office.Page.Locator(".work li", new() { HasTextString = "Mất dữ liệu" })).ToHaveCountAsync(1);
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task The_impact_assessment_shows_what_is_due_and_takes_the_number_of_a_filing(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GotoAsync("/portal/protection/impact");
        await Assertions.Expect(page.Locator("#recipients tbody tr")).Not.ToHaveCountAsync(0);
        await visit.Look("officer-impact");
        var number = $"7-{device}/HS-SGDĐT";
        await page.Locator("#filings input[name=number]").FillAsync(number);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ghi lần nộp" }).ClickAsync();
        await Assertions.Expect(page.Locator("#filings tbody")).ToContainTextAsync(number);

        (await page.APIRequest.GetAsync(new Uri(province.Gateway, "/portal/protection/impact.json").ToString())).Status.ShouldBe(200);
        await using var leader = await Visit.Begin(province);
        await leader.SignIn("leader");
        (await leader.Page.GotoAsync("/portal/protection/impact"))!.Status.ShouldBe(403);
        leader.Forgive("403");
    }
}
