using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static CareerPlatform.Targets.Tests.PlannedProvince;

namespace CareerPlatform.Targets.Tests;

/// <summary>The conference of Bà Rịa-Vũng Tàu's plan: what must be ready, how it stands, who is late, and the figures that follow from it.</summary>
public sealed class ConferenceTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);

    [Fact]
    public async Task Everything_that_the_plan_asks_for_is_an_item_with_its_holder_and_due_in_the_last_week_of_October()
    {
        await Planned();

        var kit = await Kit();
        var items = kit["items"]!.AsArray();

        items.CountBy(item => (string)item!["kind"]!).ToDictionary(kind => kind.Key, kind => kind.Value).ShouldBe(new Dictionary<string, int> { ["report"] = 1, ["speech"] = Speeches, ["invitees"] = 12, ["programme"] = 10, ["award"] = 2, ["budget"] = 1 });
        items.ShouldAllBe(item => (string)item!["due"]! == "2023-10-31");
        ((string)kit["lastDay"]!, (int)kit["ready"]!, (string?)kit["heldOn"]).ShouldBe(("2023-10-31", 0, null));
        Item(kit, "speech-1")["owners"]!.AsArray().Select(owner => (string)owner!).ShouldBe(["labour_department"]);
        kit["late"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_speech_goes_on_step_by_step_back_only_with_a_reason_and_who_is_late_is_told_the_longest_first()
    {
        await Planned();
        await Ok(await Set("speech-1", new { state = "asked", due = "2023-10-12", responsible = "Văn phòng Sở" }));
        await Ok(await Set("speech-2", new { state = "received", due = "2023-10-10" }));
        await Ok(await Set("speech-3", new { state = "approved", due = "2023-10-05" }));
        await Set("speech-2", new { state = "asked" }).ShouldBeRefused("reason_required", HttpStatusCode.UnprocessableEntity);
        await Ok(await Set("speech-2", new { state = "asked", note = "Bài chưa đạt" }));
        await Ok(await Set("speech-4", new { state = "declined", note = "Bận công tác" }));

        province.At(2023, 10, 15);
        var kit = await Kit();

        kit["late"]!.AsArray().Select(item => ((string)item!["code"]!, (int)item["daysLate"]!)).ShouldBe([("speech-2", 5), ("speech-1", 3)]);
        ((int)kit["ready"]!, (string)Item(kit, "speech-1")["responsible"]!).ShouldBe((2, "Văn phòng Sở"));
        (await app.Rows<string>("select state || coalesce(': ' || note, '') from conference_act where tenant_id = @Code and item = 'speech-2' order by place", new { province.Code })).ShouldBe(["received", "asked: Bài chưa đạt"]);
        foreach (var role in new[] { "leader", "inspector", "approver" }) (await province.As(role).PutAsJsonAsync(Path("items/speech-1"), new { state = "asked" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
    }

    [Theory]
    [InlineData("speech-1", """{"state":"settled"}""", "state_invalid")]
    [InlineData("speech-1", """{"state":"asked","invited":3}""", "value_unexpected")]
    [InlineData("speech-1", """{"state":"asked","due":"2023-11-01"}""", "due_after_conference")]
    [InlineData("invitees-1", """{"state":"invited","invited":3,"confirmed":4}""", "value_invalid")]
    [InlineData("invitees-1", """{"state":"invited","invited":-1}""", "value_invalid")]
    public async Task What_does_not_go_with_an_item_is_refused(string item, string body, string code)
    {
        await Planned();
        await Set(item, JsonNode.Parse(body)!).ShouldBeRefused(code, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_report_item_follows_the_review_report_and_unknown_items_and_conferences_are_not_found()
    {
        await Planned();
        await Set("report", new { state = "approved" }).ShouldBeRefused("follows_report");
        await Ok(await province.As("officer").PutAsync("/v1/reports/review?year=2023&from=2021", null));

        ((string)Item(await Kit(), "report")["state"]!).ShouldBe("draft");
        (await Set("speech-99", new { state = "asked" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await province.As("officer").GetAsync("/v1/conferences/nghe-an-3129-2021")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await new PlannedProvince(app).As("officer").GetAsync(Path(""))).StatusCode.ShouldBe(HttpStatusCode.NotFound, "another province's");
    }

    [Fact]
    public async Task Attendance_length_and_the_years_under_review_are_figures_of_the_plan_once_they_are_known()
    {
        await Planned();
        (await Figures()).ShouldBe([("conference_attendance", "no_data_yet", null, null), ("conference_length", "no_data_yet", null, null), ("review_period", "no_data_yet", null, null)]);
        await province.As("officer").PutAsJsonAsync(Path("held"), new { on = "2023-10-27", sessions = 1, attended = 480 }).ShouldBeRefused("not_held_yet", HttpStatusCode.UnprocessableEntity);

        province.At(2023, 11, 20);
        await Ok(await province.As("officer").PutAsJsonAsync(Path("held"), new { on = "2023-10-27", sessions = 1, attended = 480 }));
        var report = (Guid)(await Ok(await province.As("officer").PutAsync("/v1/reports/review?year=2023&from=2021", null)))["reportId"]!;
        await Ok(await Set("invitees-3", new { state = "confirmed", invited = 60, confirmed = 52, attended = 50 }));
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));
        await Ok(await province.As("approver").PutAsJsonAsync($"/v1/reports/{report}/approval", new { number = 8 }));

        (await Figures()).ShouldBe([("conference_attendance", "not_met", 480, 500), ("conference_length", "met", 1, 1), ("review_period", "met", 3, 3)]);
        (await Figures("&asOf=2023-10-26")).ShouldAllBe(figure => figure.State == "no_data_yet");
        var kit = await Kit();
        ((string)kit["heldOn"]!, (int)kit["attended"]!, (bool)Item(kit, "report")["ready"]!).ShouldBe(("2023-10-27", 480, true));
        var line = (await Read(province.As("officer"), $"/v1/reports/{report}"))["figures"]!["conference"]!.AsArray().Single(item => (string)item!["code"]! == "invitees-3")!;
        ((string)line["state"]!, (int)line["invited"]!, (int)line["confirmed"]!).ShouldBe(("confirmed", 60, 52));
    }

    private const int Speeches = 7;

    private async Task Planned()
    {
        province.At(2023, 10, 2);
        await province.Load("ba-ria-vung-tau-225-2023", plan =>
        {
            plan.Remove("effectiveFrom");
            plan["status"] = "in_force";
        });
    }

    private string Path(string rest) => $"/v1/conferences/{province.Plan}{(rest.Length > 0 ? "/" : "")}{rest}";

    private Task<JsonObject> Kit() => Read(province.As("leader"), Path(""));

    private static JsonNode Item(JsonNode kit, string code) => kit["items"]!.AsArray().Single(item => (string)item!["code"]! == code)!;

    private Task<HttpResponseMessage> Set(string item, object body) => province.As("officer").PutAsJsonAsync(Path($"items/{item}"), body);

    private async Task<List<(string Code, string State, long? N, long? D)>> Figures(string query = "") =>
        [.. (await Read(province.As("leader"), $"/v1/indicators?year=2023&plan={province.Plan}{query}"))["items"]!.AsArray()
            .Where(item => (string)item!["code"]! is "conference_attendance" or "conference_length" or "review_period")
            .Select(item => ((string)item!["code"]!, (string)item["state"]!, (long?)item["figure"]?["n"], (long?)item["figure"]?["d"]))];
}
