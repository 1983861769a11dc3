using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Targets.Domain;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>The guard of voluntariness: what raises an alarm, who sees it, and that it blocks an award and scores nothing.</summary>
public sealed class GuardTests(TargetsApp app) : InProvince(app)
{
    private static readonly Voluntariness Rules = new(10, 2, 10, 10, 2, 3, 3, 50, 3, Voluntariness.AllMethods);

    private static Participation Took(string school, int pupils, int never, int year = 2026, int round = 1) => new(Season.School(school), year, round, pupils, never);

    private static IEnumerable<(Guid, string)> Look(Voluntariness rules, params Participation[] participation) => VoluntarinessGuard.Look(2026, rules, participation, []).Select(alarm => (alarm.School, alarm.Method));

    [Fact]
    public void A_school_is_compared_with_the_other_schools_together_without_itself()
    {
        Look(Rules, Took("A", 100, 31), Took("B", 100, 15), Took("C", 100, 15)).ShouldBe([(Season.School("A"), "peers")]);
        Look(Rules, Took("A", 100, 30), Took("B", 100, 15), Took("C", 100, 15)).ShouldBeEmpty("exactly twice is not more than twice");
        Look(Rules, Took("A", 100, 9), Took("B", 100, 1)).ShouldBeEmpty("many times as much, but less than ten points");
        Look(Rules, Took("A", 9, 9), Took("B", 100, 1)).ShouldBeEmpty("too small to compare");
        Look(Rules, Took("A", 100, 60)).ShouldBeEmpty("nobody to compare with");
    }

    [Fact]
    public void A_school_is_compared_with_its_own_years_before()
    {
        Look(Rules, Took("A", 100, 30), Took("B", 100, 29), Took("A", 100, 20, 2025), Took("A", 100, 20, 2024), Took("B", 100, 20, 2025)).ShouldBe([(Season.School("A"), "history")]);
        Look(Rules, Took("A", 100, 30), Took("B", 100, 29), Took("A", 100, 0, 2023)).ShouldBeEmpty("longer ago than the plan looks back");
        Look(Rules with { HistoryPoints = 5 }, Took("A", 100, 25), Took("B", 100, 25), Took("A", 100, 20, 2025)).ShouldBe([(Season.School("A"), "history")]);
    }

    [Fact]
    public void Of_several_rounds_of_a_year_the_first_counts() =>
        Look(Rules, Took("A", 100, 10), Took("B", 100, 10), Took("A", 100, 90, round: 2), Took("B", 100, 10, round: 2)).ShouldBeEmpty();

    [Fact]
    public void Declarations_in_the_same_words_and_a_rush_before_closing_raise_alarms_and_what_was_taken_back_does_not()
    {
        Declared(("same", 1), ("same", 2), ("same", 3), ("own", 4)).ShouldBe(["wording"]);
        Declared(("same", 1), ("same", 2), ("own", 3), ("another", 4)).ShouldBeEmpty();
        Declared(("a", 18), ("b", 19), ("c", 20), ("d", 1), ("e", 2), ("f", 3)).ShouldBe(["closing"], "three of six in the last three days");
        Declared(("a", 18), ("b", 19), ("c", 17), ("d", 1)).ShouldBeEmpty("two in the last three days");
        VoluntarinessGuard.Look(2026, Rules, [], [.. Enumerable.Range(1, 5).Select(number => new Declaration(Season.School("A"), Pupil(number), new(2026, 5, 1), new(2026, 5, 20), "same", TakenBack: number > 2))]).ShouldBeEmpty();

        static IEnumerable<string> Declared(params (string Wording, int Day)[] declarations) => VoluntarinessGuard.Look(2026, Rules, [],
            [.. declarations.Select((one, number) => new Declaration(Season.School("A"), Pupil(number), new(2026, 5, one.Day), new(2026, 5, 20), one.Wording, false))]).Select(alarm => alarm.Method);
    }

    [Fact]
    public void A_plan_says_which_comparisons_are_made() =>
        Look(Rules with { Methods = ["history", "wording"] }, Took("A", 100, 60), Took("B", 100, 5)).ShouldBeEmpty();

    [Fact]
    public async Task An_alarm_is_seen_by_inspectors_only_and_blocks_an_award_until_it_is_explained()
    {
        await Hear("schools", Counted(("A", 100, 40), ("B", 100, 4), ("C", 100, 5)));

        var seen = (await As("inspector").GetFromJsonAsync<JsonNode>("/v1/guard/voluntariness?schoolYear=2026"))!;

        var school = seen["schools"]!.AsArray().Single()!;
        ((Guid)school["school"]!, (bool)school["blocked"]!, (decimal)school["alarms"]![0]!["value"]!, (decimal)school["alarms"]![0]!["against"]!).ShouldBe((Season.School("A"), true, 40m, 4.5m));
        foreach (var role in new[] { "officer", "approver", "leader", "area", "school", "family", "operator" })
            (await As(role).GetAsync("/v1/guard/voluntariness?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
        (await Award("A")).ShouldBe((true, "inspection_open"));
        (await Award("B")).ShouldBe((false, null));

        (await Find("A", "explained", "officer")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Find("A", "explained")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Award("A")).ShouldBe((false, null));
        (await Find("A", "confirmed")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Award("A")).ShouldBe((true, "inspection_open"));
        (await As("inspector").GetFromJsonAsync<JsonNode>("/v1/guard/voluntariness?schoolYear=2026"))!["schools"]![0]!["findings"]!.AsArray().Count.ShouldBe(2, "earlier findings stay on record");
    }

    [Fact]
    public async Task What_an_inspector_leaves_open_blocks_without_an_alarm_too_and_warnings_entered_by_hand_stand_beside_the_alarms()
    {
        await Hear("schools", Register(Commune("97001")));
        (await Award("C")).ShouldBe((false, null));
        (await Find("C", "open")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Award("C")).ShouldBe((true, "inspection_open"));
        (await As("inspector").PutAsJsonAsync($"/v1/awards/warnings/{Guid.NewGuid()}", new { year = 2026, area = "97001", reason = "Phản ánh của phụ huynh" })).EnsureSuccessStatusCode();

        var seen = (await As("inspector").GetFromJsonAsync<JsonNode>("/v1/guard/voluntariness?schoolYear=2026"))!;

        seen["schools"]!.AsArray().Select(school => ((Guid)school!["school"]!, school["alarms"]!.AsArray().Count, (bool)school["blocked"]!)).ShouldBe([(Season.School("C"), 0, true)]);
        seen["warnings"]!.AsArray().Select(warning => ((string)warning!["area"]!, (string)warning["reason"]!)).ShouldBe([("97001", "Phản ánh của phụ huynh")]);
        (await Find("C", "explained")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Award("C")).ShouldBe((false, null));
    }

    [Fact]
    public async Task Declarations_heard_in_any_order_stand_as_last_received()
    {
        ExamWithdrawalsReceived[] facts = [Received("A", "2026-05-10", false), Received("A", "2026-05-11", true)];
        foreach (var fact in facts.Reverse()) await Hear("schools", fact, StreamIds.Of("w", fact.ReceivedAt.Ticks));

        (await As("inspector").GetFromJsonAsync<JsonNode>("/v1/guard/voluntariness?schoolYear=2026"))!["schools"]!.AsArray().ShouldBeEmpty("all were taken back");
    }

    [Fact]
    public async Task No_figure_of_the_indicators_says_anything_of_it()
    {
        var before = (await Ask("?year=2026&plan=demo-97-2026")).ToJsonString();
        await Hear("schools", Counted(("A", 100, 90), ("B", 100, 4)));

        (await Ask("?year=2026&plan=demo-97-2026")).ToJsonString().ShouldBe(before);
    }

    private static ExamParticipationCounted Counted(params (string School, int Pupils, int Never)[] schools) => new()
    {
        Province = Season.Province,
        SchoolYear = 2026,
        RoundId = StreamIds.Of("round", 1),
        Round = 1,
        Schools = [.. schools.Select(one => new SchoolParticipation { School = Season.School(one.School), Pupils = one.Pupils, NeverRegistered = one.Never, Absent = 0 })],
        CountedAt = Season.At("2026-07-20"),
    };

    private static ExamWithdrawalsReceived Received(string school, string at, bool takenBack) => new()
    {
        Province = Season.Province,
        SchoolYear = 2026,
        School = Season.School(school),
        ClosesOn = Day("2026-05-20"),
        Withdrawals = [.. Enumerable.Range(1, 8).Select(number => new ExamWithdrawal { PupilId = Pupil(number), SignedOn = Day("2026-05-19"), Wording = "same", TakenBack = takenBack })],
        ReceivedAt = Season.At(at),
    };

    private async Task<(bool, string?)> Award(string school)
    {
        var answer = (await As("officer").GetFromJsonAsync<JsonNode>($"/v1/guard/awards/2026/schools/{Season.School(school)}"))!;
        return ((bool)answer["blocked"]!, (string?)answer["code"]);
    }

    private Task<HttpResponseMessage> Find(string school, string outcome, string role = "inspector")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/guard/voluntariness/2026/schools/{Season.School(school)}/findings") { Content = JsonContent.Create(new { outcome, note = "Đã phỏng vấn 12 gia đình" }) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return As(role).SendAsync(request);
    }
}
