using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>What everybody may know without a token, and what an institution changes of it.</summary>
public sealed class OfferTests(EnrolmentApp app)
{
    [Fact]
    public async Task Everybody_sees_programmes_seats_and_support_and_what_lies_near_comes_first()
    {
        var season = app.NewSeason();
        var far = await season.Institution("97002", seats: 7);
        var boarding = await season.Institution("97003", boarding: true);
        var near = await season.Institution("97001", seats: 20);

        var offers = await Offers(season.Province, "?near=97001");

        offers.Select(offer => (Guid)offer!["institutionId"]!).ShouldBe([near.Id, boarding.Id, far.Id]);
        offers.Select(offer => (string?)offer!["near"]).ShouldBe(["commune", "boarding", null]);
        ((int)offers[2]!["seats"]!, (int)offers[2]!["freeSeats"]!, (string)offers[2]!["trainingCode"]!).ShouldBe((7, 7, "5520227"));
        offers[2]!["supportPolicies"]!.AsArray().Select(policy => (string)policy!).ShouldBe(["tuition_waived"]);
        (await Offers(season.Province, "?intakeYear=2031")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("*")]
    [InlineData("%2A")]
    [InlineData("9999999")]
    [InlineData("97'")]
    public async Task Nobody_asks_for_all_provinces_at_once_or_for_one_that_is_not_served(string province)
    {
        await app.NewSeason().Institution();
        using var http = app.CreateClient();

        await (await http.GetAsync($"/v1/public/{province}/programmes")).ShouldBeRefusedWith(HttpStatusCode.NotFound, "province_unknown");
    }

    [Fact]
    public async Task An_institution_changes_its_own_programme_and_never_takes_away_a_seat_that_is_taken()
    {
        var season = app.NewSeason();
        var mine = await season.Institution(seats: 5);
        var other = await season.Institution();
        var (_, lead) = await season.Lead();
        var taker = (await season.Feed(mine)).Items.Any(item => item.Lead == lead) ? mine : other;
        await season.Post(taker.Http, "/v1/enrolments", new { leadId = lead, programmeId = taker.Programme, level = taker.Level, startedOn = "2026-09-07" });

        (await Change(taker, taker.Programme, new { name = "Hàn", seats = 12, fee = 900000, supportPolicies = new[] { "scholarship" } })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var changed = (await Offers(season.Province, "")).Single(offer => (Guid)offer!["programmeId"]! == taker.Programme)!;
        ((string)changed["name"]!, (int)changed["seats"]!, (int)changed["freeSeats"]!, (decimal)changed["fee"]!).ShouldBe(("Hàn", 12, 11, 900000m));
        await (await Change(taker, taker.Programme, new { name = "Hàn", seats = 0, fee = 0, supportPolicies = Array.Empty<string>() })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "seats_taken");
        await (await Change(taker, taker.Programme, new { name = " ", seats = 3, fee = 0, supportPolicies = Array.Empty<string>() })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "programme_invalid");
        await (await Change(taker, taker.Programme, new { name = "Hàn", seats = 3, fee = -1, supportPolicies = Array.Empty<string>() })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "programme_invalid");
        (await Change(taker == mine ? other : mine, taker.Programme, new { name = "Hàn", seats = 1, fee = 0, supportPolicies = Array.Empty<string>() })).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        Task<HttpResponseMessage> Change(Participant by, Guid programme, object body) => season.Send(by.Http, $"/v1/programmes/{programme}", body, method: HttpMethod.Put);
    }

    [Fact]
    public async Task An_institution_finds_its_workbooks_again_and_nobody_elses()
    {
        var season = app.NewSeason();
        var mine = await season.Institution();
        await season.Lead();
        var made = await season.Post(mine.Http, "/v1/workbooks", new { });
        var other = await season.Institution();

        var listed = (await mine.Http.GetFromJsonAsync<JsonArray>("/v1/workbooks"))!;

        listed.Select(one => ((Guid)one!["workbookId"]!, (int)one["leads"]!, (bool)one["passwordTold"]!)).ShouldBe([((Guid)made["workbookId"]!, 1, false)]);
        (await other.Http.GetFromJsonAsync<JsonArray>("/v1/workbooks"))!.ShouldBeEmpty();
    }

    private async Task<JsonArray> Offers(string province, string query)
    {
        using var http = app.CreateClient();
        return (await http.GetFromJsonAsync<JsonObject>($"/v1/public/{province}/programmes{query}"))!["items"]!.AsArray();
    }
}
