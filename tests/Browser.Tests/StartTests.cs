using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class StartTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task The_first_page_and_the_design_system_are_open_to_everybody(string device)
    {
        await using var visit = await Visit.Begin(province, device);

        await visit.Page.GotoAsync("/");
        await visit.Look("start");
        await visit.Page.GotoAsync("/portal/design");
        await visit.Page.Locator(".chart-box").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(visit.Page.Locator(".chart canvas")).ToBeVisibleAsync();
        await visit.Look("design");
        await visit.Page.GotoAsync("/signin?returnUrl=/portal");
        await visit.Look("signin");
        await visit.Page.GotoAsync("/status");
        await visit.Look("status");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task Who_signs_in_lands_in_their_workspace_and_is_out_again_when_they_say_so()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("leader");
        visit.Page.Url.ShouldEndWith("/portal/dashboard");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Đăng xuất" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/signin");
        await visit.Page.GotoAsync("/portal/dashboard");

        visit.Page.Url.ShouldContain("/signin?returnUrl=");
    }

    /// <summary>What a small phone on a slow line has to fetch before work can begin, the way in included.</summary>
    [Theory(Timeout = Visit.Patience)]
    [InlineData("officer")]
    [InlineData("leader")]
    [InlineData("institution")]
    [InlineData("approver")]
    [InlineData("area")]
    [InlineData("school")]
    [InlineData("operator")]
    public async Task The_first_page_of_a_workspace_is_at_most_60_KB(string role)
    {
        await using var visit = await Visit.Begin(province, "phone");
        var sizes = new List<Task<int>>();
        visit.Page.Response += (_, answer) => sizes.Add(Size(answer));
        await visit.SignIn(role);
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        var bytes = (await Task.WhenAll(sizes)).Sum();
        bytes.ShouldBeInRange(1_000, 60_000);

        static async Task<int> Size(IResponse answer)
        {
            await answer.FinishedAsync();
            return int.TryParse(await answer.HeaderValueAsync("content-length"), out var said) ? said : (await answer.Request.SizesAsync()).ResponseBodySize;
        }
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task Every_page_of_the_portal_says_that_scripts_come_from_files_of_this_site_only()
    {
        await using var visit = await Visit.Begin(province);

        foreach (var path in new[] { "/", "/portal/design" })
        {
            var answer = (await visit.Page.GotoAsync(path))!;
            var policy = (await answer.AllHeadersAsync())["content-security-policy"];
            policy.ShouldContain("default-src 'none'");
            policy.ShouldContain("script-src 'self'");
            policy.ShouldNotContain("unsafe");
        }
    }
}
