using Microsoft.Playwright;
using RabbitMQ.Client;

namespace CareerPlatform.Browser.Tests;

public sealed class OperatorTests(Province province)
{
    [Theory(Timeout = Visit.Patience)]
    [InlineData("phone")]
    [InlineData("laptop")]
    public async Task An_operator_sees_how_everything_stands_and_decides_on_a_fact_that_was_set_aside(string device)
    {
        await SendWhatNobodyCanRead();
        await using var visit = await Visit.Begin(province, device);
        await visit.SignIn("operator");
        var page = visit.Page;
        page.Url.ShouldEndWith("/portal/operator");
        await Testing.Wait.Until(async () =>
        {
            await page.ReloadAsync();
            return await page.Locator("#parked .work li").CountAsync() == 1;
        }, TimeSpan.FromSeconds(60));
        (await page.Locator("main").InnerTextAsync()).ShouldContain("destinations-hears-schools");
        await Assertions.Expect(page.GetByText("Chưa bật").First).ToBeVisibleAsync();
        await visit.Look("operator");

        await page.GetByRole(AriaRole.Button, new() { Name = "Thử lại" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã thử lại nhưng vẫn chưa được")).ToBeVisibleAsync();

        await page.Locator("#parked summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Bỏ hẳn sự kiện này" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Đã bỏ hẳn sự kiện.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Không có sự kiện nào bị tạm giữ.")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Visit.Patience)]
    public async Task An_operator_sees_nobodys_data()
    {
        await using var visit = await Visit.Begin(province);
        await visit.SignIn("operator");

        foreach (var path in new[] { "/portal/season", "/portal/leads", "/portal/pupils", "/portal/queues", "/portal/dashboard" })
        {
            (await visit.Page.GotoAsync(path))!.Status.ShouldBe(403, path);
        }
        visit.Forgive("403");
    }

    /// <summary>A message of no known type and without an address, as a stray program might send it.</summary>
    private async Task SendWhatNobodyCanRead()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var connection = await new ConnectionFactory { Uri = province.Broker }.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        await channel.BasicPublishAsync("", "destinations-hears-schools", mandatory: true, new BasicProperties { ContentType = "application/json", MessageId = $"{Guid.NewGuid()}" }, "{}"u8.ToArray(), ct);
    }
}
