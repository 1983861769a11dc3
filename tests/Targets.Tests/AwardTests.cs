using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using static CareerPlatform.Targets.Tests.PlannedProvince;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Awards: nominated on results, blocked by what is open, judged by another person.</summary>
public sealed class AwardTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);
    private readonly Guid nomination = Guid.CreateVersion7();

    [Fact]
    public async Task Areas_stand_by_their_certain_share_and_a_nomination_keeps_the_results_it_was_made_on()
    {
        await Results();
        var candidates = await All("candidates");
        candidates.Select(item => ((string)item!["area"]!, (decimal)item["share"]!)).ShouldBe([("97002", 50m), ("97001", 25m)]);

        await Ok(await Nominate("97002"));
        await Ok(await Nominate("97002"));   // the same again
        await Say(3, 1);
        await Nominate("97003", Guid.CreateVersion7()).ShouldBeRefused("no_results");
        var item = (await All("nominations")).ShouldHaveSingleItem()!;
        ((decimal)item["results"]!["share"]!, (string)item["state"]!).ShouldBe((50m, "nominated"));
    }

    [Fact]
    public async Task An_open_warning_blocks_is_seen_by_inspectors_only_and_scores_nothing()
    {
        await Results();
        await Ok(await Nominate("97002"));
        var warning = Guid.CreateVersion7();
        (await province.As("officer").PutAsJsonAsync($"/v1/awards/warnings/{warning}", Warning())).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Ok(await province.As("inspector").PutAsJsonAsync($"/v1/awards/warnings/{warning}", Warning()));

        (await All("candidates"))[0]!["area"]!.GetValue<string>().ShouldBe("97002");   // its place is what it was
        (await All("nominations"))[0]!["blockers"]!.AsArray().Select(code => (string)code!).ShouldContain("warning_open");
        await Judge(true).ShouldBeRefused("award_blocked");
        foreach (var role in new[] { "officer", "leader", "approver" }) (await province.As(role).GetAsync("/v1/awards/warnings?year=2025")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await All("warnings", "inspector")).ShouldHaveSingleItem()!["reason"]!.GetValue<string>().ShouldBe("Nhiều đơn rút có lời văn giống nhau");

        await Ok(await province.As("inspector").PutAsJsonAsync($"/v1/awards/warnings/{warning}/closing", new { outcome = "Gia đình xác nhận tự nguyện" }));
        await Ok(await Judge(true));
        ((string)(await All("nominations"))[0]!["state"]!).ShouldBe("awarded");
    }

    [Fact]
    public async Task A_school_whose_pupils_never_registered_blocks_the_award_of_its_commune_until_an_inspector_has_explained_it()
    {
        await Results();
        await Ok(await Nominate("97002"));
        await app.Hear("schools", SchoolSeason.Schools(SchoolSeason.ASchool("A1", area: "97002"), SchoolSeason.ASchool("A2")), tenant: province.Code);
        await app.Hear("schools", new ExamParticipationCounted
        {
            Province = province.Code,
            SchoolYear = 2025,
            RoundId = nomination,
            Round = 1,
            Schools = [.. new[] { ("A1", 60), ("A2", 2) }.Select(one => new SchoolParticipation { School = Season.School(one.Item1), Pupils = 100, NeverRegistered = one.Item2, Absent = 0 })],
            CountedAt = Season.At("2025-07-20"),
        }, tenant: province.Code);

        await Judge(true).ShouldBeRefused("award_blocked");
        (await All("candidates"))[0]!["area"]!.GetValue<string>().ShouldBe("97002");
        var finding = new HttpRequestMessage(HttpMethod.Post, $"/v1/guard/voluntariness/2025/schools/{Season.School("A1")}/findings") { Content = JsonContent.Create(new { outcome = "explained", note = "Đã phỏng vấn các gia đình" }) };
        finding.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        (await province.As("inspector").SendAsync(finding)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Ok(await Judge(true));
    }

    [Fact]
    public async Task Critical_findings_and_overdue_tasks_block_as_well()
    {
        await Results();
        await Ok(await Nominate("97002"));
        await province.Make(2025);
        province.At(2025, 12, 22);
        (await All("nominations"))[0]!["blockers"]!.AsArray().Select(code => (string)code!).ShouldBe(["tasks_overdue"]);
        await Judge(true).ShouldBeRefused("award_blocked");
    }

    [Fact]
    public async Task A_nomination_is_judged_once_by_another_person_and_declined_with_a_reason()
    {
        await Results();
        await Ok(await Nominate("97002", role: "officer+approver"));
        await Judge(true, role: "officer+approver").ShouldBeRefused("second_person_required");
        await Judge(false).ShouldBeRefused("reason_required", HttpStatusCode.UnprocessableEntity);
        await Ok(await Judge(false, "Chưa đủ ba năm"));
        await Judge(true).ShouldBeRefused("already_judged");
        (await province.As("approver").PutAsJsonAsync($"/v1/awards/nominations/{Guid.CreateVersion7()}/judgement", new { award = true })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task Results()
    {
        province.At(2025, 11, 20);
        await province.Register();
        await province.Load();
        foreach (var (area, first) in new[] { ("97001", 1), ("97002", 11) })
            await app.Hear("schools", Recognised(area, Enumerable.Range(first, 4), cohort: 2025, at: "2025-06-05", disadvantaged: _ => false) with { Province = province.Code }, tenant: province.Code);
        foreach (var pupil in new[] { 1, 11, 12 }) await Say(pupil, 1);
    }

    private Task Say(int pupil, long version) => app.Hear(
        "destinations", Recorded(pupil, 2025, "lower_secondary", false, ("gdnn_elementary", "2025-09-01")) with { Province = province.Code }, Pupil(pupil), version, province.Code);

    private Task<HttpResponseMessage> Nominate(string area, Guid? id = null, string role = "officer") =>
        province.As(role).PutAsJsonAsync($"/v1/awards/nominations/{id ?? nomination}", new { year = 2025, area, nominee = "UBND xã mẫu", reason = "Tỷ lệ phân luồng cao" });

    private Task<HttpResponseMessage> Judge(bool award, string? note = null, string role = "approver") => province.As(role).PutAsJsonAsync($"/v1/awards/nominations/{nomination}/judgement", new { award, note });

    private static object Warning() => new { year = 2025, area = "97002", reason = "Nhiều đơn rút có lời văn giống nhau" };

    private async Task<JsonArray> All(string what, string role = "officer") => JsonNode.Parse(await province.As(role).GetStringAsync($"/v1/awards/{what}?year=2025"))!.AsArray();
}
