using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using static CareerPlatform.Destinations.Tests.Season;

namespace CareerPlatform.Destinations.Tests;

/// <summary>What people ask and report over HTTP; real PostgreSQL.</summary>
public sealed class HttpTests(DestinationsApp app) : InProvince(app)
{
    private static readonly Guid OtherSchool = StreamIds.Of("school", "THCS 2");

    [Fact]
    public async Task A_graduates_timeline_shows_where_they_were_from_which_day_and_every_fact()
    {
        await Hear("schools", Recognised(1));
        await Hear("schools", Admitted(1));
        await Hear("enrolment", Enrolled(1, "2026-09-05"));

        var answer = await As("officer").GetFromJsonAsync<JsonObject>($"/v1/graduates/{Pupil(1)}");

        var member = answer!["cohorts"]![0]!;
        ((string)member["status"]!).ShouldBe("gdnn_intermediate");
        member["timeline"]!.AsArray().Select(period => (string)period!["status"]!).ShouldBe(["upper_secondary", "gdnn_intermediate"]);
        answer["facts"]!.AsArray().Select(fact => (string)fact!["kind"]!).ShouldBe(["admission", "enrolment"]);
        ((string)answer["asOf"]!).ShouldBe("2026-10-01");
    }

    [Fact]
    public async Task A_graduate_as_of_a_day_stands_where_they_stood_then()
    {
        await Hear("schools", Recognised(1));
        await Hear("schools", Admitted(1));
        await Hear("enrolment", Enrolled(1, "2026-09-05"));

        var answer = await As("officer").GetFromJsonAsync<JsonObject>($"/v1/graduates/{Pupil(1)}?asOf=2026-09-04");

        ((string)answer!["cohorts"]![0]!["status"]!).ShouldBe("upper_secondary");
    }

    [Fact]
    public async Task Reading_a_graduate_is_journaled_with_its_purpose()
    {
        await Hear("schools", Recognised(1));

        await As("officer", subject: "officer-1").GetAsync($"/v1/graduates/{Pupil(1)}?purpose=support");

        (await Rows<string>("select a.subject || ' ' || a.purpose from pii_access a join pii_access_item i using (tenant_id, access_id) where i.tenant_id = @Province and i.pupil_id = @id", Pupil(1)))
            .ShouldBe(["officer-1 support"]);
    }

    [Fact]
    public async Task Without_a_journal_nothing_is_shown()
    {
        await using var broken = new DestinationsApp();
        await broken.InitializeAsync();
        await broken.Hear("schools", Recognised(1));
        await broken.Rows<int>("alter table pii_access_item rename to pii_access_item_gone");

        var answer = await broken.As("officer").GetAsync($"/v1/graduates/{Pupil(1)}");

        await answer.ShouldBeRefused(HttpStatusCode.ServiceUnavailable, "journal_unavailable");
    }

    [Theory]
    [InlineData("leader")]
    [InlineData("institution")]
    [InlineData("family")]
    [InlineData("operator")]
    public async Task Leaders_institutions_families_and_operators_do_not_see_a_graduate(string role)
    {
        await Hear("schools", Recognised(1));

        (await As(role, organisation: OtherSchool).GetAsync($"/v1/graduates/{Pupil(1)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_school_sees_its_own_graduates_only()
    {
        await Hear("schools", Recognised(1));

        (await As("school", organisation: School).GetAsync($"/v1/graduates/{Pupil(1)}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await As("school", organisation: OtherSchool).GetAsync($"/v1/graduates/{Pupil(1)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await As("school", organisation: OtherSchool).GetAsync($"/v1/cohorts/2026/schools/{School}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_officer_of_another_province_finds_nobody()
    {
        await Hear("schools", Recognised(1));

        (await App.As("officer", tenant: "40").GetAsync($"/v1/graduates/{Pupil(1)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var cohort = await App.As("officer", tenant: "40").GetFromJsonAsync<JsonObject>("/v1/cohorts/2026");
        ((long)cohort!["figures"]!["total"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_token_nobody_is_answered()
    {
        (await App.CreateClient().GetAsync("/v1/cohorts/2026")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await App.CreateClient().GetAsync($"/v1/graduates/{Pupil(1)}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_reported_fact_changes_the_status_and_is_announced_once_for_one_key()
    {
        await Hear("schools", Recognised(1));

        var first = await Report(1, new { status = "work", since = "2026-09-01", evidence = "family" }, key: "k1");
        var again = await Report(1, new { status = "work", since = "2026-09-01", evidence = "family" }, key: "k1");

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        (await Facts<DestinationRecorded>()).Single().Status.ShouldBe("work");
    }

    [Fact]
    public async Task The_same_key_for_another_fact_is_refused()
    {
        await Hear("schools", Recognised(1));
        await Report(1, new { status = "work", since = "2026-09-01", evidence = "family" }, key: "k1");

        await (await Report(1, new { status = "abroad", since = "2026-09-01", evidence = "family" }, key: "k1")).ShouldBeRefused(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task A_report_without_a_key_is_refused()
    {
        await Hear("schools", Recognised(1));

        var answer = await As("officer").PostAsJsonAsync($"/v1/graduates/{Pupil(1)}/facts", new { status = "work", since = "2026-09-01", evidence = "family" });

        await answer.ShouldBeRefused(HttpStatusCode.BadRequest, "idempotency_key_required");
    }

    [Theory]
    [InlineData("not_known", "2026-09-01", "family", null)]
    [InlineData("work", "2026-10-02", "family", null)]
    [InlineData("work", "2026-09-01", "rumour", null)]
    [InlineData("out_of_cohort", "2026-09-01", "authority", null)]
    [InlineData("out_of_cohort", "2026-09-01", "authority", "moved")]
    [InlineData("work", "2026-09-01", "family", "died")]
    public async Task A_fact_that_breaks_a_rule_is_refused_and_nothing_is_stored(string status, string since, string evidence, string? reason)
    {
        await Hear("schools", Recognised(1));

        await (await Report(1, new { status, since, evidence, reason })).ShouldBeRefused(HttpStatusCode.UnprocessableEntity, "fact_invalid");
        (await Rows<int>("select count(*)::int from facts where tenant_id = @Province")).ShouldBe([0]);
    }

    [Fact]
    public async Task An_unknown_member_in_a_report_is_refused()
    {
        await Hear("schools", Recognised(1));

        await (await Report(1, new { status = "work", since = "2026-09-01", evidence = "family", cohort = 2020 })).ShouldBeRefused(HttpStatusCode.BadRequest, "unknown_field");
    }

    [Fact]
    public async Task An_inspector_looks_and_does_not_write()
    {
        await Hear("schools", Recognised(1));

        (await As("inspector").GetAsync($"/v1/graduates/{Pupil(1)}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await Report(1, new { status = "work", since = "2026-09-01", evidence = "family" }, role: "inspector")).ShouldBeRefused(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_graduate_who_died_is_out_of_the_cohort_and_out_of_its_denominator()
    {
        await Hear("schools", Recognised(1, 2));

        await Report(1, new { status = "out_of_cohort", since = "2026-09-01", evidence = "authority", reason = "died" });

        var figures = (await As("leader").GetFromJsonAsync<JsonObject>("/v1/cohorts/2026"))!["figures"]!;
        ((long)figures["total"]!, (long)figures["counted"]!).ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_correction_takes_a_wrong_fact_back_with_its_reason_and_announces_what_was_and_is()
    {
        await Hear("schools", Recognised(1));
        await Hear("enrolment", Enrolled(1, "2026-09-05"));
        var wrong = await FactOf(1);

        var answer = await Correct(1, new { factId = wrong, reason = "wrong_level", instead = new { status = "gdnn_elementary", since = "2026-09-05", evidence = "institution" } });

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var corrected = (await Facts<DestinationCorrected>()).Single();
        (corrected.Was, corrected.Status, corrected.Reason).ShouldBe(("gdnn_intermediate", "gdnn_elementary", "wrong_level"));
        var shown = await As("officer").GetFromJsonAsync<JsonObject>($"/v1/graduates/{Pupil(1)}");
        shown!["facts"]!.AsArray().Single(fact => (string)fact!["factId"]! == wrong.ToString())!["retracted"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_fact_is_corrected_once()
    {
        await Hear("schools", Recognised(1));
        await Hear("enrolment", Enrolled(1, "2026-09-05"));
        var wrong = await FactOf(1);
        await Correct(1, new { factId = wrong, reason = "never_attended" });

        await (await Correct(1, new { factId = wrong, reason = "never_attended" })).ShouldBeRefused(HttpStatusCode.Conflict, "already_corrected");
        await (await Correct(1, new { factId = Guid.NewGuid(), reason = "never_attended" })).ShouldBeRefused(HttpStatusCode.NotFound, "unknown_fact");
        await (await Correct(1, new { factId = wrong, reason = "because" })).ShouldBeRefused(HttpStatusCode.UnprocessableEntity, "reason_required");
    }

    [Fact]
    public async Task A_cohort_counts_every_rung_now_and_as_of_a_day()
    {
        await Hear("schools", Recognised(1, 2, 3, 4));
        await Hear("schools", Admitted(1, 2));
        await Hear("enrolment", Enrolled(2, "2026-09-05"));
        await Hear("enrolment", Enrolled(3, "2026-09-10"));

        var now = (await As("leader").GetFromJsonAsync<JsonObject>("/v1/cohorts/2026?level=lower_secondary"))!["figures"]!["statuses"]!;
        var then = (await As("leader").GetFromJsonAsync<JsonObject>("/v1/cohorts/2026?asOf=2026-09-05"))!["figures"]!["statuses"]!;

        ((long)now["gdnn_intermediate"]!, (long)now["upper_secondary"]!, (long)now["not_known"]!).ShouldBe((2, 1, 1));
        ((long)then["gdnn_intermediate"]!, (long)then["upper_secondary"]!, (long)then["not_known"]!).ShouldBe((1, 1, 2));
        var ofSchool = (await As("leader").GetFromJsonAsync<JsonObject>($"/v1/cohorts/2026/schools/{School}?asOf=2026-09-05"))!["figures"]!["statuses"]!;
        JsonNode.DeepEquals(ofSchool, then).ShouldBeTrue("one school is the whole cohort here");
        var ofSchools = (await As("leader").GetFromJsonAsync<JsonObject>("/v1/cohorts/2026/schools?asOf=2026-09-05"))!["schools"]!.AsArray().Single()!["statuses"]!;
        ((long)ofSchools["gdnn_intermediate"]!, (long)ofSchools["upper_secondary"]!, (long)ofSchools["not_known"]!).ShouldBe((1, 1, 2));
    }

    [Fact]
    public async Task A_school_sees_where_each_of_its_graduates_was_on_a_day()
    {
        await Hear("schools", Recognised(1, 2));
        await Hear("enrolment", Enrolled(1, "2026-09-05"));
        await Hear("enrolment", Enrolled(2, "2026-09-10"));

        async Task<string[]> On(string day, string more = "") =>
            [.. (await As("officer").GetFromJsonAsync<JsonObject>($"/v1/cohorts/2026/schools/{School}/graduates?asOf={day}{more}"))!["items"]!.AsArray().Select(row => (string)row!["status"]!).Order()];

        (await On("2026-09-07")).ShouldBe(["gdnn_intermediate", "not_known"]);
        (await On("2026-09-07", "&status=not_known")).ShouldBe(["not_known"]);
        (await On("2026-09-10")).ShouldBe(["gdnn_intermediate", "gdnn_intermediate"]);
        (await On("2026-09-01")).ShouldBe(["not_known", "not_known"]);
    }

    [Fact]
    public async Task Figures_are_given_by_school_and_by_area_with_old_and_new_borders()
    {
        await Hear("schools", Recognised(1, 2, 3, 4));
        await Hear("schools", Recognised(2026, OtherSchool, "2026-06-05", 5));

        (await Total($"/v1/cohorts/2026/schools/{School}")).ShouldBe(4);
        (await Total("/v1/cohorts/2026/areas/97002")).ShouldBe(3);
        (await Total("/v1/cohorts/2026/areas/97902?border=old")).ShouldBe(3);
        (await Total("/v1/cohorts/2026/areas/97902?border=old&asOf=2026-12-31")).ShouldBe(3);
        (await Total("/v1/cohorts/2026/areas/97001?areaOf=school")).ShouldBe(5);
        (await As("leader").GetAsync("/v1/cohorts/2026/areas/00000")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await (await As("leader").GetAsync("/v1/cohorts/2026/areas/97001?border=middle")).ShouldBeRefused(HttpStatusCode.BadRequest, "parameter_invalid");
        (await As("leader").GetFromJsonAsync<JsonObject>("/v1/cohorts/2026/schools"))!["schools"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_school_pages_through_its_graduates_who_are_not_known()
    {
        await Hear("schools", Recognised(1, 2, 3));
        await Hear("schools", Admitted(2));
        var client = As("school", organisation: School);

        var first = await client.GetFromJsonAsync<JsonObject>($"/v1/cohorts/2026/schools/{School}/graduates?status=not_known&limit=1");
        var second = await client.GetFromJsonAsync<JsonObject>($"/v1/cohorts/2026/schools/{School}/graduates?status=not_known&limit=1&after={first!["next"]}");

        new[] { first, second! }.Select(page => (Guid)page["items"]![0]!["pupilId"]!).ShouldBe(new[] { Pupil(1), Pupil(3) }, ignoreOrder: true);
        (await As("leader").GetAsync($"/v1/cohorts/2026/schools/{School}/graduates")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<long> Total(string path) => (long)(await As("leader").GetFromJsonAsync<JsonObject>(path))!["figures"]!["total"]!;

    private async Task<Guid> FactOf(int pupil) => (await Rows<Guid>("select id from facts where tenant_id = @Province and pupil_id = @id", Pupil(pupil))).Single();

    private Task<HttpResponseMessage> Report(int pupil, object body, string? key = null, string role = "officer") => Post($"/v1/graduates/{Pupil(pupil)}/facts", body, key, role);

    private Task<HttpResponseMessage> Correct(int pupil, object body) => Post($"/v1/graduates/{Pupil(pupil)}/corrections", body, null, "officer");

    private Task<HttpResponseMessage> Post(string path, object body, string? key, string role) => As(role).SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = JsonContent.Create(body),
        Headers = { { "Idempotency-Key", key ?? Guid.NewGuid().ToString() } },
    });
}

internal static class Refusals
{
    internal static async Task ShouldBeRefused(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        ((string)JsonNode.Parse(body)!["code"]!).ShouldBe(code);
    }
}
