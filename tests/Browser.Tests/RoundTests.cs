using System.Text;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

public sealed class RoundTests(Province province)
{
    [Fact(Timeout = Visit.Patience)]
    public async Task An_officer_reads_a_results_file_in_mends_it_and_accepts_it_and_a_second_person_finalises()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("officer");
        var page = visit.Page;
        await OpenRound(page, 2);
        await visit.Look("officer-round-open");

        await Upload(page, Broken());
        await Assertions.Expect(page.Locator("#report")).ToBeVisibleAsync();
        page.Url.ShouldContain("?upload=");
        await Assertions.Expect(Figure(page, "Không đọc được")).ToHaveTextAsync("1");
        await visit.Look("officer-round-report");

        await Upload(page, province.Results);
        await Assertions.Expect(Figure(page, "Không đọc được")).ToHaveTextAsync("0");
        await page.GetByRole(AriaRole.Link, new() { Name = "Xem từng dòng" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(100);
        await visit.Look("officer-rows");
        await page.GetByRole(AriaRole.Link, new() { Name = "Trang sau" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Về đợt này" }).ClickAsync();

        var results = int.Parse((await Figure(page, "Số dòng").InnerTextAsync()).Replace(".", ""));
        await page.GetByRole(AriaRole.Button, new() { Name = "Chấp nhận", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Chờ người phê duyệt đăng nhập và chốt.")).ToBeVisibleAsync();
        var round = page.Url;

        await visit.SignOut();
        await visit.SignIn("approver");
        await page.GotoAsync(round);
        await page.GetByLabel("Số kết quả bạn tự đếm được").FillAsync($"{results - 1}");
        await page.GetByLabel("Đã hết thời hạn phúc khảo").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Chốt kết quả" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Số kiểm soát không khớp");
        await visit.Look("approver-round-refused");

        await page.GetByLabel("Số kết quả bạn tự đếm được").FillAsync($"{results}");
        await page.GetByLabel("Đã hết thời hạn phúc khảo").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Chốt kết quả" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã chốt lúc")).ToBeVisibleAsync();
        await visit.Look("approver-round-done");
        visit.Forgive("422");   // the browser's console tells of the refusal that was asked for
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task The_import_needs_no_mouse()
    {
        await using var visit = await Visit.Begin(province, "phone");
        await visit.SignIn("officer");
        var page = visit.Page;
        await page.GotoAsync("/portal/rounds");
        await visit.TabTo("#number");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("3");
        await visit.TabTo("form[action='/portal/rounds'] button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/portal/rounds/*");

        await visit.TabTo("#file");
        await page.Locator(":focus").SetInputFilesAsync(File(province.Results));   // the file dialog is the system's
        await visit.TabTo("form[data-upload] button");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#report h2")).ToBeFocusedAsync();
        await visit.Look("officer-round-report");

        await visit.TabTo("form[action$='/acceptance'] button");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Chờ người phê duyệt đăng nhập và chốt.")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task The_import_needs_no_scripts()
    {
        await using var visit = await Visit.Begin(province, scripts: false);
        await visit.SignIn("officer");
        await OpenRound(visit.Page, 4);

        await Upload(visit.Page, province.Results);

        await Assertions.Expect(Figure(visit.Page, "Số dòng")).Not.ToHaveTextAsync("0");
    }

    private static async Task OpenRound(IPage page, int number)
    {
        await page.GotoAsync("/portal/rounds");
        await page.GetByLabel("Đợt số").FillAsync($"{number}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mở đợt" }).ClickAsync();
        await page.WaitForURLAsync("**/portal/rounds/*");
    }

    private static async Task Upload(IPage page, string results)
    {
        await page.GetByLabel("Chọn tệp kết quả").SetInputFilesAsync(File(results));
        await page.Locator("form[data-upload] button").ClickAsync();
    }

    private static ILocator Figure(IPage page, string name) => page.Locator("#report .figure", new() { Has = page.Locator("dt", new() { HasTextString = name }) }).Locator("dd");

    private static FilePayload File(string results) => new() { Name = "results.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(results) };

    /// <summary>The first candidate's date of birth is no date.</summary>
    private string Broken()
    {
        var lines = province.Results.Split('\n');
        var birth = Array.FindIndex(lines[0].Split(','), heading => heading.Contains("Ngày sinh"));
        var cells = lines[1].Split(',');
        cells[birth] = "32/13/2011";
        lines[1] = string.Join(',', cells);
        return string.Join('\n', lines);
    }
}
