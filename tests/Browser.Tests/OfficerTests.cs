using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Contracts;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class OfficerTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_request_of_a_family_is_taken_down_answered_and_done_while_its_clocks_run(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        foreach (var queue in new[] { "matches", "numbers", "areas", "withdrawals", "escalations" })
        {
            await page.GotoAsync($"/portal/queues?queue={queue}&year={DemoProvince.SchoolYear}");
            await visit.Look($"officer-queue-{queue}");
        }
        await page.GotoAsync("/portal/queues?queue=requests");
        await page.GetByLabel("Mã học sinh hoặc số định danh").FillAsync(await Pupil(device == "phone" ? 5 : 6));
        await page.GetByLabel("Gia đình muốn gì").SelectOptionAsync("access");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ghi nhận" }).ClickAsync();

        var request = page.Locator(".requests li").First;
        await Assertions.Expect(request).ToContainTextAsync("Xem dữ liệu");
        await Assertions.Expect(request).ToContainTextAsync("Trả lời trước");
        await request.Locator("summary").ClickAsync();
        await visit.Look("officer-queue-requests");
        await request.GetByRole(AriaRole.Button, new() { Name = "Đã trả lời gia đình" }).ClickAsync();
        await Assertions.Expect(page.Locator(".requests li").First).ToContainTextAsync("Đã trả lời");
        await page.Locator(".requests li summary").First.ClickAsync();
        await page.Locator(".requests li").First.GetByRole(AriaRole.Button, new() { Name = "Đã làm xong" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task A_request_about_nobody_is_refused_in_words_on_the_same_page()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("officer");
        await visit.Page.GotoAsync("/portal/queues?queue=requests");
        await visit.Page.GetByLabel("Mã học sinh hoặc số định danh").FillAsync("0000000000");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ghi nhận" }).ClickAsync();

        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Không tìm thấy học sinh");
        visit.Forgive("404");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task Institutions_with_agreements_until_when_and_the_fairness_table(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GotoAsync("/portal/institutions");
        await Assertions.Expect(page.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await visit.Look("officer-institutions");

        await page.GotoAsync($"/portal/institutions?view=fairness&year={DemoProvince.SchoolYear}");
        await Assertions.Expect(page.Locator("tr.total")).ToContainTextAsync("Toàn tỉnh");
        await visit.Look("officer-fairness");

        await page.GotoAsync("/portal/institutions");
        await page.Locator("tbody tr a").Nth(device == "phone" ? 1 : 2).ClickAsync();
        await page.GetByText("Ghi thoả thuận mới").ClickAsync();
        foreach (var content in await page.Locator("#agreements textarea").AllAsync()) await content.FillAsync("Theo thoả thuận đã ký giữa hai bên.");
        await visit.Look("officer-institution");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ghi thoả thuận", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#agreements .part")).ToHaveCountAsync(2);
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task A_subscription_begins_only_with_two_approvers_and_what_is_missing_is_said_at_once()
    {
        var ct = TestContext.Current.CancellationToken;
        var institution = StreamIds.Of("organisation", DemoProvince.Code, "institution");
        await Subscribe(ct);
        await using (var first = await Visit.Begin(province))
        {
            await first.SignIn("approver");
            await first.Page.GotoAsync($"/portal/institutions/{institution}");
            await first.Page.GetByRole(AriaRole.Button, new() { Name = "Phê duyệt" }).ClickAsync();
            await Assertions.Expect(first.Page.GetByText("1 trên 2 người")).ToBeVisibleAsync();
            await first.Page.GetByRole(AriaRole.Button, new() { Name = "Phê duyệt" }).ClickAsync();
            await Assertions.Expect(first.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cần người khác phê duyệt");
            first.Forgive("409");
        }
        await using (var second = await Visit.Begin(province))
        {
            await second.SignIn(await NewApprover(ct));
            await second.Page.GotoAsync($"/portal/institutions/{institution}");
            await second.Page.GetByRole(AriaRole.Button, new() { Name = "Phê duyệt" }).ClickAsync();
            await Assertions.Expect(second.Page.GetByText("2 trên 2 người")).ToBeVisibleAsync();
        }
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("officer");
        await visit.Page.GotoAsync($"/portal/institutions/{institution}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Cho bắt đầu" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Sở chưa xác minh cơ sở");
        await visit.Look("officer-institution-refused");
        visit.Forgive("409");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone", 2024)]
    [InlineData("laptop", 2025)]
    public async Task A_report_is_begun_written_submitted_by_one_person_approved_by_another_and_downloaded(string device, int year)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GotoAsync($"/portal/reports?year={year}");
        await page.GetByLabel("Loại báo cáo").SelectOptionAsync(new SelectOptionValue { Value = "provincial_annual|" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Lập báo cáo" }).ClickAsync();
        await page.WaitForURLAsync("**/portal/reports/*-*");
        var report = page.Url.Split('?')[0];
        await page.Locator("#texts textarea").First.FillAsync("Tình hình ổn định.\nCác trường đã thực hiện.");
        await page.Locator("#texts button").First.ClickAsync();
        await Assertions.Expect(page.Locator("#texts textarea").First).ToHaveValueAsync("Tình hình ổn định.\nCác trường đã thực hiện.");
        await visit.Look("officer-report");
        await page.GetByRole(AriaRole.Button, new() { Name = "Trình", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã trình").First).ToBeVisibleAsync();

        await using (var second = await Visit.Begin(province))
        {
            await second.SignIn("approver");
            await second.Page.GotoAsync(report);
            await second.Page.GetByLabel("Số", new() { Exact = true }).FillAsync("12");
            await second.Page.GetByRole(AriaRole.Button, new() { Name = "Duyệt", Exact = true }).ClickAsync();
            await Assertions.Expect(second.Page.GetByText("Đã duyệt").First).ToBeVisibleAsync();
            await second.Look("approver-report");
        }
        foreach (var (format, magic) in new[] { ("docx", "PK"), ("xlsx", "PK") })
        {
            var file = await page.APIRequest.GetAsync($"{report}/document?format={format}");
            file.Status.ShouldBe(200, format);
            System.Text.Encoding.ASCII.GetString((await file.BodyAsync())[..2]).ShouldBe(magic);
        }
        await page.GotoAsync($"/portal/reports?year={year}");
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("Đã duyệt");
        await visit.Look("officer-reports");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone", "1.3")]
    [InlineData("laptop", "1.2")]
    public async Task A_task_gets_its_evidence_is_handed_in_and_found_done_by_somebody_else(string device, string code)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GotoAsync($"/portal/tasks?year={DemoProvince.SchoolYear}");
        await page.Locator("tbody tr", new() { HasTextString = code }).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByLabel("Tài liệu này cho thấy điều gì").FillAsync("Biên bản khảo sát");
        await page.GetByLabel("Tệp", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "bien-ban.png", MimeType = "image/png", Buffer = Picture });
        await page.GetByRole(AriaRole.Button, new() { Name = "Thêm minh chứng" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Biên bản khảo sát" })).ToBeVisibleAsync();
        await visit.Look("officer-task");
        await page.GetByRole(AriaRole.Button, new() { Name = "Báo đã xong" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Người nộp không tự nghiệm thu.")).ToBeVisibleAsync();

        await using var second = await Visit.Begin(province, device);
        await second.SignIn("approver");
        await second.Page.GotoAsync(page.Url);
        await second.Look("approver-task");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Trả lại" }).ClickAsync();
        await Assertions.Expect(second.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cần nêu lý do");
        second.Forgive("422");
        await second.Page.GetByLabel("Lý do").FillAsync("Xin bổ sung số liệu từng trường.");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Trả lại" }).ClickAsync();
        await Assertions.Expect(second.Page.Locator("main .badge").First).ToHaveTextAsync("Trả lại");
    }

    /// <summary>The smallest PNG.</summary>
    private static readonly byte[] Picture = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    private async Task<string> Pupil(int which)
    {
        var rows = (await province.Api.Officer.Get<JsonObject>($"v1/rounds/{province.Round}/rows?limit=200", TestContext.Current.CancellationToken))["rows"]!.AsArray();
        return (string)rows.Where(row => (string?)row!["outcome"] == "without_place").ElementAt(which)!["pupilId"]!;
    }

    /// <summary>The demo institution asks to be told of its leads; it pulls, so there is no endpoint to try.</summary>
    private async Task Subscribe(CancellationToken ct)
    {
        using var institution = new Platform(province.Gateway, province.Users, TimeProvider.System);
        await institution.PersonOf(province.Users, "institution").Post<JsonObject>("v1/subscriptions", new
        {
            dataProtection = new { name = "Người Phụ Trách", phone = "02383000001", email = "dulieu@truong.example" },
            breach = new { name = "Người Trực", phone = "02383000002", email = "suco@truong.example" },
        }, ct, "browser-subscription");
    }

    private async Task<DemoUsers.User> NewApprover(CancellationToken ct)
    {
        var answer = await new Platform(province.Gateway, province.Users, TimeProvider.System).PersonOf(province.Users, "operator").Post<JsonObject>("v1/access/people",
            new { username = "approver2.97", organisation = StreamIds.Of("organisation", DemoProvince.Code, "department"), roles = new[] { "approver" } }, ct, "browser-approver");
        return new("approver", (string)answer["username"]!, (string)answer["password"]!);
    }
}
