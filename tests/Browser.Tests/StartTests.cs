using System.Net.Http.Json;
using System.Text.Json.Nodes;
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

    /// <summary>What a small phone on a slow line, or a small laptop, has to fetch before work can begin, the way in included: everything, and all but the chart library.</summary>
    [Theory(Timeout = Visit.Patience)]
    [InlineData("officer")]
    [InlineData("leader")]
    [InlineData("institution")]
    [InlineData("approver")]
    [InlineData("area")]
    [InlineData("school")]
    [InlineData("inspector")]
    [InlineData("operator")]
    [InlineData("family")]
    [InlineData("everybody")]
    public async Task The_first_page_of_a_workspace_is_at_most_60_KB_and_150_KB_with_charts(string role)
    {
        foreach (var device in new[] { "phone", "laptop" })
        {
            await using var visit = await Visit.Begin(province, device);
            var sizes = new List<Task<(string Address, int Bytes)>>();
            visit.Page.Response += (_, answer) => sizes.Add(Size(answer));
            if (role == "everybody") await visit.Page.GotoAsync("/portal/public/programmes");
            else if (role == "family") await EnterAsFamily(visit.Page);
            else await visit.SignIn(role);
            await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

            var fetched = await Task.WhenAll(sizes);
            fetched.Where(one => !one.Address.EndsWith("/echarts.js", StringComparison.Ordinal)).Sum(one => one.Bytes).ShouldBeInRange(1_000, 60_000, $"{role} on a {device}");
            fetched.Sum(one => one.Bytes).ShouldBeLessThanOrEqualTo(150_000, $"{role} on a {device}");
        }

        static async Task<(string, int)> Size(IResponse answer)
        {
            await answer.FinishedAsync();
            return (answer.Url, int.TryParse(await answer.HeaderValueAsync("content-length"), out var said) ? said : (await answer.Request.SizesAsync()).ResponseBodySize);
        }
    }

    private async Task EnterAsFamily(IPage page)
    {
        var ct = TestContext.Current.CancellationToken;
        var pupil = (await province.Api.Officer.Get<JsonObject>($"v1/rounds/{province.Round}/rows?limit=400", ct))["rows"]!.AsArray().Last(row => (string?)row!["outcome"] == "without_place")!["pupilId"]!;
        using var letter = await province.Api.Officer.Send(() => new(HttpMethod.Put, $"v1/pupils/{pupil}/family-code") { Content = JsonContent.Create(new { channel = "letter" }) }, ct);
        await page.GotoAsync("/portal/family/signin");
        await page.GetByLabel("Mã của gia đình").FillAsync((string)JsonNode.Parse(await letter.Content.ReadAsStringAsync(ct))!["code"]!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Vào trang" }).ClickAsync();
        await page.WaitForURLAsync("**/portal/family");
    }

    /// <summary>With scripts and without: what is open is in the picture, however long the row.</summary>
    [Theory(Timeout = Visit.Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_a_phone_the_open_page_and_the_open_tab_are_in_the_picture(bool scripts)
    {
        await using var visit = await Visit.Begin(province, "phone", scripts);
        await visit.SignIn("officer");

        foreach (var path in new[] { "/portal/protection/breaches", "/portal/queues?queue=escalations", "/portal/reports/conference" })
        {
            await visit.Page.GotoAsync(path);
            foreach (var open in await visit.Page.Locator("nav [aria-current]").AllAsync())
            {
                var box = (await open.BoundingBoxAsync())!;
                (box.X >= -1 && box.X + box.Width <= 361).ShouldBeTrue($"{await open.InnerTextAsync()} on {path} lies from {box.X} to {box.X + box.Width}");
            }
            (await visit.Page.EvaluateAsync<double>("() => window.scrollY")).ShouldBe(0, "only the row moves");
        }
    }

    /// <summary>Pages with real rows behind them, asked as no link of ours asks.</summary>
    [Fact(Timeout = Visit.Patience)]
    public async Task An_address_that_somebody_wrote_is_never_an_error_of_ours()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("officer");
        string[] pages =
        [
            "/portal/season?year=", "/portal/dashboard?year=", "/portal/dashboard/trend?year=", "/portal/dashboard/areas/enrolment_after_lower_secondary?page=", "/portal/tasks?year=", "/portal/reports?year=", "/portal/queues?year=",
            "/portal/institutions?view=fairness&year=", "/portal/guidance?year=", "/portal/reports/labour?year=2026&quarter=", "/portal/public/programmes?from=", "/portal/public/indicators?year=", $"/portal/rounds/{province.Round}/rows?after=",
        ];
        foreach (var page in pages)
        {
            var plain = (await Ask(page)).Status;
            plain.ShouldBe(200, page);
            foreach (var value in new[] { "abc", "-1", "2147483647", "99999999999", "%00" }) (await Ask(page + value)).Status.ShouldBeLessThan(500, page + value);
        }

        Task<IAPIResponse> Ask(string path) => visit.Page.APIRequest.GetAsync(new Uri(province.Gateway, path).ToString());
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
