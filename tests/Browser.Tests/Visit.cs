using System.Reflection;
using System.Text.Json;
using Microsoft.Playwright;

namespace CareerPlatform.Browser.Tests;

/// <summary>One person's browser window. Whatever the console complains of, and whatever the policy stops, is kept and makes the test fail.</summary>
public sealed class Visit : IAsyncDisposable
{
    /// <summary>Milliseconds after which a story has got stuck.</summary>
    public const int Patience = 180_000;

    private static readonly string Axe = ReadAxe();

    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    private Visit(Province province, IBrowserContext context, IPage page, string device)
    {
        (Province, this.context, Page, Device) = (province, context, page, device);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add($"{message.Type} on {page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
    }

    public Province Province { get; }

    public IPage Page { get; }

    /// <summary>`phone` (360 px) or `laptop` (1366 px).</summary>
    public string Device { get; }

    public static async Task<Visit> Begin(Province province, string device = "laptop", bool scripts = true, string? locale = "vi-VN")
    {
        var context = await province.Browser.NewContextAsync(new()
        {
            BaseURL = province.Gateway.ToString(),
            Locale = locale,
            TimezoneId = "Asia/Ho_Chi_Minh",
            JavaScriptEnabled = scripts,
            ViewportSize = device == "phone" ? new() { Width = 360, Height = 740 } : new() { Width = 1366, Height = 768 },
            HasTouch = device == "phone",
        });
        context.SetDefaultTimeout(20_000);
        return new Visit(province, context, await context.NewPageAsync(), device);
    }

    public Task SignIn(string role) => SignIn(Province.Users.Users.First(user => user.Role == role));

    public async Task SignIn(Careerctl.Season.DemoUsers.User user)
    {
        await Page.GotoAsync("/portal");
        await Page.GetByLabel("Tên đăng nhập").FillAsync(user.Username);
        await Page.GetByLabel("Mật khẩu").FillAsync(user.Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Đăng nhập" }).ClickAsync();
        await Page.WaitForURLAsync("**/portal/**");
    }

    /// <summary>A complaint that the test itself asked for.</summary>
    public void Forgive(string part) => complaints.RemoveAll(complaint => complaint.Contains(part));

    public async Task SignOut()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Đăng xuất" }).ClickAsync();
        await Page.WaitForURLAsync("**/signin");
    }

    /// <summary>Goes on with the Tab key until something that matches has the focus, and sees that it shows.</summary>
    public async Task TabTo(string selector)
    {
        for (var presses = 0; presses < 80; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (!await Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) continue;
            (await Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle")).ShouldBe("solid", $"the focus on {selector} shows");
            return;
        }
        throw new InvalidOperationException($"No Tab leads to {selector}.");
    }

    /// <summary>Takes a picture, and judges the page: nothing that axe finds serious, nothing wider than the screen.</summary>
    public async Task Look(string name)
    {
        await Page.EvaluateAsync("() => document.fonts.ready");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Province.Pictures, $"{name}.{Device}.png"), FullPage = true });
        var wider = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        wider.ShouldBeLessThanOrEqualTo(0, $"{name} on a {Device} is wider than the screen");
        (await Findings()).ShouldBeEmpty($"{name} on a {Device}");
    }

    /// <summary>What axe-core finds serious or critical.</summary>
    private async Task<IReadOnlyList<string>> Findings()
    {
        await Page.EvaluateAsync(Axe);
        var found = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => ({ id: v.id, impact: v.impact, nodes: v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary) }))");
        return [.. found.EnumerateArray().Where(one => one.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(one => $"{one.GetProperty("id")}: {string.Join(" | ", one.GetProperty("nodes").EnumerateArray().Take(3).Select(node => node.GetString()))}")];
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        complaints.ShouldBeEmpty();
    }

    private static string ReadAxe()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("axe.js")!);
        return $"() => {{ if (!window.axe) {{ {reader.ReadToEnd()} }} }}";
    }
}
