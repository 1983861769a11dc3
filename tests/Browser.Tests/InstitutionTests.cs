using System.Text;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class InstitutionTests(Province province)
{
    /// <summary>Families are called from 7:00 to 21:00; a letter may be written at any hour.</summary>
    private static string Channel => MayCall ? "call" : "letter";

    private static bool MayCall => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh")).Hour is >= 7 and < 20;

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
        await Assertions.Expect(page.Locator(".work li").First).ToContainTextAsync("Gọi lần đầu");
        (await page.Locator(".work").InnerTextAsync()).ShouldNotMatch(@"\b[456]\d{6}\b", "trades have names, not codes");
        await visit.Look("institution-leads");
        var waiting = await Count(page, "Mới");

        await page.Locator(".work li").First.GetByRole(AriaRole.Link, new() { Name = "Ghi kết quả" }).ClickAsync();
        await page.GetByLabel("Cách liên hệ").SelectOptionAsync(Channel);
        await visit.Look("institution-lead");
        await page.GetByRole(AriaRole.Button, new() { Name = "Quan tâm" }).ClickAsync();

        await page.WaitForURLAsync("**/portal/leads?done=1");
        (await Count(page, "Mới")).ShouldBeLessThan(waiting);
        await page.EvaluateAsync("() => { window.same = true; }");
        await page.GetByRole(AriaRole.Link, new() { Name = "Đã liên hệ" }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".tabs [aria-current]")).ToContainTextAsync("Đã liên hệ");
        await Assertions.Expect(page.Locator(".work li").First).ToContainTextAsync("Quan tâm");
        await page.GetByLabel("Kết quả lần trước").SelectOptionAsync("no_answer");
        await Assertions.Expect(page.GetByText("Không có gia đình nào đang chờ ở đây.")).ToBeVisibleAsync();
        page.Url.ShouldContain("state=contacted&outcome=no_answer");
        (await page.EvaluateAsync<bool>("() => window.same === true")).ShouldBeTrue("filters change the list, not the page");
        await visit.Look("institution-leads-empty");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task Filters_and_pages_need_no_scripts()
    {
        await using var visit = await Visit.Begin(province, "phone", scripts: false);
        await visit.SignIn("institution");
        var page = visit.Page;

        await page.GetByLabel("Sắp hết hạn").SelectOptionAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Lọc" }).ClickAsync();

        page.Url.ShouldContain("within=3");
        await page.GetByRole(AriaRole.Link, new() { Name = "Mới (" }).ClickAsync();
        page.Url.ShouldContain("state=offered");
        page.Url.ShouldContain("within=3");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_call_is_announced_from_the_list_and_its_code_stands_beside_the_number(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("institution");
        var page = visit.Page;

        await page.Locator(".work").GetByRole(AriaRole.Button, new() { Name = "Gọi" }).First.ClickAsync();

        if (MayCall)
        {
            await Assertions.Expect(page.GetByText("Mã của bạn:")).ToBeVisibleAsync();
            (await page.Locator(".alert a.button").GetAttributeAsync("href"))!.ShouldStartWith("tel:+84");
        }
        else
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();   // nobody is called at night
            visit.Forgive("409");
        }
        await visit.Look("institution-call");
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task The_outcome_form_needs_no_mouse()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("institution");
        var page = visit.Page;
        await visit.TabTo(".work li a.log");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**#contact");
        await visit.TabTo("select[name=channel]");
        await page.Keyboard.TypeAsync(Channel == "call" ? "G" : "T");
        await visit.TabTo("button[name=outcome][value=interested]");
        await page.Keyboard.PressAsync("Enter");

        await page.WaitForURLAsync("**/portal/leads?done=1");
        await Assertions.Expect(page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task Seats_are_changed_and_a_programme_is_added_by_the_institution_itself(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("institution");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Ngành và chỗ học" }).ClickAsync();
        var first = page.Locator(".programme").First;
        await first.Locator("summary").ClickAsync();
        await visit.Look("institution-programmes");
        var seats = device == "phone" ? "41" : "43";
        await first.GetByLabel("Số chỗ").FillAsync(seats);
        await first.GetByRole(AriaRole.Button, new() { Name = "Lưu" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã ghi nhận.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".programme", new() { HasTextString = $"trên {seats} chỗ" })).ToHaveCountAsync(1);

        var code = device == "phone" ? "4999901" : "4999902";
        await page.GetByLabel("Mã ngành (7 chữ số)").FillAsync(code);
        var added = page.Locator("form[action='/portal/programmes']");
        await added.GetByLabel("Ngành", new() { Exact = true }).FillAsync($"Nghề mới ({device})");
        await added.GetByLabel("Số chỗ").FillAsync("0");
        await added.GetByRole(AriaRole.Button, new() { Name = "Thêm ngành" }).ClickAsync();
        await Assertions.Expect(page.Locator(".programme", new() { HasTextString = $"Nghề mới ({device})" })).ToHaveCountAsync(1);
        await page.GetByLabel("Mã ngành (7 chữ số)").FillAsync(code);
        await added.GetByLabel("Ngành", new() { Exact = true }).FillAsync("Lần nữa");
        await added.GetByLabel("Số chỗ").FillAsync("0");
        await added.GetByRole(AriaRole.Button, new() { Name = "Thêm ngành" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Ngành nghề đã có");
        visit.Forgive("409");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task A_workbook_is_fetched_its_password_is_shown_once_and_it_is_taken_back_row_by_row(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("institution");
        var page = visit.Page;
        await page.GotoAsync("/portal/workbooks");
        await page.GetByRole(AriaRole.Button, new() { Name = "Lập tệp mới" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã lập tệp.")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Tải tệp" }).First.ClickAsync());
        var file = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        file[..4].ShouldBe([0xD0, 0xCF, 0x11, 0xE0], "encrypted");

        await page.GetByRole(AriaRole.Button, new() { Name = "Lấy mật khẩu" }).First.ClickAsync();
        (await page.Locator(".secret").InnerTextAsync()).Length.ShouldBe(20);
        await page.GotoAsync("/portal/workbooks");
        await Assertions.Expect(page.Locator(".secret")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".offer").First).ToContainTextAsync("Mật khẩu đã cấp");

        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "ho-so.xlsx", MimeType = "application/octet-stream", Buffer = file });
        await page.GetByRole(AriaRole.Button, new() { Name = "Gửi lại", Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync("Tệp chưa điền gì.");

        var made = "Mã hồ sơ,Hình thức,Ngày liên hệ,Giờ liên hệ,Kết quả\nhs-aaaaaaaaaaaaaaaaaaaaaaaaaa,Gọi điện,05/10/2026,09:00,Quan tâm\n";
        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "ho-so.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(made) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Gửi lại", Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#report tbody tr")).ToContainTextAsync("Cần sửa");
        await visit.Look("institution-workbooks");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task The_institutions_own_enrolled_list_gets_a_verdict_for_every_row(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("institution");
        var page = visit.Page;
        await page.GotoAsync("/portal/enrolled");
        await visit.Look("institution-enrolled");
        var list = $"STT,Họ và tên,Ngày sinh,Số điện thoại\n1,Nguyễn Thử Nghiệm,01/02/2011,0987000111\n2,Trần Mẫu {device},03/04/2011,0987000112\n2,Trần Mẫu {device},03/04/2011,0987000112\n3,,32/13/2011,0987000113\n";

        await page.GetByLabel("Tệp danh sách nhập học").SetInputFilesAsync(new FilePayload { Name = "danh-sach.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(list) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Đối chiếu" }).ClickAsync();

        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(4);
        await visit.Look("institution-enrolled-rows");
        await page.GetByRole(AriaRole.Link, new() { Name = "Không tìm thấy" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("Không tìm thấy");
        await page.GotoAsync("/portal/enrolled");
        await Assertions.Expect(page.Locator(".todo li").First).ToContainTextAsync("4 dòng");
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task The_agreement_shows_what_was_signed_for_whom_and_until_when(string device)
    {
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("institution");

        await visit.Page.GotoAsync("/portal/agreement");

        await Assertions.Expect(visit.Page.Locator(".badge.good")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator(".paths dt")).ToHaveCountAsync(7);
        await visit.Look("institution-agreement");
    }

    private static async Task<int> Count(IPage page, string state)
    {
        var tab = await page.Locator(".tabs a", new() { HasTextString = state }).First.InnerTextAsync();
        return int.Parse(tab[(tab.IndexOf('(') + 1)..^1]);
    }
}
