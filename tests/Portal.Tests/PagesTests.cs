using System.Net;
using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Design;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace CareerPlatform.Portal.Tests;

/// <summary>What a page does before it asks another service: who may see it, in which language, how it refuses.</summary>
public sealed class PagesTests : IDisposable
{
    private readonly WebApplicationFactory<Place> app = new WebApplicationFactory<Place>().WithWebHostBuilder(builder => builder.UseEnvironment("Development").UseSetting("services:identity:http:0", "http://127.0.0.1:9"));

    private HttpClient Browser() => app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });

    [Theory]
    [InlineData("/portal")]
    [InlineData("/portal/season?year=2025")]
    [InlineData("/portal/dashboard.csv")]
    [InlineData("/portal/no-such-page")]
    public async Task Who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(string page)
    {
        var answer = await Browser().GetAsync(page);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe($"/signin?returnUrl={Uri.EscapeDataString(page)}");
    }

    [Fact]
    public async Task A_session_that_cannot_be_looked_up_is_told_so_and_nobody_is_taken_for_a_stranger()
    {
        var ask = new HttpRequestMessage(HttpMethod.Get, "/portal/season") { Headers = { { "Cookie", "careerplatform=some-session" } } };

        var answer = await Browser().SendAsync(ask);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("<h1>");
    }

    [Fact]
    public async Task A_token_that_nobody_signed_opens_nothing()
    {
        var ask = new HttpRequestMessage(HttpMethod.Get, "/portal/season") { Headers = { { "Cookie", $"{SessionTokens.Family}=eyJhbGciOiJub25lIn0.eyJyb2xlIjoib2ZmaWNlciJ9." } } };

        (await Browser().SendAsync(ask)).StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null, "Mỗi học sinh")]
    [InlineData("vi-VN,vi;q=0.9,en;q=0.8", "Mỗi học sinh")]
    [InlineData("en-US,en;q=0.9", "A way on")]
    [InlineData("fr,de;q=0.5", "Mỗi học sinh")]
    public async Task The_language_is_the_browsers_and_Vietnamese_where_it_has_neither(string? languages, string expected)
    {
        var browser = Browser();
        if (languages is not null) browser.DefaultRequestHeaders.Add("Accept-Language", languages);

        WebUtility.HtmlDecode(await browser.GetStringAsync("/")).ShouldContain(expected);
    }

    [Fact]
    public async Task The_visitors_choice_of_language_wins_and_leads_back_to_the_same_page()
    {
        var answer = await Post("/portal/language", "same-origin", ("language", "en"), ("back", "/portal/design?x=1"));

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/portal/design?x=1");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var again = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie }, { "Accept-Language", "vi" } } };
        (await (await Browser().SendAsync(again)).Content.ReadAsStringAsync()).ShouldContain("<html lang=\"en\">");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("")]
    public async Task A_form_leads_nowhere_outside(string back)
    {
        (await Post("/portal/language", "same-origin", ("language", "en"), ("back", back))).Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData(null)]
    public async Task An_act_that_another_site_made_the_browser_send_is_refused(string? site)
    {
        (await Post("/portal/language", site, ("language", "en"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Scripts_and_styles_are_kept_for_a_year_and_sent_compressed()
    {
        foreach (var name in new[] { "portal.css", "echarts.js", "charts.js" })
        {
            var ask = new HttpRequestMessage(HttpMethod.Get, AssetFiles.Of(name)) { Headers = { { "Accept-Encoding", "gzip, br" } } };
            var answer = await Browser().SendAsync(ask);

            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            answer.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        }
        (await Browser().GetAsync("/portal/assets/000000000000/portal.css")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_page_has_nothing_inline_that_the_browser_would_run_or_apply()
    {
        foreach (var page in new[] { "/", "/portal/design" })
        {
            var html = await Browser().GetStringAsync(page);
            html.ShouldNotContain(" style=");
            html.ShouldNotContain("<style");
            html.ShouldNotMatch(@"\son\w+=");
            html.ShouldNotMatch(@"<script(?![^>]*(\bsrc=|type=""application/json""))");
        }
    }

    private Task<HttpResponseMessage> Post(string path, string? site, params (string, string)[] fields)
    {
        var ask = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2))) };
        if (site is not null) ask.Headers.Add("Sec-Fetch-Site", site);
        return Browser().SendAsync(ask);
    }

    public void Dispose() => app.Dispose();
}
