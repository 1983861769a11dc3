using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using static CareerPlatform.Targets.Tests.PlannedProvince;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Reports: drafted from the system's figures, submitted, accepted or approved by another person, frozen for good, restated beside.</summary>
public sealed class ReportTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);

    [Fact]
    public async Task A_report_of_the_province_holds_what_the_system_counts_and_says_when_it_is_due()
    {
        await Year2025();
        var report = await Draft("provincial_annual?year=2025");
        var shown = await Show(report);

        ((string)shown["due"]!, (string)shown["lastDay"]!).ShouldBe(("2025-12-30", "2025-12-29"));   // by the plan's line 5.2
        var line = Indicator(shown["figures"]!);
        ((long)line["n"]!, (long)line["d"]!, (long)line["notKnown"]!, (decimal)line["share"]!, (decimal)line["low"]!).ShouldBe((4, 10, 6, 40m, 25m));
        shown["figures"]!["areas"]!.AsArray().Where(area => (string)area!["indicatorCode"]! == "enrolment_after_lower_secondary").Select(area => ((string)area!["name"]!, (long)area["n"]!, (long)area["d"]!))
            .ShouldBe([("Commune 97001", 3, 6), ("Commune 97002", 1, 4)]);
        ((int)shown["figures"]!["tasks"]!["all"]!).ShouldBe((await province.Tasks("?year=2025")).Count(task => string.CompareOrdinal((string)task["lastDay"]!, "2025-12-31") <= 0));
        ((int)shown["figures"]!["tasks"]!["overdue"]!).ShouldBeGreaterThan(10);
        shown["figures"]!["areaReports"]!.AsArray().Select(area => (string)area!["state"]!).ShouldBe(["missing", "missing", "missing"]);
        shown["sha256"].ShouldBeNull();
    }

    [Fact]
    public async Task An_area_submits_the_province_accepts_and_the_report_above_is_approved_by_another_person()
    {
        await Year2025();
        var people = await Office("97001");
        var below = await Draft("area_annual?year=2025&area=97001", people);
        await Ok(await people.PutAsJsonAsync($"/v1/reports/{below}/texts/situation", new { text = "Xã có một trường THCS." }));
        var submitted = await Ok(await people.PutAsync($"/v1/reports/{below}/submission", null));
        await people.PutAsJsonAsync($"/v1/reports/{below}/texts/situation", new { text = "Khác" }).ShouldBeRefused("transition_not_allowed");
        (await people.PutAsJsonAsync($"/v1/reports/{below}/approval", new { number = 1 })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Ok(await Approve(below, "officer"));
        var accepted = await Show(below, people);
        ((string)accepted["state"]!, (string)accepted["sha256"]!).ShouldBe(("accepted", (string)submitted["sha256"]!));
        ((long)Indicator(accepted["figures"]!)["d"]!).ShouldBe(6);   // its own area's graduates

        var above = await Draft("provincial_annual?year=2025");
        (await Show(above))["figures"]!["areaReports"]!.AsArray().Select(area => (string)area!["state"]!).ShouldBe(["accepted", "missing", "missing"]);
        await Ok(await province.As("officer+approver").PutAsync($"/v1/reports/{above}/submission", null));
        (await Approve(above, "officer")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);   // the province's report is the approver's
        await province.As("officer+approver").PutAsJsonAsync($"/v1/reports/{above}/approval", new { number = 7 }).ShouldBeRefused("second_person_required");
        await Ok(await Approve(above));

        await Return(below).ShouldBeRefused("approved_above");
        await Return(above).ShouldBeRefused("report_frozen");
        (await Show(above))["acts"]!.AsArray().Select(act => (string)act!["name"]!).ShouldBe(["drafted", "submitted", "approved"]);
    }

    [Fact]
    public async Task What_comes_back_is_written_anew_and_an_acceptance_taken_back_keeps_what_had_been_accepted()
    {
        await Year2025();
        var people = await Office("97002");
        var report = await Draft("area_annual?year=2025&area=97002", people);
        await Ok(await people.PutAsync($"/v1/reports/{report}/submission", null));
        await Return(report, " ").ShouldBeRefused("reason_required", HttpStatusCode.UnprocessableEntity);
        await Ok(await Return(report, "Thiếu nguyên nhân"));
        await Ok(await people.PutAsJsonAsync($"/v1/reports/{report}/texts/difficulties", new { text = "Nhiều gia đình ở xa trường nghề." }));
        await Ok(await people.PutAsync($"/v1/reports/{report}/submission", null));
        await Ok(await Approve(report, "officer"));
        await Ok(await Return(report, "Sai số liệu"));
        await Ok(await people.PutAsJsonAsync($"/v1/reports/{report}/texts/difficulties", new { text = "Đã sửa." }));
        await Ok(await people.PutAsync($"/v1/reports/{report}/submission", null));
        await Ok(await Approve(report, "officer", number: 13));

        var shown = await Show(report);
        ((int)shown["version"]!, (string)shown["state"]!).ShouldBe((2, "accepted"));
        shown["frozenVersions"]!.AsArray().Select(frozen => ((int)frozen!["version"]!, (string)frozen["number"]!)).ShouldBe([(1, "12"), (2, "13")]);
        (await app.Rows<string>("select texts from report_frozen where report_id = @report order by version", new { report })).ShouldBe(
            ["{\"difficulties\":\"Nhiều gia đình ở xa trường nghề.\"}", "{\"difficulties\":\"Đã sửa.\"}"]);
    }

    [Fact]
    public async Task A_frozen_report_never_changes_and_later_figures_stand_beside_it_with_the_reason()
    {
        await Year2025();
        var report = await Draft("provincial_annual?year=2025");
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));
        await Ok(await Approve(report));
        var before = (await Show(report))["figures"]!.ToJsonString();
        await Restate(report, Guid.CreateVersion7()).ShouldBeRefused("nothing_changed");

        await Say(7, ("gdnn_intermediate", "2025-09-01"));
        var told = await Ok(await Restate(report, Guid.CreateVersion7()));

        told["differences"]!.AsArray().Where(one => ((string)one!["number"]!).StartsWith("2025/enrolment_after_lower_secondary/general/", StringComparison.Ordinal))
            .Select(one => ((string)one!["number"]!, (long)one["frozen"]!, (long)one["now"]!)).ShouldBe(
            [("2025/enrolment_after_lower_secondary/general/n", 4, 5), ("2025/enrolment_after_lower_secondary/general/notKnown", 6, 5)]);
        var shown = await Show(report);
        shown["figures"]!.ToJsonString().ShouldBe(before);
        ((string)shown["restatements"]![0]!["reason"]!).ShouldBe("Trường nghề xác nhận muộn");
        foreach (var change in new[] { "update report_frozen set number = '99'", "delete from report_frozen", "truncate report_frozen cascade" })
            (await Should.ThrowAsync<PostgresException>(() => app.Rows<int>($"{change}; select 1"))).SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);   // not even by the database's owner
    }

    [Fact]
    public async Task The_indicators_of_an_approved_report_are_frozen_where_all_frozen_figures_are_and_restated_with_it()
    {
        await Year2025();
        var report = await Draft("provincial_annual?year=2025");
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));
        await Say(7, ("gdnn_intermediate", "2025-09-01"));   // between submission and approval: what was submitted is frozen
        await Ok(await Approve(report));
        var freeze = (Guid)(await Show(report))["frozenVersions"]![0]!["freezes"]!.AsArray().ShouldHaveSingleItem()!;

        ((string)(await Freeze())["purpose"]!, (bool)(await Freeze())["intact"]!).ShouldBe(("provincial_annual 2025", true));
        Line(await Freeze()).ShouldBe((4, null, 5, true));
        await Ok(await Restate(report, Guid.CreateVersion7()));
        Line(await Freeze()).ShouldBe((4, 5, 5, false));
        var made = (await Freeze())["restatements"]!.AsArray().First(one => (string)one!["code"]! == "enrolment_after_lower_secondary" && (string)one["variant"]! == "general")!;
        ((string)made["reason"]!, (string)made["note"]!).ShouldBe(("late_fact", "Trường nghề xác nhận muộn"));
        (await Should.ThrowAsync<PostgresException>(() => app.Rows<int>("delete from report_freeze; select 1"))).SqlState.ShouldBe(PostgresErrorCodes.IntegrityConstraintViolation);

        var below = await Draft("area_annual?year=2025&area=97001");
        await Ok(await province.As("officer+approver").PutAsync($"/v1/reports/{below}/submission", null));
        await Ok(await Approve(below, "officer"));
        var area = await Read(province.As("leader"), $"/v1/indicators/freezes/{(Guid)(await Show(below))["frozenVersions"]![0]!["freezes"]![0]!}");
        ((string)area["area"]!, Line(area)).ShouldBe(("97001", (3, null, 3, false)));

        async Task<JsonObject> Freeze() => await Read(province.As("leader"), $"/v1/indicators/freezes/{freeze}");
        static (long Frozen, long? Restated, long Now, bool Differs) Line(JsonNode shown)
        {
            var line = shown["figures"]!.AsArray().Single(one => (string)one!["frozen"]!["code"]! == "enrolment_after_lower_secondary" && (string)one["frozen"]!["variant"]! == "general")!;
            return ((long)line["frozen"]!["figure"]!["n"]!, (long?)line["restated"]?["n"], (long)line["now"]!["n"]!, (bool)line["differs"]!);
        }
    }

    [Fact]
    public async Task What_was_submitted_is_what_is_judged()
    {
        await Year2025();
        var report = await Draft("provincial_annual?year=2025");
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));
        await Say(7, ("gdnn_intermediate", "2025-09-01"));   // known after the submission
        ((long)Indicator((await Show(report))["figures"]!)["n"]!).ShouldBe(4);

        await app.Rows<int>("update report set figures = replace(figures, '\"n\":4', '\"n\":9') where report_id = @report; select 1", new { report });
        await Approve(report).ShouldBeRefused("hash_mismatch");
    }

    [Fact]
    public async Task An_areas_office_sees_and_writes_its_own_reports_only()
    {
        await Year2025();
        var (one, other) = (await Office("97001"), await Office("97002"));
        var report = await Draft("area_annual?year=2025&area=97001", one);

        (await other.GetAsync($"/v1/reports/{report}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await other.PutAsync("/v1/reports/area_annual?year=2025&area=97001", null).ShouldBeRefused("area_not_yours", HttpStatusCode.Forbidden);
        await other.PutAsync("/v1/reports/provincial_annual?year=2025", null).ShouldBeRefused("area_not_yours", HttpStatusCode.Forbidden);
        JsonNode.Parse(await other.GetStringAsync("/v1/reports?year=2025"))!.AsArray().ShouldBeEmpty();
        await province.As("leader").PutAsync("/v1/reports/provincial_annual?year=2025", null).ShouldBeRefused("forbidden", HttpStatusCode.Forbidden);
        (await new PlannedProvince(app).As("officer").GetAsync($"/v1/reports/{report}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("provincial_annual?year=2025&part=1", "period_invalid")]
    [InlineData("labour_quarter?year=2025", "period_invalid")]
    [InlineData("labour_quarter?year=2025&part=5", "period_invalid")]
    [InlineData("provincial_annual?year=2025&from=2023", "period_invalid")]
    [InlineData("area_annual?year=2025", "area_invalid")]
    [InlineData("area_annual?year=2025&area=99999", "unknown_area")]
    public async Task A_report_about_no_real_time_or_area_is_refused(string query, string code)
    {
        await Year2025();
        await province.As("officer").PutAsync($"/v1/reports/{query}", null).ShouldBeRefused(code, HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("Dòng một\nDòng hai: <b> & ]]> \U0001F393", true)]
    [InlineData("\u0007", false)]
    [InlineData("\uFFFE", false)]
    public async Task A_text_holds_what_a_document_can_hold(string text, bool good)
    {
        await Year2025();
        var report = await Draft("provincial_annual?year=2025");
        var written = province.As("officer").PutAsJsonAsync($"/v1/reports/{report}/texts/situation", new { text });
        if (!good) await written.ShouldBeRefused("text_invalid", HttpStatusCode.UnprocessableEntity);
        else await Ok(await written);

        (await province.As("officer").GetAsync($"/v1/reports/{report}/document?format=docx")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await province.As("officer").GetAsync($"/v1/reports/{report}/document?format=xlsx")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Vinh_Longs_half_years_and_quarters_are_reports_of_their_own()
    {
        province.At(2020, 7, 10);
        await province.Register();
        await province.Load("vinh-long-394-2019");
        await province.Make(2020);
        var people = await Office("971");
        var half = await Show(await Draft("area_half_year?year=2020&part=1&area=971", people), people);
        var quarter = await Show(await Draft("labour_quarter?year=2020&part=2"));

        ((string)half["period"]!, (string)half["lastDay"]!).ShouldBe(("2020-H1", "2020-06-30"));
        ((string)quarter["period"]!, (string)quarter["lastDay"]!).ShouldBe(("2020-Q2", "2020-06-30"));
        ((int)half["figures"]!["tasks"]!["all"]!).ShouldBe(1);   // its own half-year report
    }

    private async Task Year2025()
    {
        province.At(2025, 12, 22);
        await province.Register();
        await province.Load();
        await province.Make(2025);
        await Graduates("97001", 1, 6);
        await Graduates("97002", 7, 4);
        foreach (var pupil in new[] { 1, 2, 3, 8 }) await Say(pupil, ("gdnn_elementary", "2025-09-01"));
    }

    private Task Graduates(string area, int first, int count) => app.Hear(
        "schools", Recognised(area, Enumerable.Range(first, count), cohort: 2025, at: "2025-06-05", disadvantaged: _ => false) with { Province = province.Code }, tenant: province.Code);

    private Task Say(int pupil, params (string, string)[] timeline) => app.Hear(
        "destinations", Recorded(pupil, 2025, "lower_secondary", false, timeline) with { Province = province.Code }, Pupil(pupil), 1, province.Code);

    private async Task<HttpClient> Office(string area)
    {
        var office = Guid.CreateVersion7();
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{office}", new { duties = new[] { new { function = area.StartsWith("970", StringComparison.Ordinal) ? "commune_committee" : "district_committee", area } } }));
        return province.As("area", $"somebody-of-{area}", office);
    }

    private async Task<Guid> Draft(string query, HttpClient? caller = null) => (Guid)(await Ok(await (caller ?? province.As("officer")).PutAsync($"/v1/reports/{query}", null)))["reportId"]!;

    private async Task<JsonObject> Show(Guid report, HttpClient? caller = null) => await Read(caller ?? province.As("officer"), $"/v1/reports/{report}");

    private Task<HttpResponseMessage> Approve(Guid report, string role = "approver", int number = 12) => province.As(role).PutAsJsonAsync($"/v1/reports/{report}/approval", new { number });

    private Task<HttpResponseMessage> Return(Guid report, string reason = "Sai") => province.As("officer").PutAsJsonAsync($"/v1/reports/{report}/return", new { reason });

    private Task<HttpResponseMessage> Restate(Guid report, Guid id) => province.As("officer").PutAsJsonAsync($"/v1/reports/{report}/restatements/{id}", new { reason = "Trường nghề xác nhận muộn" });

    private static JsonObject Indicator(JsonNode figures) =>
        figures["indicators"]!.AsArray().Single(line => (string)line!["code"]! == "enrolment_after_lower_secondary" && (string)line["variant"]! == "general")!.AsObject();
}
