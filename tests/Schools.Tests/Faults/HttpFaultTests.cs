using System.Net;
using System.Net.Http.Json;
using System.Text;

namespace CareerPlatform.Schools.Tests.Faults;

/// <summary>Bad requests: the stated code, and one effect at most.</summary>
public sealed class HttpFaultTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Theory]
    [InlineData("""{"schoolYear":2026,"number":1,"name":"x","status":"finalized"}""", "unknown_field")]
    [InlineData("""{"schoolYear":2026,"number":1,"number":2,"name":"x"}""", "duplicate_field")]
    [InlineData("""{"schoolYear":2026,"number":1}""", "field_missing")]
    [InlineData("""{"schoolYear":2026,"number":1,"name":"x",}""", "json_invalid")]
    [InlineData("""{"schoolYear":NaN,"number":1,"name":"x"}""", "json_invalid")]
    public async Task A_body_of_another_shape_is_refused(string body, string code)
    {
        var province = await app.NewProvince(listed: false);
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/rounds") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "k");

        await (await province.Officer.SendAsync(request)).ShouldBeRefusedWith(HttpStatusCode.BadRequest, code);
        (await province.Count("round")).ShouldBe(0);
    }

    [Fact]
    public async Task A_post_without_an_idempotency_key_is_refused()
    {
        var province = await app.NewProvince(listed: false);

        await (await province.Officer.PostAsync("/v1/rounds", JsonContent.Create(new { schoolYear = 2026, number = 1, name = "x" }))).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "idempotency_key_required");
        await (await province.Officer.PostAsync("/v1/rosters/imports?schoolYear=2026", new StringContent("x"))).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "idempotency_key_required");
    }

    [Fact]
    public async Task One_key_sent_fifty_times_at_once_has_one_effect_and_one_answer()
    {
        var province = await app.NewProvince();
        var csv = $"{Province.RosterHeader}\n{province.Pupil(1)}\n{province.Pupil(2)}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => province.Officer.Send("/v1/rosters/imports?schoolYear=2026", csv, key: "one")));

        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            await refused.ShouldBeRefusedWith(HttpStatusCode.Conflict, "in_progress");
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }
        var bodies = await Task.WhenAll(answers.Where(answer => answer.StatusCode == HttpStatusCode.OK).Select(answer => answer.Content.ReadAsStringAsync()));
        bodies.Distinct().Count().ShouldBe(1);
        (await province.Count("pupil")).ShouldBe(2);
        (await province.Count("mt_events", "type = 'contact_consent_changed'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("Range", "bytes=0-0")]
    [InlineData("Range", "many")]
    [InlineData("Accept-Encoding", "many")]
    [InlineData("Accept-Encoding", "gzip, br, deflate, *")]
    public async Task An_export_is_sent_once_and_whole_whatever_pieces_and_packings_are_asked_for(string header, string value)
    {
        var province = await app.NewProvince();
        await province.Roster(2);
        var round = await province.FinalRound(province.Result(1, school: 2), province.Result(2, school: 3));
        var plain = await province.Approver.GetByteArrayAsync($"/v1/rounds/{round}/export");
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/rounds/{round}/export");
        var many = Enumerable.Range(0, 1_000);
        request.Headers.TryAddWithoutValidation(header, value != "many" ? value : header == "Range" ? $"bytes={string.Join(',', many.Select(at => $"0-{at}"))}" : string.Join(", ", many.Select(_ => "gzip;q=1.0"))).ShouldBeTrue();

        var answer = await province.Approver.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (answer.Content.Headers.ContentRange, answer.Content.Headers.ContentEncoding.Count).ShouldBe((null, 0));
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(plain);
    }

    [Fact]
    public async Task A_key_used_for_another_file_is_refused()
    {
        var province = await app.NewProvince();
        await (await province.Officer.Send("/v1/rosters/imports?schoolYear=2026", $"{Province.RosterHeader}\n{province.Pupil(1)}", key: "same")).ShouldBe(HttpStatusCode.OK);

        await (await province.Officer.Send("/v1/rosters/imports?schoolYear=2026", $"{Province.RosterHeader}\n{province.Pupil(2)}", key: "same")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task Without_a_token_or_the_role_nothing_is_done()
    {
        var province = await app.NewProvince();

        (await app.CreateClient().GetAsync("/v1/rounds")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.As("institution", province.Code).GetAsync("/v1/rounds")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.As("leader", province.Code).GetAsync($"/v1/pupils/{province.Id(1)}?purpose=family_request")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.As("area", province.Code).Send("/v1/areas/imports", province.AreasCsv)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_have_is_not_allowed()
    {
        var province = await app.NewProvince(listed: false);

        (await province.Officer.DeleteAsync("/v1/rounds")).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Text_that_looks_like_code_is_stored_as_text()
    {
        var province = await app.NewProvince(listed: false);
        const string name = "<script>alert(1)</script>'; drop table pupil; --";

        await (await province.Officer.PostAsJsonAsync("/v1/rounds", new { schoolYear = 2026, number = 1, name }.Keyed())).ShouldBe(HttpStatusCode.Created);

        (await app.Rows<string>("select name from round where tenant_id = @Code", new { province.Code })).Single().ShouldBe(name);
    }

    [Fact]
    public async Task A_round_is_opened_once_for_a_year_and_number()
    {
        var province = await app.NewProvince(listed: false);
        await province.OpenRound();

        await (await province.Officer.PostAsJsonAsync("/v1/rounds", new { schoolYear = 2026, number = 1, name = "Lần nữa" }.Keyed())).ShouldBeRefusedWith(HttpStatusCode.Conflict, "round_exists");
    }
}
