using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>From the results to the institutions' feeds and details.</summary>
public sealed class LeadTests(EnrolmentApp app)
{
    [Fact]
    public async Task A_pupil_whose_family_agreed_is_in_the_feed_of_an_institution_and_its_detail_can_be_read()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil(trade: "52", level: "intermediate");
        await season.Consent(pupil);

        await season.Finalize(pupil);

        var lead = await season.LeadOf(pupil);
        var (items, _) = await season.Feed(institution);
        items.ShouldBe([new FeedLine(1, "offered", lead, null)]);
        var detail = JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!.AsObject();
        ((string)detail["phone"]!).ShouldBe("+84912345678");
        ((string)detail["wishedTrade"]!).ShouldBe("52");
        detail.ContainsKey("guardian").ShouldBeFalse();
        (await app.Facts<LeadGranted>()).Count(fact => fact.PupilId == pupil.PupilId).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_comes_second_the_results_or_the_agreement_grants_the_lead(bool consentFirst)
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil();

        if (consentFirst) await season.Consent(pupil);
        await season.Finalize(pupil);
        if (!consentFirst)
        {
            (await season.Feed(institution)).Items.ShouldBeEmpty();
            await season.Consent(pupil);
        }

        (await season.Feed(institution)).Items.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, false, "all")]
    [InlineData(false, true, "all")]
    [InlineData(true, true, "none")]
    public async Task Without_the_agreement_of_both_the_child_and_the_guardian_there_is_no_lead(bool child, bool guardian, string scope)
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil();
        await season.Consent(pupil, scope, child: child, guardian: guardian);

        await season.Finalize(pupil);

        (await season.Feed(institution)).Items.ShouldBeEmpty();
        (await app.Rows<long>("select count(*) from lead where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
    }

    [Fact]
    public async Task The_same_results_heard_again_change_nothing()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, _) = await season.Lead();

        await season.Finalize(pupil);
        await season.Consent(pupil);

        (await season.Feed(institution)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task P9_an_institution_without_an_agreement_in_force_gets_no_lead()
    {
        var season = app.NewSeason();
        var without = await season.Institution(agreement: false);
        var over = await season.Institution(agreement: false);
        await season.Agreement(over.Id, new(2026, 1, 1), new(2026, 9, 30));

        await season.Lead();

        (await season.Feed(without)).Items.ShouldBeEmpty();
        (await season.Feed(over)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_foreign_lead_and_an_unknown_one_are_the_same_not_found()
    {
        var season = app.NewSeason();
        await season.Institution();
        var (_, lead) = await season.Lead();
        var late = await season.Institution();

        var foreign = await season.Detail(late, lead);
        var unknown = await season.Detail(late, Guid.CreateVersion7());

        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Body(await foreign.Content.ReadAsStringAsync()).ShouldBe(Body(await unknown.Content.ReadAsStringAsync()));

        static string Body(string json)
        {
            var problem = JsonNode.Parse(json)!.AsObject();
            problem.Remove("traceId");
            return problem.ToJsonString();
        }
    }
}
