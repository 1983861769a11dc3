using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Season;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.Careerctl.Tests;

public sealed class CallerTests : IAsyncLifetime
{
    readonly WebApplication server;
    readonly List<string> tokens = [];
    int asked;

    public CallerTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task It_waits_as_long_as_it_is_told_and_tries_again()
    {
        server.MapGet("/busy", (HttpContext http) =>
        {
            if (++asked > 2) return Results.Json(new { ok = true });
            http.Response.Headers.RetryAfter = "0";
            return Results.StatusCode(429);
        });
        var caller = await Caller();

        var answer = await caller.Get<JsonObject>("busy", default);

        ((bool)answer["ok"]!).ShouldBeTrue();
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task It_gets_a_fresh_token_once_when_the_old_one_is_refused()
    {
        server.MapGet("/mine", (HttpContext http) => http.Request.Headers.Authorization == "Bearer token-2" ? Results.Json(new { ok = true }) : Results.StatusCode(401));
        var caller = await Caller();

        await caller.Get<JsonObject>("mine", default);

        tokens.ShouldBe(["token-1", "token-2"]);
    }

    [Fact]
    public async Task A_refusal_stops_the_season_with_its_code_and_never_with_the_query()
    {
        server.MapGet("/no", () => Results.Json(new { code = "lead_revoked", detail = "The lead was withdrawn." }, statusCode: 410));
        var caller = await Caller();

        var stopped = await Should.ThrowAsync<SeasonStopped>(caller.Get<JsonObject>("no?name=somebody", default));

        stopped.Message.ShouldBe("GET no as officer was refused: 410 lead_revoked: The lead was withdrawn.");
    }

    [Fact]
    public async Task Who_waits_for_something_that_does_not_come_is_told_what_and_how_far_it_got()
    {
        var said = new StringWriter();
        var steps = new Steps(said, TimeProvider.System);

        var stopped = await Should.ThrowAsync<SeasonStopped>(steps.Until("leads appear", TimeSpan.FromMilliseconds(120), tally =>
        {
            (tally.Done, tally.Of) = (3, 10);
            return Task.FromResult(false);
        }, default));

        stopped.Message.ShouldContain("leads appear: nothing has moved for 0 s: 3 of 10");
    }

    async Task<Caller> Caller()
    {
        await server.StartAsync();
        return new Caller(new HttpClient { BaseAddress = new Uri(server.Urls.First() + "/") }, "officer", _ =>
        {
            tokens.Add($"token-{tokens.Count + 1}");
            return Task.FromResult(new Token(tokens[^1], DateTimeOffset.MaxValue));
        }, TimeProvider.System);
    }
}
