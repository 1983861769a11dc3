using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class FamilyTests(Province province)
{
    /// <summary>Where the demo people's institution person works.</summary>
    private const string FirstInstitution = "97N01";

    private static readonly Guid Institution = StreamIds.Of("organisation", Careerctl.Demo.DemoProvince.Code, "institution");

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_family_enters_with_its_code_sees_its_choices_and_who_had_its_data_and_decides(string device)
    {
        var code = await Code((await WithoutPlace())[device == "phone" ? 0 : 1]);
        await using var visit = await Visit.Begin(province, device);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Vào bằng mã" }).ClickAsync();
        await page.GetByLabel("Mã của gia đình").FillAsync("AAAAA-AAAAA-AAAAA-AAAAA");
        await page.GetByRole(AriaRole.Button, new() { Name = "Vào trang" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Mã không đúng");
        await visit.Look("family-signin");
        visit.Forgive("401");

        await Enter(page, code.ToLowerInvariant());
        await visit.Look("family");

        await page.GetByRole(AriaRole.Button, new() { Name = "Tạm nghỉ 30 ngày" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đang tạm nghỉ đến")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cho phép liên hệ lại" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Tạm nghỉ 30 ngày" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Xem các lựa chọn" }).ClickAsync();
        await Assertions.Expect(page.Locator(".offer")).Not.ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".offer .badge.good").First).ToBeVisibleAsync();   // something lies near
        await visit.Look("family-choices");

        await page.GetByRole(AriaRole.Link, new() { Name = "Thông tin của gia đình" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Gia đình tự xem thông tin của mình")).ToBeVisibleAsync();
        await visit.Look("family-data");

        await page.GetByRole(AriaRole.Button, new() { Name = "Đăng xuất" }).ClickAsync();
        await page.GotoAsync("/portal/family");
        page.Url.ShouldEndWith("/portal/family/signin");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_family_and_an_institution_write_to_each_other_without_a_number(string device)
    {
        var (pupil, lead) = (await HeldByTheInstitution())[device == "phone" ? 0 : 1];
        await using var family = await Visit.Begin(province, device);
        await family.Page.GotoAsync("/portal/family/signin");
        await Enter(family.Page, await Code(pupil));
        await family.Page.GetByRole(AriaRole.Link, new() { Name = "Đọc và trả lời" }).ClickAsync();
        await family.Look("family-messages-empty");
        var (question, answer) = ($"Con tôi muốn hỏi học phí và chỗ ở ({device})", $"Em được miễn học phí, có chỗ ở ({device})");
        await family.Page.GetByLabel("Gửi đến").SelectOptionAsync($"{Institution}");
        await family.Page.GetByRole(AriaRole.Textbox).FillAsync(question);
        await family.Page.GetByRole(AriaRole.Button, new() { Name = "Gửi tin nhắn" }).ClickAsync();
        await Assertions.Expect(family.Page.Locator(".message.own")).ToContainTextAsync(question);

        await using (var institution = await Visit.Begin(province, device))
        {
            await institution.SignIn("institution");
            await institution.Page.GotoAsync($"/portal/leads/{lead}");
            await Assertions.Expect(institution.Page.Locator(".message")).ToContainTextAsync(question);
            await institution.Page.GetByLabel("Viết tin nhắn").FillAsync(answer);
            await institution.Page.GetByRole(AriaRole.Button, new() { Name = "Gửi tin nhắn" }).ClickAsync();
            await Assertions.Expect(institution.Page.Locator(".message.own")).ToContainTextAsync(answer);
            await institution.Look("institution-lead-messages");
        }

        await Assertions.Expect(family.Page.Locator(".message").Last).ToContainTextAsync(answer, new() { Timeout = 60_000 });   // it comes by itself
        await family.Look("family-messages");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task A_family_corrects_its_number_and_chooses_who_may_turn_to_it()
    {
        var pupil = (await WithoutPlace())[2];
        await using var visit = await Visit.Begin(province, "phone", scripts: false);
        var page = visit.Page;
        await page.GotoAsync("/portal/family/signin");
        await Enter(page, await Code(pupil));
        await page.GotoAsync("/portal/family/data");

        await page.GetByLabel("Số mới").FillAsync("0987 000 123");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sửa số" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã sửa số điện thoại.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("+84987000123")).ToBeVisibleAsync();

        await page.GetByLabel("Chỉ những cơ sở gia đình chọn ở dưới").CheckAsync();
        await page.GetByText("Chọn cơ sở (").ClickAsync();
        await page.Locator("input[name=institutions]").First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ghi nhận" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cần cả học sinh và người đại diện đồng ý");

        visit.Forgive("422");
        await page.GetByLabel("Chỉ những cơ sở gia đình chọn ở dưới").CheckAsync();
        await page.GetByText("Chọn cơ sở (").ClickAsync();
        await page.Locator("input[name=institutions]").First.CheckAsync();
        await page.GetByLabel("Con đồng ý").CheckAsync();
        await page.GetByLabel("Cha mẹ hoặc người đại diện đồng ý").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ghi nhận" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã ghi nhận lựa chọn của gia đình.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".badge", new() { HasTextString = "một số cơ sở" }).First).ToBeVisibleAsync();
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task A_family_that_wants_no_contact_any_more_says_so_once()
    {
        var (pupil, _) = (await HeldByTheInstitution())[^1];
        await using var visit = await Visit.Begin(province, "phone");
        await visit.Page.GotoAsync("/portal/family/signin");
        await Enter(visit.Page, await Code(pupil));
        await Assertions.Expect(visit.Page.Locator(".work .badge")).Not.ToHaveCountAsync(0);
        (await visit.Page.Locator(".work .badge").AllInnerTextsAsync()).ShouldContain(state => state != "Đã thu hồi");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dừng mọi liên hệ" }).ClickAsync();

        await Assertions.Expect(visit.Page.GetByText("Đã ghi nhận lựa chọn của gia đình.")).ToBeVisibleAsync();
        await Testing.Wait.Until(async () =>
        {
            await visit.Page.ReloadAsync();
            return (await visit.Page.Locator(".work .badge").AllInnerTextsAsync()).All(state => state == "Đã thu hồi");
        }, TimeSpan.FromMinutes(1));
        await visit.Look("family-stopped");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task In_a_trial_the_message_with_the_code_is_shown_where_families_sign_in()
    {
        var ct = TestContext.Current.CancellationToken;
        var pupil = (await WithoutPlace())[3];
        using var sent = await province.Api.Officer.Send(() => new(HttpMethod.Put, $"v1/pupils/{pupil}/family-code") { Content = JsonContent.Create(new { channel = "sms" }) }, ct);
        await using var visit = await Visit.Begin(province, "phone");

        await visit.Page.GotoAsync("/portal/family/signin");
        var message = await visit.Page.Locator(".alert li").First.InnerTextAsync();
        await visit.Look("family-signin-trial");
        await Enter(visit.Page, System.Text.RegularExpressions.Regex.Match(message, "([0-9A-Z]{5}-?){4}").Value);
    }

    private static async Task Enter(IPage page, string code)
    {
        await page.GetByLabel("Mã của gia đình").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Vào trang" }).ClickAsync();
        await page.WaitForURLAsync("**/portal/family");
    }

    /// <summary>Pupils of the final round who got no place.</summary>
    private async Task<IReadOnlyList<string>> WithoutPlace() =>
        [.. (await province.Api.Officer.Get<JsonObject>($"v1/rounds/{province.Round}/rows?limit=400", TestContext.Current.CancellationToken))["rows"]!.AsArray()
            .Where(row => (string?)row!["outcome"] == "without_place").Select(row => (string)row!["pupilId"]!)];

    /// <summary>Pupils whom the demo people's institution may turn to, with their leads.</summary>
    private async Task<IReadOnlyList<(string Pupil, string Lead)>> HeldByTheInstitution()
    {
        using var export = await province.Api.Officer.Send(() => new(HttpMethod.Get, $"v1/leads/export?schoolYear={Careerctl.Demo.DemoProvince.SchoolYear}"), TestContext.Current.CancellationToken);
        var lines = (await export.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n");
        var held = lines.Select(line => line.Split(',')).Where(cells => cells.Length > 5 && cells[3] == FirstInstitution && (cells.Contains("offered") || cells.Contains("contacted"))).Select(cells => (cells[1], cells[0])).OrderDescending().ToList();
        held.Count.ShouldBeGreaterThanOrEqualTo(3);
        return held;
    }

    /// <summary>The code of the letter that the department prints for a pupil without a place.</summary>
    private async Task<string> Code(string pupil)
    {
        var ct = TestContext.Current.CancellationToken;
        using var answer = await province.Api.Officer.Send(() => new(HttpMethod.Put, $"v1/pupils/{pupil}/family-code") { Content = JsonContent.Create(new { channel = "letter" }) }, ct);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!["code"]!;
    }
}
