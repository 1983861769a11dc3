using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

/// <summary>An institution keeps its own machine connection, confirms deletions, and works with a long list. Each test has an institution of its own.</summary>
public sealed class ConnectionTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_institution_tests_rotates_pauses_and_replays_its_connection_itself(string device)
    {
        var institution = await InstitutionWithLeads(device == "phone" ? 2 : 3);
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn(await PersonOf(institution));
        var page = visit.Page;
        await page.GotoAsync("/portal/connection");
        await Assertions.Expect(page.GetByText("Cơ sở chưa có kết nối máy.")).ToBeVisibleAsync();
        await visit.Look("institution-connection-none");
        await province.PlantSubscription(institution.Id);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("may-chu.truong-mau.example");

        await page.GetByRole(AriaRole.Button, new() { Name = "Tạo khoá mới" }).ClickAsync();
        (await page.Locator(".secret").InnerTextAsync()).ShouldStartWith("whsec_");
        await visit.Look("institution-connection-secret");
        await page.GotoAsync("/portal/connection");
        await Assertions.Expect(page.Locator(".secret")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Tạm dừng báo tin" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Cơ sở tự dừng")).ToBeVisibleAsync();
        await Testing.Wait.Until(async () =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Gửi bản tin thử" }).ClickAsync();   // 429 while another attempt is under way
            return await page.Locator("#deliveries tbody tr", new() { HasTextString = "subscription.test" }).CountAsync() > 0;
        }, TimeSpan.FromMinutes(1));
        visit.Forgive("429");
        await visit.Look("institution-connection");   // its host is nobody's, and the page says so

        await page.GetByLabel("Từ vị trí").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Báo lại", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đang báo lại.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Tiếp tục báo tin" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã đổi tình trạng.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Tạm dừng báo tin" })).ToBeVisibleAsync();
    }

    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_institution_proves_its_host_registers_sees_what_is_missing_and_its_signed_test_answered(string device)
    {
        await using var server = await Receiver.Start();
        var host = $"may-chu-{device}.localhost:{server.Port}";
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn(await PersonOf(await InstitutionOf(device == "phone" ? 1 : 2)));
        var page = visit.Page;
        await page.GotoAsync("/portal/connection");
        await page.Locator("#domain").FillAsync(host);
        await page.GetByRole(AriaRole.Button, new() { Name = "Lấy mã xác minh" }).ClickAsync();
        var token = await page.Locator("#domains .secret").InnerTextAsync();
        token.ShouldStartWith("careerplatform-");
        await visit.Look("institution-connection-begin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kiểm tra ngay" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Chưa xác minh được tên miền");
        visit.Forgive("409");
        server.Proof = token;
        await page.GetByRole(AriaRole.Button, new() { Name = "Kiểm tra ngay" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã xác minh tên miền.")).ToBeVisibleAsync();

        await Register(page, $"http://{host}/nhan");
        server.Secret = await page.Locator(".alert .secret").InnerTextAsync();
        await Assertions.Expect(page.Locator(".conditions li", new() { HasTextString = "Tên miền đã xác minh" })).ToContainTextAsync("Đủ");
        await Assertions.Expect(page.Locator(".conditions li", new() { HasTextString = "đã trả lời bản tin thử" })).ToContainTextAsync("Còn thiếu");
        await page.GetByRole(AriaRole.Button, new() { Name = "Gửi bản tin thử" }).ClickAsync();
        await Assertions.Expect(page.Locator(".alert.good")).ToContainTextAsync("Đã nhận");
        server.Taken.ToArray().ShouldBe(["subscription.test"], "its signature holds");
        await Assertions.Expect(page.Locator(".conditions li", new() { HasTextString = "đã trả lời bản tin thử" })).ToContainTextAsync("Đủ");
        await Assertions.Expect(page.Locator("#deliveries tbody tr")).ToContainTextAsync("Đã nhận");
        await visit.Look("institution-connection-tested");

        await page.GetByRole(AriaRole.Button, new() { Name = "Đóng hẳn" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã đổi tình trạng.")).ToBeVisibleAsync();
        await Register(page, null);
        await Assertions.Expect(page.GetByText("Đã gửi đăng ký.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("tự đọc");
        await Assertions.Expect(page.Locator(".conditions .badge.warn")).Not.ToHaveCountAsync(0);
        await visit.Look("institution-connection-pull");
    }

    private static async Task Register(IPage page, string? endpoint)
    {
        if (endpoint is null) await page.GetByLabel("Máy của cơ sở tự lấy tin").CheckAsync();
        else await page.Locator("#endpoint").FillAsync(endpoint);
        foreach (var who in new[] { "protection", "breach" })
        {
            await page.Locator($"input[name={who}Name]").FillAsync("Người Phụ Trách");
            await page.Locator($"input[name={who}Phone]").FillAsync("02383000001");
            await page.Locator($"input[name={who}Email]").FillAsync("dulieu@truong.example");
        }
        await page.GetByRole(AriaRole.Button, new() { Name = "Gửi đăng ký" }).ClickAsync();
    }

    /// <summary>An institution that has to do with no other test.</summary>
    private async Task<Known> InstitutionOf(int fromEnd)
    {
        var institutions = await province.Api.Officer.Get<JsonArray>("v1/institutions", TestContext.Current.CancellationToken);
        var one = institutions.OrderBy(one => (string)one!["code"]!, StringComparer.Ordinal).ElementAt(institutions.Count - fromEnd)!;
        return new((Guid)one["institutionId"]!, (string)one["code"]!);
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task What_was_withdrawn_is_confirmed_as_deleted_with_its_clock_beside_it()
    {
        var ct = TestContext.Current.CancellationToken;
        var institution = await InstitutionWithLeads(4);
        using var export = await province.Api.Officer.Send(() => new(HttpMethod.Get, $"v1/leads/export?schoolYear={Careerctl.Demo.DemoProvince.SchoolYear}"), ct);
        var pupil = (await export.Content.ReadAsStringAsync(ct)).Split("\r\n").Select(line => line.Split(',')).First(cells => cells.Length > 5 && cells[3] == institution.Code && cells.Contains("offered"))[1];
        await province.Api.Officer.Post("v1/consents/objections", new { pupilId = pupil, evidence = "paper" }, ct, $"browser-objection-{pupil}");
        await using var visit = await Visit.Begin(province, "phone");
        await visit.SignIn(await PersonOf(institution));
        await visit.Page.GotoAsync("/portal/connection");
        await Testing.Wait.Until(async () =>
        {
            await visit.Page.ReloadAsync();
            return await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Đã xoá" }).CountAsync() > 0;
        }, TimeSpan.FromMinutes(1));
        await visit.Look("institution-deletions");
        var open = await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Đã xoá" }).CountAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Đã xoá" }).First.ClickAsync();

        await Assertions.Expect(visit.Page.GetByText("Đã ghi nhận việc xoá dữ liệu.")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Đã xoá" })).ToHaveCountAsync(open - 1);
    }

    /// <summary>The list of ten thousand is planted in the database: this test is about what a page fetches of it, not about how it came to be.</summary>
    [Fact(Timeout = Visit.Patience)]
    public async Task A_work_list_of_ten_thousand_pages_and_filters_without_loading_them_all()
    {
        var institution = await InstitutionWithLeads(5);
        await province.PlantLeads(institution.Id, 10_000);
        await using var visit = await Visit.Begin(province);
        await visit.SignIn(await PersonOf(institution));
        var page = visit.Page;

        await Assertions.Expect(page.Locator(".tabs a").First).ToContainTextAsync("10.");
        (await page.Locator(".work li").CountAsync()).ShouldBe(25);
        await visit.Look("institution-leads-many");
        var first = await page.Locator(".work li h3 a").First.GetAttributeAsync("href");
        await page.GetByRole(AriaRole.Link, new() { Name = "Trang sau" }).ClickAsync();
        await Assertions.Expect(page.Locator(".work li h3 a").First).Not.ToHaveAttributeAsync("href", first!);
        (await page.Locator(".work li").CountAsync()).ShouldBe(25);
        await page.GetByLabel("Sắp hết hạn").SelectOptionAsync("3");
        await Assertions.Expect(page.GetByText("Không có gia đình nào đang chờ ở đây.")).ToBeVisibleAsync();
    }

    private sealed record Known(Guid Id, string Code);

    /// <summary>An institution that holds leads, one for each test, so that none waits for another.</summary>
    private async Task<Known> InstitutionWithLeads(int which)
    {
        var ct = TestContext.Current.CancellationToken;
        using var export = await province.Api.Officer.Send(() => new(HttpMethod.Get, $"v1/leads/export?schoolYear={Careerctl.Demo.DemoProvince.SchoolYear}"), ct);
        var codes = (await export.Content.ReadAsStringAsync(ct)).Split("\r\n").Select(line => line.Split(',')).Where(cells => cells.Length > 5 && cells.Contains("offered")).Select(cells => cells[3]).Distinct().Order(StringComparer.Ordinal).ToList();
        var institutions = await province.Api.Officer.Get<JsonArray>("v1/institutions", ct);
        return new((Guid)institutions.Single(one => (string)one!["code"]! == codes[which])!["institutionId"]!, codes[which]);
    }

    /// <summary>Somebody who works there.</summary>
    private async Task<Careerctl.Season.DemoUsers.User> PersonOf(Known institution)
    {
        var ct = TestContext.Current.CancellationToken;
        var department = StreamIds.Of("organisation", Careerctl.Demo.DemoProvince.Code, "department");
        (await province.Api.Officer.Send(() => new(HttpMethod.Put, $"v1/access/organisations/{institution.Id}") { Content = JsonContent.Create(new { kind = "institution", name = institution.Code, parent = department }) }, ct, mustSucceed: false)).Dispose();
        return await Person($"nguoi.{institution.Code}.{RandomNumberGenerator.GetHexString(6, lowercase: true)}", institution.Id, "institution");
    }

    private async Task<Careerctl.Season.DemoUsers.User> Person(string username, Guid organisation, string role)
    {
        var made = await province.Api.Officer.Post<JsonObject>("v1/access/people", new { username = username.ToLowerInvariant(), organisation, roles = new[] { role } }, TestContext.Current.CancellationToken);
        return new(role, (string)made["username"]!, (string)made["password"]!);
    }
}
