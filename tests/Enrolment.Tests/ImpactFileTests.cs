using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Impact;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The impact assessment's file: what it says, when it is due, and what is kept of its filing.</summary>
public sealed class ImpactFileTests(ImpactFileTests.OwnApp app) : IClassFixture<ImpactFileTests.OwnApp>
{
    /// <summary>The service for this class alone: its clock moves.</summary>
    public sealed class OwnApp : EnrolmentApp;

    private static readonly DateOnly First = new(2026, 7, 1);

    [Theory]
    [InlineData(29, null)]
    [InlineData(30, 50)]
    [InlineData(48, 80)]
    [InlineData(60, 100)]
    [InlineData(400, 100)]
    public void P12_sixty_days_after_the_first_processing_the_file_must_have_been_filed(int days, int? percent) =>
        ImpactClock.Alarms(First, null, "a", 10, First.AddDays(days)).Select(alarm => (alarm.Code, alarm.DueOn, alarm.Percent))
            .ShouldBe(percent is { } gone ? [("not_filed", First.AddDays(60), gone)] : []);

    [Theory]
    [InlineData("a", 12, null)]
    [InlineData("b", 2, null)]
    [InlineData("b", 3, 50)]
    [InlineData("b", 5, 80)]
    [InlineData("b", 6, 100)]
    public void P12_six_months_after_a_filing_that_no_longer_says_what_is_processed_it_must_be_renewed(string now, int months, int? percent) =>
        ImpactClock.Alarms(First, new(First, "a", 10), now, 10, First.AddMonths(months)).Select(alarm => (alarm.Code, alarm.DueOn, alarm.Percent))
            .ShouldBe(percent is { } gone ? [("not_updated", First.AddMonths(6), gone)] : []);

    [Fact]
    public void P12_more_than_a_hundred_thousand_children_need_a_filing_that_says_so()
    {
        ImpactClock.Alarms(First, new(First, "a", 99_000), "a", 100_000, First).ShouldBeEmpty();
        ImpactClock.Alarms(First, new(First, "a", 99_000), "a", 100_001, First).Single().Code.ShouldBe("large_scale");
        ImpactClock.Alarms(First, new(First, "a", 100_001), "a", 150_000, First).ShouldBeEmpty();
        ImpactClock.Alarms(null, null, "a", 0, First).ShouldBeEmpty("nothing is processed yet");
    }

    [Fact]
    public async Task P12_the_file_has_flows_recipients_fields_purposes_counts_and_fees_as_they_are_and_no_person()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(fields: new[] { "area", "phone" });
        await season.Institution(agreement: false);
        var (pupil, lead) = await season.Lead();
        await season.Finalize(season.Pupil());

        var file = await File(season);

        var recipient = file["recipients"]!.AsArray().ShouldHaveSingleItem()!;
        ((Guid)recipient["institution"]!, (string?)recipient["fee"]).ShouldBe((institution.Id, null), "nothing is paid");
        recipient["fields"]!.AsArray().Select(field => (string)field!).ShouldBe(["area", "phone"]);
        recipient["purposes"]!.AsArray().Select(purpose => (string)purpose!).ShouldBe([Season.Purpose]);
        var leads = file["flows"]!.AsArray().Single(flow => (string)flow!["code"]! == "leads")!;
        leads["fields"]!.AsArray().Select(field => (string)field!).ShouldBe(["area", "phone"]);
        ((string)leads["kept"]!).ShouldContain("90 days");
        file["flows"]!.AsArray().ShouldAllBe(flow => new[] { "code", "fields", "from", "to", "purpose", "kept" }.All(name => flow![name] != null));
        var year = file["years"]!.AsArray().ShouldHaveSingleItem()!;
        ((int)year["schoolYear"]!, (long)year["candidates"]!, (long)year["offered"]!, (long)file["subjects"]!).ShouldBe((2026, 2, 1, 2));
        file["missing"]!.AsArray().Select(name => (string)name!).ShouldBe(["schools"], "it does not answer here, and the file says that its part is missing");
        foreach (var part in new[] { pupil.PupilId.ToString(), lead.ToString(), "Học sinh" }) file.ToJsonString().ShouldNotContain(part);

        var agreement = (Guid)recipient["agreementId"]!;
        var approver = app.As("approver", season.Province);
        (await season.Officer.PutAsJsonAsync($"/v1/agreements/{agreement}/fee", new { statement = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await approver.PutAsJsonAsync($"/v1/agreements/{agreement}/fee", new { statement = "Chi phí in ấn hằng năm" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        ((string)(await File(season))["recipients"]![0]!["fee"]!).ShouldBe("Chi phí in ấn hằng năm");
        (await approver.PutAsJsonAsync($"/v1/agreements/{agreement}/fee", new { statement = (string?)null })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        ((string?)(await File(season))["recipients"]![0]!["fee"]).ShouldBeNull();
        foreach (var role in new[] { "institution", "leader", "school", "area", "family" }) (await app.As(role, season.Province, institution.Id).GetAsync("/v1/impact-file")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
    }

    [Fact]
    public async Task P12_a_filing_is_kept_with_the_file_as_it_was_silences_the_alarm_and_rings_again_when_a_recipient_joins_and_time_goes_by()
    {
        app.Clock.Now = new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);
        var season = app.NewSeason();
        await season.Institution();
        await season.Lead();
        async Task<string[]> Rung()
        {
            await app.Services.GetRequiredService<KeepImpactFile>().Ring(season.Province, TestContext.Current.CancellationToken);
            return [.. (await app.Facts<ImpactFileAlarm>(season.Province)).Select(alarm => $"{alarm.Code} {alarm.Percent}")];
        }
        (await Rung()).ShouldBeEmpty();
        app.Clock.Now = app.Clock.Now.AddDays(61);
        (await Rung()).ShouldBe(["not_filed 100"]);
        (await Rung()).ShouldBe(["not_filed 100"], "once");

        await (await season.Send(season.Officer, "/v1/impact-file/filings", new { filedOn = "2026-12-24", number = "1" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "dates_invalid");
        await (await season.Send(season.Officer, "/v1/impact-file/filings", new { filedOn = "2026-11-30", number = " " })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "number_missing");
        var filing = await season.Post(season.Officer, "/v1/impact-file/filings", new { filedOn = "2026-11-30", number = "7/HS" });
        await (await season.Send(season.Officer, "/v1/impact-file/filings", new { filedOn = "2026-11-30", number = "7/HS" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "already_recorded");
        ((await File(season))["alarms"]!.AsArray()).ShouldBeEmpty();
        (await app.Rows<string>("select file->>'digest' from impact_filing where tenant_id = @Province", new { season.Province })).ShouldBe([(string)filing["digest"]!]);

        await season.Institution();
        app.Clock.Now = app.Clock.Now.AddMonths(3);
        (await Rung()).ShouldBe(["not_filed 100", "not_updated 50"]);
        await app.Rows<int>("insert into cohort_member (tenant_id, pupil_id, cohort) select @Province, gen_random_uuid(), 2026 from generate_series(1, 100000) returning 1", new { season.Province });
        (await Rung()).ShouldBe(["not_filed 100", "not_updated 50", "large_scale 100"]);
        await season.Post(season.Officer, "/v1/impact-file/filings", new { filedOn = "2027-02-28", number = "8/HS" });
        (await Rung()).Length.ShouldBe(3);
        (await File(season))["filings"]!.AsArray().Select(one => (string)one!["number"]!).ShouldBe(["7/HS", "8/HS"]);
        app.Clock.Now = new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);
    }

    private static async Task<JsonNode> File(Season season) => JsonNode.Parse(await season.Officer.GetStringAsync("/v1/impact-file"))!;
}
