using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CareerPlatform.ServiceDefaults.Tests.Http;

public sealed class InternalHttpTests
{
    [Theory]
    [InlineData("http://library/hello")]
    [InlineData("https+http://library/hello")]
    public async Task A_service_is_found_by_its_name_and_its_replicas_take_turns(string address)
    {
        await using var one = await SampleService.Start(map: app => app.MapGet("/hello", () => "one").AllowAnonymous());
        await using var two = await SampleService.Start(map: app => app.MapGet("/hello", () => "two").AllowAnonymous());
        await using var caller = await SampleService.Start(settings:
            [("services:library:http:0", one.Address.ToString()), ("services:library:http:1", two.Address.ToString())]);
        using var client = caller.ClientOfAnother();

        var answers = new[] { await client.GetStringAsync(address), await client.GetStringAsync(address) };

        answers.Order().ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task What_may_be_repeated_is_tried_again_and_what_may_not_is_not()
    {
        var (reads, writes) = (0, 0);
        await using var library = await SampleService.Start(map: app =>
        {
            app.MapGet("/flaky", () => Interlocked.Increment(ref reads) < 3 ? Results.StatusCode(503) : Results.Ok("read")).AllowAnonymous();
            app.MapPost("/flaky", () => { Interlocked.Increment(ref writes); return Results.StatusCode(503); }).AllowAnonymous();
        });
        await using var caller = await SampleService.Start(settings: [("services:library:http:0", library.Address.ToString())]);
        using var client = caller.ClientOfAnother();

        (await client.GetAsync("http://library/flaky")).IsSuccessStatusCode.ShouldBeTrue();
        (await client.PostAsync("http://library/flaky", null)).IsSuccessStatusCode.ShouldBeFalse();

        (reads, writes).ShouldBe((3, 1));
    }
}
