using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using CareerPlatform.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Npgsql;

namespace CareerPlatform.Identity.Tests;

public sealed partial class SessionTests(SharedApp shared)
{
    private readonly IdentityApp app = shared.App;

    [Fact]
    public async Task A_person_signs_in_on_the_page_and_gets_a_strict_cookie()
    {
        var browser = app.Browser();
        var page = await browser.GetStringAsync("/signin?returnUrl=/somewhere");
        page.ShouldContain("<html lang=\"vi\">");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("style=");

        var answer = await browser.PostAsync("/signin", Fields(app.Demo().Officer.Username, app.Demo().Officer.Password, FormToken(page), "/somewhere"));

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/somewhere");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("careerplatform=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
    }

    [Fact]
    public async Task The_cookie_is_bound_to_the_host_when_the_platform_is_reached_over_https()
    {
        await using var secure = await IdentityApp.Start(("Identity:Issuer", "https://platform.test"));

        var (answer, _) = await secure.SignInByHand(secure.Demo().Officer);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("__Host-careerplatform=", StringComparison.Ordinal));
        cookie.ShouldContain("secure", Case.Insensitive);
        cookie.ShouldContain("path=/", Case.Insensitive);
    }

    [Fact]
    public async Task A_session_token_carries_the_persons_roles_and_lives_ten_minutes_at_most()
    {
        var (answer, browser) = await app.SignIn(app.Demo().Officer.Username, app.Demo().Officer.Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var token = new JsonWebToken(await IdentityApp.SessionToken(browser));

        token.GetClaim("role").Value.ShouldBe("officer");
        token.GetClaim("tenant").Value.ShouldBe("97");
        token.TryGetClaim("client_id", out _).ShouldBeFalse();
        (token.ValidTo - token.IssuedAt).ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Without_a_session_there_is_no_token()
    {
        await (await app.Browser().PostAsync("/session/token", null)).ShouldBeRefusedWith("session_missing", 401);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        var browser = app.Browser();
        browser.DefaultRequestHeaders.Accept.ParseAdd("application/json");

        var answer = await browser.PostAsync("/signin", Fields(app.Demo().Officer.Username, app.Demo().Officer.Password, "made-up", "/"));

        await answer.ShouldBeRefusedWith("form_expired", 400);
    }

    [Theory]
    [InlineData("//evil.test/")]
    [InlineData("https://evil.test/")]
    [InlineData("/\\evil.test")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_never_sends_anyone_to_another_site(string returnUrl)
    {
        var browser = app.Browser();
        var page = await browser.GetStringAsync($"/signin?returnUrl={Uri.EscapeDataString(returnUrl)}");

        var answer = await browser.PostAsync("/signin", Fields(app.Demo().Officer.Username, app.Demo().Officer.Password, FormToken(page), returnUrl));

        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_look_the_same_and_the_fourth_try_waits()
    {
        var leader = await app.NewPerson("leader");
        var names = new[] { leader.Username, "nobody.97" };
        foreach (var name in names)
        {
            for (var i = 0; i < 3; i++) await (await app.SignIn(name, "not the password")).Answer.ShouldBeRefusedWith("sign_in_failed", 401);

            var (paused, _) = await app.SignIn(name, "not the password");

            await paused.ShouldBeRefusedWith("rate_limited", 429);
            paused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        }
        await Wait.Until(async () => (await app.SignIn(leader.Username, leader.Password)).Answer.IsSuccessStatusCode, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_page_says_in_Vietnamese_what_went_wrong_and_keeps_nothing_typed()
    {
        var browser = app.Browser();
        var page = await browser.GetStringAsync("/signin");

        var answer = await browser.PostAsync("/signin", Fields("ai.do.97", "sai mật khẩu rồi", FormToken(page), "/"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        html.ShouldContain("role=\"alert\"");
        html.ShouldContain("Tên đăng nhập hoặc mật khẩu không đúng");
        html.ShouldNotContain("sai mật khẩu rồi");
        html.ShouldNotContain("ai.do.97");
    }

    [Fact]
    public async Task A_copied_cookie_is_worthless_after_signing_out()
    {
        var (answer, browser) = await app.SignIn(app.Demo().Officer.Username, app.Demo().Officer.Password);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("careerplatform=", StringComparison.Ordinal)).Split(';')[0];

        (await browser.PostAsync("/signout", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using var thief = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = app.Address };
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        await (await thief.PostAsync("/session/token", null)).ShouldBeRefusedWith("session_missing", 401);
    }

    [Fact]
    public async Task A_disabled_person_with_a_live_session_is_refused_at_the_next_request()
    {
        var inspector = await app.NewPerson("inspector");
        var (_, browser) = await app.SignIn(inspector.Username, inspector.Password);
        var person = new JsonWebToken(await IdentityApp.SessionToken(browser)).Subject;
        var admin = await app.As("operator");

        (await admin.PutAsync($"/v1/access/revocations/person/{person}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await browser.PostAsync("/session/token", null)).ShouldBeRefusedWith("session_missing", 401);
        await (await app.SignIn(inspector.Username, inspector.Password)).Answer.ShouldBeRefusedWith("sign_in_failed", 401);
        (await admin.DeleteAsync($"/v1/access/revocations/person/{person}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.SignIn(inspector.Username, inspector.Password)).Answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Another_site_cannot_use_the_session()
    {
        var (_, browser) = await app.SignIn(app.Demo().Officer.Username, app.Demo().Officer.Password);
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        await (await browser.PostAsync("/session/token", null)).ShouldBeRefusedWith("cross_site", 403);
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions()
    {
        var area = await app.NewPerson("officer");
        var (_, other) = await app.SignIn(area.Username, area.Password);
        var (_, browser) = await app.SignIn(area.Username, area.Password);

        await (await browser.PostAsJsonAsync("/session/password", new { current = area.Password, next = "short" })).ShouldBeRefusedWith("password_too_weak", 422);
        (await browser.PostAsJsonAsync("/session/password", new { current = area.Password, next = "mot mat khau dai va moi" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await other.PostAsync("/session/token", null)).ShouldBeRefusedWith("session_missing", 401);
        (await browser.PostAsync("/session/token", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.SignIn(area.Username, "mot mat khau dai va moi")).Answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Nothing_secret_is_readable_in_the_database()
    {
        var (_, browser) = await app.SignIn(app.Demo().Officer.Username, app.Demo().Officer.Password);
        await IdentityApp.SessionToken(browser);

        await using var source = NpgsqlDataSource.Create(app.OwnerConnection);
        await using var command = source.CreateCommand(
            """
            select coalesce(string_agg(encode(sealed, 'escape'), ' '), '') || (select string_agg(password_hash, ' ') from person) || (select string_agg(encode(hash, 'escape'), ' ') from client_secret)
            from (select sealed from signing_key union all select sealed from data_protection_key) keys
            """);
        var all = (string)(await command.ExecuteScalarAsync())!;

        all.Length.ShouldBeGreaterThan(500);
        all.ShouldNotContain("<key", Case.Sensitive);
        all.ShouldNotContain(app.Demo().Cli.Secret, Case.Sensitive);
        foreach (var user in app.Demo().Users) all.ShouldNotContain(user.Password, Case.Sensitive);
    }

    private static string FormToken(string page) => WebUtility.HtmlDecode(Token().Match(page).Groups[1].Value);

    private static FormUrlEncodedContent Fields(string username, string password, string token, string returnUrl) => new(new Dictionary<string, string>
    {
        ["username"] = username,
        ["password"] = password,
        ["formToken"] = token,
        ["returnUrl"] = returnUrl,
    });

    [GeneratedRegex("name=\"formToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
