using System.Net;
using System.Net.Http.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CareerPlatform.Identity.Tests;

/// <summary>Families sign in with a code that reached them by letter or message.</summary>
public sealed class FamilyTests(SharedApp shared)
{
    private readonly IdentityApp app = shared.App;

    [Fact]
    public async Task A_code_gives_a_short_token_that_speaks_for_one_child()
    {
        var pupil = Guid.CreateVersion7();
        var code = await Code(pupil);

        var answer = await SignIn(code.ToLowerInvariant().Replace('-', ' '));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var token = new JsonWebToken((string)(await answer.Json())["access_token"]!);
        token.Subject.ShouldBe(pupil.ToString());
        token.GetClaim("tenant").Value.ShouldBe("97");
        token.Claims.Where(claim => claim.Type == "role").Select(claim => claim.Value).ShouldBe(["family"]);
        (token.ValidTo - token.IssuedAt).ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_new_code_ends_the_old_one_and_a_wrong_one_looks_like_an_unknown_one()
    {
        var pupil = Guid.CreateVersion7();
        var old = await Code(pupil);
        var fresh = await Code(pupil);

        await (await SignIn(old)).ShouldBeRefusedWith("sign_in_failed", 401);
        await (await SignIn(fresh[..^1] + (fresh[^1] == 'A' ? 'B' : 'A'))).ShouldBeRefusedWith("sign_in_failed", 401);
        await (await SignIn("22222-22222-22222-22222")).ShouldBeRefusedWith("sign_in_failed", 401);
        await (await SignIn("123")).ShouldBeRefusedWith("sign_in_failed", 401);
        (await SignIn(fresh)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_codes_are_made_for_services_only()
    {
        var code = await Code(Guid.CreateVersion7());
        var wrong = code[..^1] + (code[^1] == 'A' ? 'B' : 'A');

        for (var time = 0; time < 3; time++) await (await SignIn(wrong)).ShouldBeRefusedWith("sign_in_failed", 401);
        await (await SignIn(code)).ShouldBeRefusedWith("rate_limited", 429);

        using var person = app.Browser();
        person.DefaultRequestHeaders.Authorization = new("Bearer", await app.Token(app.Demo().Cli.ClientId, app.Demo().Cli.Secret));
        (await person.PostAsJsonAsync("/internal/family-codes", new { province = "97", pupilId = Guid.CreateVersion7(), days = 1 })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<string> Code(Guid pupil)
    {
        using var schools = app.Browser();
        schools.DefaultRequestHeaders.Authorization = new("Bearer", await app.Token("schools", "schools-own-secret-for-tests-0123456789"));
        var answer = await schools.PostAsJsonAsync("/internal/family-codes", new { province = "97", pupilId = pupil, days = 30 });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Json())["code"]!;
    }

    private Task<HttpResponseMessage> SignIn(string code) => app.Browser().PostAsJsonAsync("/session/family", new { code });
}
