using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>An institution's open leads as work: ids and what was done, who was left alone longest first.</summary>
public sealed class WorkListTests(EnrolmentApp app)
{
    [Fact]
    public async Task Who_was_left_alone_longest_is_on_top_and_pages_follow_without_a_gap()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupils = Enumerable.Range(0, 5).Select(_ => season.Pupil()).ToArray();
        foreach (var pupil in pupils) await season.Consent(pupil);
        await season.Finalize(pupils);
        var leads = (await season.Feed(institution)).Items.Select(item => item.Lead!.Value).ToList();
        await season.Post(institution.Http, "/v1/contacts", new { leadId = leads[0], channel = "letter", outcome = "interested", contactedAt = season.Now.AddSeconds(30) });

        var (first, next, counts) = await Work(institution.Http, "limit=3");
        var (second, last, _) = await Work(institution.Http, $"limit=3&after={next}");
        var (contacted, _, _) = await Work(institution.Http, "state=contacted");

        first.Concat(second).Select(item => (Guid)item!["leadId"]!).ShouldBe(leads, ignoreOrder: true);
        second.Select(item => (Guid)item!["leadId"]!).Last().ShouldBe(leads[0], "the one that was turned to last");
        last.ShouldBeNull();
        counts.ShouldBe(new Dictionary<string, long> { ["offered"] = 4, ["contacted"] = 1 }, ignoreOrder: true);
        contacted.Select(item => ((Guid)item!["leadId"]!, (int)item["contacts"]!, (string)item["lastOutcome"]!)).ShouldBe([(leads[0], 1, "interested")]);
        first.ShouldAllBe(item => !item!.AsObject().Select(field => field.Key).Intersect(new[] { "name", "phone", "pupilId" }).Any());
    }

    [Fact]
    public async Task Another_institutions_leads_are_not_in_it_and_without_an_agreement_there_is_none()
    {
        var season = app.NewSeason();
        var chosen = await season.Institution();
        var other = await season.Institution();
        var pupil = season.Pupil();
        await season.Consent(pupil, scope: "chosen", chosen: chosen.Id);
        await season.Finalize(pupil);

        (await Work(chosen.Http, "limit=25")).Items.Count.ShouldBe(1);
        (await Work(other.Http, "limit=25")).Items.ShouldBeEmpty();
        var without = await season.Institution(agreement: false);
        await (await without.Http.GetAsync("/v1/leads/work")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "agreement_expired");
    }

    [Fact]
    public async Task Filters_take_only_what_was_asked_for_and_pages_follow_within_them()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupils = Enumerable.Range(0, 6).Select(_ => season.Pupil()).ToArray();
        foreach (var pupil in pupils) await season.Consent(pupil);
        await season.Finalize(pupils);
        var leads = (await season.Feed(institution)).Items.Select(item => item.Lead!.Value).ToList();
        foreach (var (lead, outcome) in new[] { (leads[0], "interested"), (leads[1], "no_answer"), (leads[2], "interested"), (leads[3], "interested") })
            await season.Post(institution.Http, "/v1/contacts", new { leadId = lead, channel = "letter", outcome, contactedAt = season.Now.AddSeconds(30) });

        var (first, next, _) = await Work(institution.Http, "outcome=interested&limit=2");
        var (second, last, counts) = await Work(institution.Http, $"outcome=interested&limit=2&after={next}");

        first.Concat(second).Select(item => (Guid)item!["leadId"]!).ShouldBe([leads[0], leads[2], leads[3]], ignoreOrder: true);
        last.ShouldBeNull();
        counts.Values.Sum().ShouldBe(6, "counts are of all open leads");
        (await Work(institution.Http, "within=1")).Items.ShouldBeEmpty();
        (await Work(institution.Http, "within=365")).Items.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("within=0", "parameter_invalid")]
    [InlineData("limit=0", "limit_invalid")]
    [InlineData("state=withdrawn", "parameter_invalid")]
    [InlineData("after=made-up", "cursor_invalid")]
    public async Task What_is_asked_wrongly_is_refused(string query, string code)
    {
        var institution = await app.NewSeason().Institution();

        await (await institution.Http.GetAsync($"/v1/leads/work?{query}")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, code);
    }

    private static async Task<(JsonArray Items, string? Next, Dictionary<string, long> Counts)> Work(HttpClient institution, string query)
    {
        var page = (await institution.GetFromJsonAsync<JsonObject>($"/v1/leads/work?{query}"))!;
        return (page["items"]!.AsArray(), (string?)page["next"], page["counts"]!.AsObject().ToDictionary(one => one.Key, one => (long)one.Value!));
    }
}
