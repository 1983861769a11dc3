using CareerPlatform.Careerctl.Demo;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class SeasonTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_officer_sees_the_season_as_steps_and_what_waits_for_a_decision(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;

        page.Url.ShouldEndWith("/portal/season");
        await page.GotoAsync($"/portal/season?year={DemoProvince.SchoolYear}");
        await Assertions.Expect(page.Locator(".pipeline li")).ToHaveCountAsync(8);
        (await page.Locator(".step-count").AllInnerTextsAsync())[0].ShouldNotBe("0");
        await visit.Look("officer-season");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task Everything_can_be_read_in_English_without_a_word_left_in_Vietnamese_but_names()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("officer");
        var page = visit.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();

        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        (await page.Locator("h2").AllInnerTextsAsync()).ShouldContain("Needs a decision");
        await visit.Look("officer-season-english");
    }
}
