using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class FamilyTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_family_enters_with_its_code_sees_who_had_its_data_and_decides(string device)
    {
        var code = await Code(device == "phone" ? 0 : 1);
        await using var visit = await Visit.Begin(province, device);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Vào bằng mã" }).ClickAsync();
        await page.GetByLabel("Mã của gia đình").FillAsync("AAAAA-AAAAA-AAAAA-AAAAA");
        await page.GetByRole(AriaRole.Button, new() { Name = "Vào trang" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Mã không đúng");
        await visit.Look("family-signin");
        visit.Forgive("401");

        await page.GetByLabel("Mã của gia đình").FillAsync(code.ToLowerInvariant());
        await page.GetByRole(AriaRole.Button, new() { Name = "Vào trang" }).ClickAsync();
        await page.WaitForURLAsync("**/portal/family");
        await Assertions.Expect(page.Locator(".reads li").First).ToBeVisibleAsync();
        await visit.Look("family");

        await page.GetByRole(AriaRole.Button, new() { Name = "Tạm nghỉ 30 ngày" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đang tạm nghỉ đến")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cho phép liên hệ lại" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Tạm nghỉ 30 ngày" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Đăng xuất" }).ClickAsync();
        await page.GotoAsync("/portal/family");
        page.Url.ShouldContain("/signin");
    }

    /// <summary>The code of the letter that the department prints for a pupil without a place.</summary>
    private async Task<string> Code(int which)
    {
        var ct = TestContext.Current.CancellationToken;
        var pupil = (string)(await province.Api.Officer.Get<JsonObject>($"v1/rounds/{province.Round}/rows?limit=200", ct))["rows"]!.AsArray().Where(row => (string?)row!["outcome"] == "without_place").ElementAt(which)!["pupilId"]!;
        using var answer = await province.Api.Officer.Send(() => new(HttpMethod.Put, $"v1/pupils/{pupil}/family-code") { Content = System.Net.Http.Json.JsonContent.Create(new { channel = "letter" }) }, ct);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!["code"]!;
    }
}
