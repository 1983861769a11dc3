using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Gateway.Tests;

public sealed class ReplicaTests
{
    [Fact]
    public async Task Replicas_take_turns_and_a_dead_one_is_not_felt_by_readers()
    {
        await using var authority = await Authority.Start();
        await using var one = await Hosts.Echo("one");
        var two = await Hosts.Echo("two");
        await using var app = await GatewayApp.Start(authority, ("services:schools:http:0", one.Urls.First()), ("services:schools:http:1", two.Urls.First()));
        using var client = app.Client();

        (await Names(client, 20)).Distinct().Order().ShouldBe(["one", "two"]);

        await two.DisposeAsync();
        (await Names(client, 50)).Distinct().ShouldBe(["one"]);
        var writes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync("/v1/rounds", null)));
        writes.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);   // the dead one is left out by now
    }

    [Fact]
    public async Task A_replica_that_comes_back_takes_its_turns_again()
    {
        await using var authority = await Authority.Start();
        await using var one = await Hosts.Echo("one");
        var two = await Hosts.Echo("two");
        var address = two.Urls.First();
        await using var app = await GatewayApp.Start(authority, ("services:schools:http:0", one.Urls.First()), ("services:schools:http:1", address));
        using var client = app.Client();
        await two.DisposeAsync();
        await Names(client, 10);

        await using var again = await Hosts.Echo("two", address);

        await Testing.Wait.Until(async () => (await Names(client, 4)).Contains("two"), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_service_that_is_away_is_said_to_be_away_and_the_others_answer()
    {
        await using var authority = await Authority.Start();
        await using var echo = await Hosts.Echo();
        await using var app = await GatewayApp.Start(authority, ("services:schools:http:0", echo.Urls.First()), ("services:enrolment:http:0", "http://127.0.0.1:9"));
        using var client = app.Client();

        var away = await client.GetAsync("/v1/leads/1");

        await away.ShouldBeRefusedWith("service_unavailable", 503);
        away.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        await (await client.PostAsJsonAsync("/v1/contacts", new { })).ShouldBeRefusedWith("service_unavailable", 503);
        await (await client.GetAsync("/v1/plans")).ShouldBeRefusedWith("service_unavailable", 503);   // not configured at all
        (await client.GetAsync("/v1/rounds")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task S18_In_Production_plain_http_is_refused_and_not_redirected()
    {
        await using var authority = await Authority.Start();
        await using var echo = await Hosts.Echo();
        await using var app = await GatewayApp.Start(authority, ("environment", "Production"), ("services:schools:http:0", echo.Urls.First()), ("Gateway:TrustedProxies", "127.0.0.1"));
        using var client = app.Client();

        await (await client.GetAsync("/v1/rounds")).ShouldBeRefusedWith("https_required", 400);
        (await client.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var throughOurProxy = new HttpRequestMessage(HttpMethod.Get, "/v1/rounds");
        throughOurProxy.Headers.Add("X-Forwarded-Proto", "https");
        throughOurProxy.Headers.Add("X-Forwarded-For", "203.0.113.7");
        var answer = await client.SendAsync(throughOurProxy);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("Strict-Transport-Security").Single().ShouldContain("max-age=63072000");
        (await answer.Content.ReadFromJsonAsync<JsonNode>())!["headers"]!["x-forwarded-for"]!.GetValue<string>().ShouldBe("203.0.113.7");
    }

    private static async Task<IReadOnlyList<string>> Names(HttpClient client, int times)
    {
        var names = new List<string>();
        for (var i = 0; i < times; i++)
        {
            var answer = await client.GetAsync("/v1/rounds");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            names.Add((await answer.Content.ReadFromJsonAsync<JsonNode>())!["name"]!.GetValue<string>());
        }
        return names;
    }
}
