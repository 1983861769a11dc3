using System.Net;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Polly.CircuitBreaker;
using Polly.Timeout;

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

    [Fact]
    public async Task A_service_that_keeps_failing_is_left_alone_for_a_while_and_the_others_do_not_notice()
    {
        var (asked, ill) = (0, true);
        await using var dead = await SampleService.Start(map: app => app.MapPost("/work", () => { Interlocked.Increment(ref asked); return Results.StatusCode(ill ? 503 : 200); }).AllowAnonymous());
        await using var healthy = await SampleService.Start(map: app => app.MapPost("/work", () => Results.Ok()).AllowAnonymous());
        await using var caller = await SampleService.Start(settings: [("services:dead:http:0", dead.Address.ToString()), ("services:healthy:http:0", healthy.Address.ToString())]);
        using var client = caller.ClientOfAnother();

        for (var n = 0; n < 20; n++) (await client.PostAsync("http://dead/work", null)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Should.ThrowAsync<BrokenCircuitException>(() => client.PostAsync("http://dead/work", null));
        asked.ShouldBe(20, "an open breaker asks nobody");
        (await client.PostAsync("http://healthy/work", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        ill = false;
        await Wait.Until(async () => (await client.PostAsync("http://dead/work", null)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_try_that_gets_no_answer_ends_and_what_may_be_repeated_is_tried_again()
    {
        var (asked, silent) = (0, new TaskCompletionSource());
        await using var library = await SampleService.Start(map: app => app.MapMethods("/slow", ["GET", "POST"], async () =>
        {
            if (Interlocked.Increment(ref asked) <= 2) await silent.Task;
            return "read";
        }).AllowAnonymous());
        await using var caller = await SampleService.Start(settings: [("services:library:http:0", library.Address.ToString())]);
        using var client = caller.ClientOfAnother();

        await Should.ThrowAsync<TimeoutRejectedException>(() => client.PostAsync("http://library/slow", null));
        asked.ShouldBe(1, "a write is not repeated");
        (await client.GetStringAsync("http://library/slow")).ShouldBe("read");
        asked.ShouldBe(3);
        silent.SetResult();
    }
}
