using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class InstitutionTests(Province province)
{
    /// <summary>Families are called from 7:00 to 21:00; a letter may be written at any hour.</summary>
    private static string Channel => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh")).Hour is >= 7 and < 20 ? "call" : "letter";

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_institution_takes_the_family_that_waits_longest_and_logs_the_outcome_in_two_clicks(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("institution");
        var page = visit.Page;

        page.Url.ShouldEndWith("/portal/leads");
        await Assertions.Expect(page.Locator(".work li")).Not.ToHaveCountAsync(0);
        await visit.Look("institution-leads");
        var waiting = await Count(page, "Mới");

        await page.Locator(".work li").First.GetByRole(AriaRole.Link, new() { Name = "Ghi kết quả" }).ClickAsync();
        await page.GetByLabel("Cách liên hệ").SelectOptionAsync(Channel);
        await visit.Look("institution-lead");
        await page.GetByRole(AriaRole.Button, new() { Name = "Quan tâm" }).ClickAsync();

        await page.WaitForURLAsync("**/portal/leads?done=1");
        (await Count(page, "Mới")).ShouldBeLessThan(waiting);
        await page.GetByRole(AriaRole.Link, new() { Name = "Đã liên hệ" }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".work li").First).ToContainTextAsync("Quan tâm");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task The_outcome_form_needs_no_mouse()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("institution");
        var page = visit.Page;
        await visit.TabTo(".work li a.button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**#contact");
        await visit.TabTo("select[name=channel]");
        await page.Keyboard.TypeAsync(Channel == "call" ? "G" : "T");
        await visit.TabTo("button[name=outcome][value=interested]");
        await page.Keyboard.PressAsync("Enter");

        await page.WaitForURLAsync("**/portal/leads?done=1");
        await Assertions.Expect(page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task Programmes_and_free_seats_are_on_a_page()
    {
        await using var visit = await Visit.Begin(province, "phone");
        await visit.SignIn("institution");

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Ngành và chỗ học" }).ClickAsync();

        await Assertions.Expect(visit.Page.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await visit.Look("institution-programmes");
    }

    private static async Task<int> Count(IPage page, string state)
    {
        var tab = await page.Locator(".tabs a", new() { HasTextString = state }).First.InnerTextAsync();
        return int.Parse(tab[(tab.IndexOf('(') + 1)..^1]);
    }
}
