using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

/// <summary>What the quarterly report and the conference are made of.</summary>
public sealed class QuarterTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone", 2)]
    [InlineData("laptop", 3)]
    public async Task An_institution_and_an_area_enter_the_numbers_of_a_quarter_and_the_department_sees_sums_and_who_is_missing(string device, int quarter)
    {
        await using (var institution = await Visit.Begin(province, device))
        {
            await institution.SignIn("institution");
            await institution.Page.GotoAsync($"/portal/reports/labour?year=2026&quarter={quarter}");
            await institution.Page.Locator("input[name=graduated-intermediate]").FillAsync("90");
            await institution.Page.Locator("input[name=employed-intermediate]").FillAsync("95");
            await institution.Page.GetByRole(AriaRole.Button, new() { Name = "Lưu số liệu" }).ClickAsync();
            await Assertions.Expect(institution.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Số liệu không hợp lệ");
            institution.Forgive("422");
            await institution.Page.Locator("input[name=graduated-intermediate]").FillAsync("120");
            await institution.Page.Locator("input[name=employed-intermediate]").FillAsync("90");
            await institution.Page.GetByRole(AriaRole.Button, new() { Name = "Lưu số liệu" }).ClickAsync();
            await Assertions.Expect(institution.Page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();
            await Assertions.Expect(institution.Page.Locator("input[name=graduated-intermediate]")).ToHaveValueAsync("120");
            await institution.Look("institution-labour");
        }
        await using (var area = await Visit.Begin(province, device))
        {
            await area.SignIn("area");
            await area.Page.GotoAsync($"/portal/reports/labour?year=2026&quarter={quarter}");
            await area.Page.Locator("input[name=vacancies-untrained]").FillAsync("40");
            await area.Page.GetByRole(AriaRole.Button, new() { Name = "Lưu số liệu" }).ClickAsync();
            await Assertions.Expect(area.Page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();
            await area.Look("area-labour");
        }
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        await visit.Page.GotoAsync($"/portal/reports/labour?year=2026&quarter={quarter}");
        await Assertions.Expect(visit.Page.Locator("#sums tbody")).ToContainTextAsync("120");
        await Assertions.Expect(visit.Page.Locator("#sums")).ToContainTextAsync("75,0");
        await Assertions.Expect(visit.Page.Locator("#reporters .badge").First).ToHaveTextAsync("Chưa nhập");
        await visit.Look("officer-labour");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task The_conference_has_its_speeches_guests_and_programme_with_how_each_stands(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GotoAsync("/portal/reports");
        await page.GetByRole(AriaRole.Link, new() { Name = "Hội nghị" }).ClickAsync();
        var speech = page.Locator(device == "phone" ? "#speech-1" : "#speech-2");
        await speech.Locator("summary").ClickAsync();
        await speech.Locator("select[name=state]").SelectOptionAsync("asked");
        await speech.Locator("input[name=responsible]").FillAsync("Văn phòng Sở");
        await visit.Look("officer-conference");
        await speech.Locator("button").ClickAsync();
        await Assertions.Expect(speech).ToContainTextAsync("Đã đề nghị");
        await Assertions.Expect(speech).ToContainTextAsync("Văn phòng Sở");

        var guests = page.Locator("#invitees-1");
        await guests.Locator("summary").ClickAsync();
        await guests.Locator("select[name=state]").SelectOptionAsync("invited");
        await guests.Locator("input[name=invited]").FillAsync("10");
        await guests.Locator("input[name=confirmed]").FillAsync("12");
        await guests.Locator("button").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Số xác nhận lớn hơn số mời");
        visit.Forgive("422");

        await using var leader = await Visit.Begin(province, device);
        await leader.SignIn("leader");
        await leader.Page.GotoAsync("/portal/reports/conference");
        await Assertions.Expect(leader.Page.Locator(".work details")).ToHaveCountAsync(0);
        await leader.Look("leader-conference");
    }
}
