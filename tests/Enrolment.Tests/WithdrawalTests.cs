using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>A withdrawal reaches everyone who ever had the lead, in the commit of the fact itself.</summary>
public sealed class WithdrawalTests(EnrolmentApp app)
{
    private static AmendedResult Change(PupilWithoutPlace pupil, string reason, string outcome) => new()
    {
        PupilId = pupil.PupilId,
        Reason = reason,
        Outcome = outcome,
        Programme = outcome == "admitted" ? "upper_secondary" : null,
        WithoutPlace = outcome == "without_place" ? pupil : null,
    };

    private async Task ShouldBeGone(Season season, Guid lead, string told, params Participant[] institutions)
    {
        foreach (var institution in institutions)
        {
            var (items, _) = await season.Feed(institution);
            items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
            items[1].Reason.ShouldBe(told);
            await (await season.Detail(institution, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        }
        (await app.Rows<long>("select count(*) from family_place where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
        (await app.Rows<long>("select coalesce(sum(open_offers), 0)::bigint from intake where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
    }

    [Theory]
    [InlineData("review_upheld", "admitted", "placed", "no_longer_available")]
    [InlineData("private_school", "admitted", "placed", "no_longer_available")]
    [InlineData("error", "absent", "absent", "no_longer_available")]
    [InlineData("opted_out", "without_place", "opted_out", "objected")]
    public async Task P19_an_amended_result_takes_the_lead_back_from_every_institution(string reason, string outcome, string published, string told)
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();

        await season.Amend(Change(pupil, reason, outcome));

        await ShouldBeGone(season, lead, told, two);
        var fact = (await app.Facts<LeadWithdrawn>()).Single(fact => fact.LeadId == lead);
        fact.Reason.ShouldBe(published);
        fact.Institutions.ShouldBe(two.Select(institution => institution.Id), ignoreOrder: true);
    }

    [Fact]
    public async Task A_family_that_withdraws_its_agreement_is_out_of_every_feed_and_detail_at_once()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();

        await season.Consent(pupil, "none", at: season.Now, evidence: "web");

        await ShouldBeGone(season, lead, "objected", two);
    }

    [Fact]
    public async Task An_objection_at_the_desk_withdraws_the_lead_and_an_older_agreement_that_comes_late_does_not_open_it()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();

        await season.Post(season.Officer, "/v1/objections", new { pupilId = pupil.PupilId });
        await season.Consent(pupil, at: season.Now.AddDays(-1));
        await season.Finalize(pupil);

        await ShouldBeGone(season, lead, "objected", two);
    }

    [Fact]
    public async Task Withdrawn_agreed_again_and_withdrawn_again_the_last_word_holds_and_every_institution_saw_each()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();

        await season.Consent(pupil, "none", at: season.Now.AddMinutes(1), evidence: "web");
        await season.Consent(pupil, at: season.Now.AddMinutes(2), evidence: "web");
        (await season.Detail(institution, lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await season.Consent(pupil, "none", at: season.Now.AddMinutes(3), evidence: "web");

        (await season.Feed(institution)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn", "tombstone", "withdrawn"]);
        await (await season.Detail(institution, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
    }

    [Fact]
    public async Task A_family_that_narrows_its_agreement_to_one_institution_is_withdrawn_from_the_other_only()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();

        await season.Consent(pupil, "chosen", at: season.Now, chosen: two[1].Id);

        await (await season.Detail(two[0], lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        (await season.Detail(two[1], lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_pupil_heard_of_somewhere_else_is_withdrawn_and_older_news_that_comes_late_changes_nothing()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();
        Task Recorded(string status, DateTimeOffset at) => app.Hear("destinations", new DestinationRecorded
        {
            Province = season.Province,
            GraduateId = pupil.PupilId,
            Cohort = Season.Year,
            Level = "lower_secondary",
            Status = status,
            Since = new(2026, 9, 1),
            DualTrack = false,
            RecordedAt = at,
        }, pupil.PupilId, tenant: season.Province);

        await Recorded("upper_secondary", season.Now.AddMinutes(-5));
        (await season.Detail(two[0], lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Recorded("upper_secondary", season.Now.AddMinutes(5));
        await Recorded("not_known", season.Now.AddMinutes(-1));

        await ShouldBeGone(season, lead, "no_longer_available", two);
    }

    [Fact]
    public async Task P19_a_pupil_known_to_be_placed_before_the_results_are_heard_gets_no_lead()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil();
        await season.Consent(pupil);
        await app.Hear("schools", new Grade10PupilsAdmitted
        {
            RoundId = Guid.CreateVersion7(),
            RoundVersion = 1,
            Province = season.Province,
            SchoolYear = Season.Year,
            Area = "97001",
            Part = 1,
            Parts = 1,
            Pupils = [new() { PupilId = pupil.PupilId, Programme = "upper_secondary" }],
            FinalizedAt = season.Now.AddDays(10),
        }, Guid.CreateVersion7(), tenant: season.Province);

        await season.Finalize(season.Now, pupil);

        (await season.Feed(institution)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_amendment_to_without_place_opens_a_lead_later()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil();
        await season.Consent(pupil);

        await season.Amend(Change(pupil, "error", "without_place"));

        (await season.Feed(institution)).Items.ShouldHaveSingleItem().Kind.ShouldBe("offered");
    }

    [Fact]
    public async Task A_corrected_contact_is_announced_and_read_anew()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        var corrected = pupil with { SealedContact = app.Seal.Seal(pupil.PupilId, new("Học sinh Thử Nghiệm", "+84987654321", null, null, null)) };

        await season.Amend(Change(corrected, "error", "without_place"));

        (await season.Feed(institution)).Items.Select(item => item.Kind).ShouldBe(["offered", "corrected"]);
        JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!["phone"]!.GetValue<string>().ShouldBe("+84987654321");
    }

    [Fact]
    public async Task When_a_lead_enrols_the_other_institution_loses_it_in_the_same_commit()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (_, lead) = await season.Lead();

        await season.Post(two[0].Http, "/v1/enrolments", new { leadId = lead, programmeId = two[0].Programme, level = two[0].Level, startedOn = "2026-09-15" });

        (await season.Feed(two[1])).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
        await (await season.Detail(two[1], lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        (await season.Detail(two[0], lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.Facts<LeadWithdrawn>()).Single(fact => fact.LeadId == lead).Institutions.ShouldBe([two[1].Id]);
    }

    [Fact]
    public async Task A_family_that_objects_after_enrolling_is_withdrawn_from_the_institution_too_but_news_of_the_enrolment_itself_withdraws_nothing()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        await season.Post(institution.Http, "/v1/enrolments", new { leadId = lead, programmeId = institution.Programme, level = institution.Level, startedOn = "2026-09-15" });

        await app.Hear("destinations", new DestinationRecorded
        {
            Province = season.Province,
            GraduateId = pupil.PupilId,
            Cohort = Season.Year,
            Level = "lower_secondary",
            Status = "gdnn_intermediate",
            Since = new(2026, 9, 15),
            Institution = institution.Id,
            DualTrack = false,
            RecordedAt = season.Now.AddMinutes(1),
        }, pupil.PupilId, tenant: season.Province);
        (await season.Detail(institution, lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await season.Post(season.Officer, "/v1/objections", new { leadId = lead });

        await (await season.Detail(institution, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        (await season.Feed(institution)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
        (await app.Rows<long>("select count(*) from enrolment where lead_id = @lead and left_on is null", new { lead })).ShouldBe([1]);
    }
}
