using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CareerPlatform.Gateway.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task One_callers_flood_is_slowed_and_nobody_else_feels_it()
    {
        await using var authority = await Authority.Start();
        await using var echo = await Hosts.Echo();
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", echo.Urls.First()), ("Gateway:Limits:RequestsPerSecond", "20"));
        using var flooder = app.Client(authority.Token("college-a"));
        using var other = app.Client(authority.Token("college-b"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => flooder.GetAsync("/v1/institutions")));
        var calm = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => other.GetAsync("/v1/institutions")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBeInRange(40, 160);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        await refused.ShouldBeRefusedWith("rate_limited", 429);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        calm.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_made_up_token_does_not_buy_a_share_of_its_own()
    {
        await using var authority = await Authority.Start();
        await using var stranger = await Authority.Start();
        await using var echo = await Hosts.Echo();
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", echo.Urls.First()), ("Gateway:Limits:RequestsPerSecond", "5"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using var client = app.Client(stranger.Token($"made-up-{i}"));
            return (await client.GetAsync("/v1/institutions")).StatusCode;
        }));

        answers.ShouldContain(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Whoever_copies_the_open_pages_is_slowed_and_those_who_signed_in_are_not()
    {
        await using var authority = await Authority.Start();
        await using var echo = await Hosts.Echo();
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", echo.Urls.First()), ("Gateway:Limits:PublicPerSecond", "2"));
        using var copier = app.Client(authority.Token("college-a"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => copier.GetAsync("/v1/public/97/programmes")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBeInRange(20, 30);
        (await copier.GetAsync("/v1/institutions")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_caller_may_wait_on_the_feed_only_a_few_times_at_once()
    {
        var release = new TaskCompletionSource();
        await using var authority = await Authority.Start();
        await using var slow = await Hosts.Start(app => app.MapGet("/v1/feed", async () =>
        {
            await release.Task;
            return Results.Ok();
        }));
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", slow.Urls.First()), ("Gateway:Limits:LongPolls", "3"));
        using var college = app.Client(authority.Token("college-a"));
        using var other = app.Client(authority.Token("college-b"));

        var waiting = Enumerable.Range(0, 10).Select(_ => college.GetAsync("/v1/feed?wait=25")).ToList();
        await Testing.Wait.Until(() => waiting.Count(one => one.IsCompleted) == 7, what: "seven of ten are refused");
        var others = other.GetAsync("/v1/feed?wait=25");
        release.SetResult();

        (await Task.WhenAll(waiting)).Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(3);
        (await others).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Secrets_cannot_be_guessed_at_speed_from_one_address()
    {
        await using var authority = await Authority.Start();
        await using var echo = await Hosts.Echo();
        await using var app = await GatewayApp.Start(authority, ("services:identity:http:0", echo.Urls.First()), ("Gateway:Limits:CredentialsPerSecond", "1"));
        using var client = app.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.PostAsync("/connect/token", null)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldBeGreaterThan(10);
        (await client.GetAsync("/.well-known/jwks.json")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
