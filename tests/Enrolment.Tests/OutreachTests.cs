using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Features.Overview;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Contacts in permitted hours and numbers, applications, and one ledger per family.</summary>
public sealed class OutreachTests(EnrolmentApp app)
{
    private object Call(Guid lead, DateTimeOffset? at = null, string outcome = "no_answer", string channel = "call") =>
        new { leadId = lead, channel, outcome, contactedAt = at ?? app.Clock.Now, nextStep = "Gọi lại" };

    [Fact]
    public async Task A_contact_is_logged_and_announced()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();

        var answer = await season.Post(institution.Http, "/v1/contacts", Call(lead, outcome: "interested"));

        ((string)answer["state"]!).ShouldBe("contacted");
        var fact = (await app.Facts<ContactLogged>()).Single(fact => fact.LeadId == lead);
        (fact.PupilId, fact.Outcome, fact.Institution).ShouldBe((pupil.PupilId, "interested", institution.Id));
    }

    [Fact]
    public async Task A_contact_in_the_future_or_before_the_offer_cannot_be_true()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();

        await (await season.Send(institution.Http, "/v1/contacts", Call(lead, season.Now.AddMinutes(5)))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "contact_time_invalid");
        await (await season.Send(institution.Http, "/v1/contacts", Call(lead, season.Now.AddMinutes(-5)))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "contact_time_invalid");
    }

    [Fact]
    public async Task Nobody_calls_a_family_at_night_but_a_letter_may_be_logged()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        own.Clock.Now = new(2026, 10, 2, 19, 0, 0, TimeSpan.Zero);   // 02:00 in Vietnam

        foreach (var channel in new[] { "call", "message", "visit" })
            await (await season.Send(institution.Http, "/v1/contacts", new { leadId = lead, channel, outcome = "no_answer", contactedAt = own.Clock.Now })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "outside_contact_hours");
        await season.Post(institution.Http, "/v1/contacts", new { leadId = lead, channel = "letter", outcome = "no_answer", contactedAt = own.Clock.Now });
    }

    [Fact]
    public async Task A_family_is_contacted_at_most_three_times_a_week_over_all_institutions()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (_, lead) = await season.Lead();
        await season.Post(two[0].Http, "/v1/contacts", Call(lead));
        await season.Post(two[1].Http, "/v1/contacts", Call(lead));
        await season.Post(two[0].Http, "/v1/contacts", Call(lead));

        await (await season.Send(two[1].Http, "/v1/contacts", Call(lead))).ShouldBeRefusedWith(HttpStatusCode.Conflict, "contact_limit_reached");
        (await app.Rows<long>("select count(*) from contact_log where lead_id = @lead", new { lead })).ShouldBe([3]);
    }

    [Fact]
    public async Task Twenty_contacts_at_the_same_time_are_still_three()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (_, lead) = await season.Lead();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => season.Send(two[n % 2].Http, "/v1/contacts", Call(lead))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(3);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(17);
    }

    [Fact]
    public async Task A_refusal_frees_the_offer_and_ends_the_calls_but_the_family_may_still_come()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();

        await season.Post(institution.Http, "/v1/contacts", Call(lead, outcome: "refused"));

        (await app.Rows<int>("select open_offers from intake where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
        var again = await season.Send(institution.Http, "/v1/contacts", Call(lead));
        (await again.Content.ReadAsStringAsync()).ShouldContain("applied, enrolled");
        await again.ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
        await season.Post(institution.Http, "/v1/applications", new { leadId = lead, programmeId = institution.Programme, appliedOn = "2026-09-30" });
        (await app.Rows<int>("select open_offers from intake where tenant_id = @Province", new { season.Province })).ShouldBe([1]);
    }

    [Fact]
    public async Task Who_is_enrolled_is_not_contacted_any_more()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        await season.Post(institution.Http, "/v1/enrolments", new { leadId = lead, programmeId = institution.Programme, level = institution.Level, startedOn = "2026-09-15" });

        var refused = await season.Send(institution.Http, "/v1/contacts", Call(lead));

        (await refused.Content.ReadAsStringAsync()).ShouldContain("left");
        await refused.ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
    }

    [Fact]
    public async Task Another_institution_sees_that_the_family_is_in_contact_and_until_when_to_wait_but_not_by_whom()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (_, lead) = await season.Lead();
        for (var n = 0; n < 3; n++) await season.Post(two[0].Http, "/v1/contacts", Call(lead));

        var text = await two[1].Http.GetStringAsync($"/v1/leads/{lead}/ledger");
        var ledger = JsonNode.Parse(text)!;

        ((bool)ledger["othersInContact"]!).ShouldBeTrue();
        ledger["coolingUntil"]!.GetValue<DateTimeOffset>().ShouldBe(app.Clock.Now.AddDays(7));
        text.ShouldNotContain(two[0].Id.ToString());
        ledger["entries"]!.AsArray().Count.ShouldBe(1);
        var staff = JsonNode.Parse(await season.Officer.GetStringAsync($"/v1/leads/{lead}/ledger"))!;
        staff["entries"]!.AsArray().Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+84912", "'+84912")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("Trường, Nghề", "\"Trường, Nghề\"")]
    [InlineData(null, "")]
    public void No_exported_cell_becomes_a_formula(string? text, string cell) => ExportLeads.Cell(text).ShouldBe(cell);

    [Fact]
    public async Task The_export_lists_every_grant_and_no_name_and_the_counts_add_up()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        await season.Lead();
        await season.Lead();

        var csv = await season.Officer.GetStringAsync("/v1/leads/export");
        var counts = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/leads/counts"))!;

        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
        csv.ShouldNotContain("Học sinh");
        ((long)counts["leads"]!["offered"]!).ShouldBe(2);
        ((long)counts["grants"]!["offered"]!).ShouldBe(4);
        ((long)counts["feedItems"]!).ShouldBe(4);
        (await two[0].Http.GetAsync("/v1/leads/export")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
