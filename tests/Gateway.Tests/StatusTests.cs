using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CareerPlatform.Gateway.Tests;

public sealed class StatusTests
{
    [Fact]
    public async Task The_status_page_shows_services_queues_and_the_season_without_scripts()
    {
        await using var authority = await Authority.Start();
        await using var enrolment = await Hosts.Start(Service("enrolment", new { leads = 1234, contacted = 56, enrolled = 7, withoutPlace = 1500, offered = 1200, withdrawn = 3 }));
        await using var schools = await Hosts.Start(Service("schools", new { rounds = 1, roundsFinalized = 1, pupils = 53829 }));
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", enrolment.Urls.First()), ("services:schools:http:0", schools.Urls.First()), ("services:schools:http:1", "http://127.0.0.1:9"));
        using var client = app.Client();

        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/status?refresh=10"));
        var status = (await client.GetFromJsonAsync<JsonNode>("/status.json"))!;

        page.ShouldContain("<html lang=\"vi\">");
        page.ShouldContain("<meta http-equiv=\"refresh\" content=\"10\">");
        page.ShouldContain("width=device-width");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("style=");
        page.ShouldContain("53.829");
        page.ShouldContain("enrolment-hears-schools");
        JsonNode Of(string name) => status["services"]!.AsArray().Single(service => service!["name"]!.GetValue<string>() == name)!;
        Of("enrolment")["state"]!.GetValue<string>().ShouldBe("up");
        Of("enrolment")["log"]!["hears"]![0]!["queue"]!.GetValue<string>().ShouldBe("enrolment-hears-schools");
        Of("schools")["state"]!.GetValue<string>().ShouldBe("degraded");
        Of("schools")["healthy"]!.GetValue<int>().ShouldBe(1);
        Of("targets")["state"]!.GetValue<string>().ShouldBe("down");
        status["season"]!["leads"]!.GetValue<long>().ShouldBe(1234);
        status["season"]!["rounds"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public async Task The_status_page_answers_when_everything_is_away()
    {
        await using var authority = await Authority.Start();
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", "http://127.0.0.1:9"));

        var page = await app.Client().GetAsync("/status");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()).ShouldContain("Ngừng");
    }

    [Fact]
    public async Task Every_services_document_is_browsable_without_what_is_inside_only()
    {
        await using var authority = await Authority.Start();
        await using var enrolment = await Hosts.Start(Service("enrolment", new { }));
        await using var app = await GatewayApp.Start(authority, ("services:enrolment:http:0", enrolment.Urls.First()));
        using var client = app.Client();

        var document = (await client.GetFromJsonAsync<JsonNode>("/openapi/enrolment.json"))!;
        var index = await client.GetStringAsync("/openapi");

        document["paths"]!.AsObject().Select(path => path.Key).ShouldBe(["/v1/feed"]);
        document["servers"]![0]!["url"]!.GetValue<string>().ShouldBe("/");
        index.ShouldContain("/openapi/enrolment.json");
        index.ShouldContain("<code>/v1/feed</code>");
        await (await client.GetAsync("/openapi/schools.json")).ShouldBeRefusedWith("service_unavailable", 503);
        (await client.GetAsync("/openapi/unknown.json")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Action<WebApplication> Service(string name, object counters) => app =>
    {
        app.MapGet("/health", () => "Healthy");
        app.MapGet("/internal/status", (HttpRequest request) => request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
            ? Results.Json(new { service = name, head = 100, pending = 2, relayCursor = 97, lag = 3, unrouted = Array.Empty<string>(), parked = 0, hears = new[] { new { producer = "schools", queue = $"{name}-hears-schools", position = 5, head = 9, lag = 4, done = 5, open = 1, parked = 0 } } })
            : Results.Unauthorized());
        app.MapGet("/internal/counters", () => Results.Json(counters));
        app.MapGet("/openapi/v1.json", () => Results.Text("""{"openapi":"3.1.1","info":{"title":"x","version":"1"},"paths":{"/v1/feed":{"get":{}},"/internal/feed":{"get":{}},"/v1/rounds":{"get":{}}}}""", "application/json"));
    };
}
