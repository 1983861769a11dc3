using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Targets.Domain;
using Microsoft.Extensions.DependencyInjection;
using static CareerPlatform.Targets.Tests.SchoolSeason;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>What schools do, counted by the rules of each target: every edge case a fact, the figure over HTTP, real PostgreSQL.</summary>
public sealed class SchoolIndicatorTests(TargetsApp app) : InProvince(app)
{
    private const string Programmes = "career_programme_local_production";
    private const string Qualified = "qualified_part_time_counsellor";
    private const string NgheAn = "?year=2023&plan=nghe-an-3129-2021";

    private async Task Are(params ListedSchool[] schools) => await Hear("schools", Schools(schools), Contracts.StreamIds.Of("schools", Province));

    private Task Have(params CareerProgrammeReported[] programmes) => Each(programmes, fact => Hear("schools", fact, fact.ProgrammeId));

    private Task Work(params CounsellorReported[] counsellors) => Each(counsellors, fact => Hear("schools", fact, fact.Counsellor));

    private Task Take(params GuidanceSessionReported[] sessions) => Each(sessions, fact => Hear("schools", fact, fact.SessionId));

    private static async Task Each<T>(T[] facts, Func<T, Task> hear)
    {
        foreach (var fact in facts) await hear(fact);
    }

    private async Task<(long N, long D)> Count(string code, string level = "lower_secondary", string variant = "general", string query = "?year=2026&plan=demo-97-2026") =>
        (await Ask(query))["items"]!.AsArray().Where(item => (string)item!["code"]! == code && (string)item["variant"]! == variant)
            .Where(item => item!["target"]!["population"]!["levels"]!.AsArray().Select(one => (string)one!).Contains(level))
            .Select(item => item!["figure"] is { } figure ? ((long)figure["n"]!, (long)figure["d"]!) : (-1, -1)).First();

    private static (long N, long D) PartOf(JsonNode item, string code) => item["parts"]!.AsArray().Where(part => (string)part!["code"]! == code).Select(part => ((long)part!["n"]!, (long)part["d"]!)).Single();

    private async Task<JsonNode> First(string code, string variant = "general") => (await Ask("?year=2026&plan=demo-97-2026"))["items"]!.AsArray().First(item => (string)item!["code"]! == code && (string)item["variant"]! == variant)!;

    [Fact]
    public async Task A_programme_counts_when_it_is_approved_lists_a_partner_or_trade_and_was_delivered_by_31_May()
    {
        await Are([.. Enumerable.Range(1, 8).Select(number => ASchool($"A{number}"))]);
        await Have(
            Programme("A1"),
            Programme("A2", partners: 0, trades: ["5520227"]),
            Programme("A3", partners: 0),                                         // nothing local
            Programme("A4", approved: null),
            Programme("A5", approved: "2026-06-01"),                              // after the day
            Programme("A6", activities: []),                                      // nothing delivered
            Programme("A7", activities: ["2026-06-02"]),
            Programme("A8", year: 2024));                                         // approved for another school year

        (await Count(Programmes)).ShouldBe((2, 8));
    }

    [Fact]
    public async Task A_multi_level_school_counts_once_per_level()
    {
        await Are(ASchool("A1", "lower_secondary+upper_secondary"), ASchool("A2"), ASchool("A3", "upper_secondary"), ASchool("A4", "continuing_education"));
        await Have(Programme("A1"), Programme("A1", code: "HN-2"), Programme("A4"));

        (await Count(Programmes)).ShouldBe((1, 2));
        (await Count(Programmes, "upper_secondary")).ShouldBe((1, 2));
    }

    [Fact]
    public async Task Schools_operating_on_31_May_are_the_denominator()
    {
        await Are(ASchool("A1"), ASchool("A2", to: "2026-05-30"), ASchool("A3", to: "2026-05-31"), ASchool("A4", from: "2026-05-31"), ASchool("A5", from: "2026-06-01"));
        await Have(Programme("A1"));

        (await Count(Programmes)).ShouldBe((1, 3));
    }

    [Fact]
    public async Task A_merged_school_goes_on_with_the_programme_and_the_counsellor_of_those_it_was_formed_from()
    {
        await Are(ASchool("A1", to: "2026-02-28"), ASchool("A2", to: "2026-02-28"), ASchool("AM", from: "2026-03-01", formedFrom: "A1|A2"), ASchool("A3"));
        await Have(Programme("A2"));
        await Work(Reported("GV1", [Assigned("A1")]));

        (await Count(Programmes)).ShouldBe((1, 2));
        (await Count(Qualified)).ShouldBe((1, 2));
    }

    [Fact]
    public async Task A_school_that_merges_in_August_changes_nothing_on_31_May()
    {
        await Are(ASchool("A1", to: "2026-07-31"), ASchool("A2", to: "2026-07-31"), ASchool("AM", from: "2026-08-01", formedFrom: "A1|A2"));
        await Have(Programme("A2"));

        (await Count(Programmes)).ShouldBe((1, 2));
    }

    [Fact]
    public async Task A_school_that_was_divided_hands_on_nothing()
    {
        await Are(ASchool("A1", to: "2026-02-28"), ASchool("AX", from: "2026-03-01", formedFrom: "A1"), ASchool("AY", from: "2026-03-01", formedFrom: "A1"));
        await Have(Programme("A1"));

        (await Count(Programmes)).ShouldBe((0, 2));
    }

    [Fact]
    public async Task A_copied_programme_counts_and_is_flagged()
    {
        await Are(ASchool("A1"), ASchool("A2"), ASchool("A3"));
        await Have(Programme("A1", hash: "same"), Programme("A2", hash: "same"), Programme("A2", code: "own", hash: "another"), Programme("A3", hash: "third"));

        var item = await First(Programmes);

        PartOf(item, "lower_secondary").ShouldBe((3, 3));
        PartOf(item, "copied").ShouldBe((1, 3));                                  // A2 has one of its own, too
    }

    [Fact]
    public async Task The_disadvantaged_variant_counts_schools_that_are_on_the_list_on_the_day_and_each_level_by_itself()
    {
        await Are(ASchool("A1", disadvantaged: "2025-07-01..2026-05-30"), ASchool("A2", disadvantaged: "2025-07-01.."), ASchool("A3", disadvantaged: "2026-05-31.."), ASchool("A4"),
            ASchool("A5", "upper_secondary", disadvantaged: "2025-07-01.."));
        await Have(Programme("A1"), Programme("A2"), Programme("A3"));

        var item = await First(Programmes, "disadvantaged_school");

        PartOf(item, "lower_secondary").ShouldBe((2, 2));
        PartOf(item, "upper_secondary").ShouldBe((0, 1));
        ((string)item["state"]!).ShouldBe("not_met", "two of three together, but the target holds for each level");
    }

    [Fact]
    public async Task A_teacher_shared_by_two_schools_counts_for_both_only_with_both_decisions()
    {
        await Are(ASchool("A1"), ASchool("A2"), ASchool("A3"), ASchool("A4"));
        await Work(Reported("GV1", [Assigned("A1"), Assigned("A2", decided: null)]), Reported("GV2", [Assigned("A3"), Assigned("A4")]));

        (await Count(Qualified)).ShouldBe((3, 4));
    }

    [Fact]
    public async Task Who_is_on_leave_for_more_than_90_days_on_the_day_holds_no_active_assignment()
    {
        await Are([.. Enumerable.Range(1, 5).Select(number => ASchool($"A{number}"))]);
        await Work(
            Reported("GV1", [Assigned("A1")], null, Leave("2026-03-03", "2026-05-31")),     // 90 days
            Reported("GV2", [Assigned("A2")], null, Leave("2026-03-02", "2026-05-31")),     // 91
            Reported("GV3", [Assigned("A3")], null, Leave("2026-01-05", "2026-05-30")),     // back on the day
            Reported("GV4", [Assigned("A4")], null, Leave("2026-03-02", null)),             // open, 91 days so far
            Reported("GV5", [Assigned("A5")], null, Leave("2026-05-01", "2026-12-31")));    // will be long

        (await Count(Qualified)).ShouldBe((2, 5));
    }

    [Fact]
    public async Task A_certificate_must_be_recognised_issued_and_not_expired_on_the_day()
    {
        await Are([.. Enumerable.Range(1, 5).Select(number => ASchool($"A{number}"))]);
        await Work(
            Reported("GV1", [Assigned("A1")], [Certificate(expires: "2026-05-31")]),
            Reported("GV2", [Assigned("A2")], [Certificate(expires: "2026-05-30")]),
            Reported("GV3", [Assigned("A3")], [Certificate(recognised: false)]),
            Reported("GV4", [Assigned("A4")], [Certificate(issued: "2026-06-01")]),
            Reported("GV5", [Assigned("A5")], []));

        (await Count(Qualified)).ShouldBe((1, 5));
    }

    [Fact]
    public async Task An_assignment_that_has_ended_or_not_begun_counts_nowhere()
    {
        await Are(ASchool("A1"), ASchool("A2"), ASchool("A3"));
        await Work(Reported("GV1", [Assigned("A1", to: "2026-05-30")]), Reported("GV2", [Assigned("A2", from: "2026-06-01")]), Reported("GV3", [Assigned("A3", to: "2026-05-31")]));

        (await Count(Qualified)).ShouldBe((1, 3));
    }

    [Fact]
    public async Task A_career_teacher_needs_no_certificate_is_counted_on_31_December_and_boarding_schools_stand_beside_the_total()
    {
        await Are(ASchool("A1"), ASchool("A2", "upper_secondary", boarding: true), ASchool("A3", boarding: true));
        await Work(Reported("GV1", [Assigned("A1", to: "2025-12-30")], []), Reported("GV2", [Assigned("A2")], []));

        var item = (await Ask("?year=2025&plan=tra-vinh-1138-2023"))["items"]!.AsArray().Single(item => (string)item!["code"]! == "career_guidance_teacher")!;

        ((long)item["figure"]!["n"]!, (long)item["figure"]!["d"]!, (string)item["figure"]!["referenceDate"]!).ShouldBe((1, 3, "2025-12-31"));
        PartOf(item, "boarding").ShouldBe((1, 2));
    }

    [Fact]
    public async Task Sessions_count_by_cluster_when_they_were_held_strictly_before_the_day()
    {
        await Take(
            Session("S1", "C1", "2026-04-12"), Session("S2", "C1", "2026-04-20"),           // one cluster
            Session("S3", "C2", "2026-05-14"), Session("S4", "C3", "2026-05-15"),           // the demo plan asks for before 15 May
            Session("S5", "C4", "2026-04-01", "cancelled"), Session("S6", "C5", "2026-04-02", "merged", "S1"), Session("S7", "C6", "2026-04-30", "planned"),
            Session("S8", "C7", "2025-05-14"));                                             // the year before

        var item = await First("cluster_sessions", "none");

        ((long)item["figure"]!["n"]!, (long)item["figure"]!["d"]!, (string)item["figure"]!["referenceDate"]!).ShouldBe((2, 6, "2026-05-14"));
        (PartOf(item, "held").N, PartOf(item, "cancelled").N, PartOf(item, "merged").N).ShouldBe((3, 1, 1));
        ((string)item["state"]!).ShouldBe("not_met");
    }

    [Fact]
    public async Task Four_sessions_in_four_clusters_before_the_first_of_May_meet_the_plan_that_asks_for_four()
    {
        await Take([.. Enumerable.Range(1, 4).Select(number => Session($"S{number}", $"C{number}", "2023-04-30"))]);

        var item = (await Ask(NgheAn))["items"]!.AsArray().Single(item => (string)item!["code"]! == "cluster_sessions")!;

        ((string)item["state"]!, (long)item["figure"]!["n"]!, (long)item["figure"]!["d"]!).ShouldBe(("met", 4, 4));
    }

    [Fact]
    public async Task Sent_is_not_reached_and_each_pupil_and_guardian_counts_once()
    {
        await Hear("schools", Listed("A1", 9, "2025-09-10", (1, "f1"), (2, "f1"), (3, "f2"), (4, "f3")));
        await Hear("schools", Listed("A1", 10, "2025-09-10", (9, "f9")), Contracts.StreamIds.Of("listed", 2));                     // no grade of the plan
        await Hear("schools", Reached("A1", "2026-04-12", "attended_session", [1, 2], "f1"), Contracts.StreamIds.Of("r", 1));
        await Hear("schools", Reached("A1", "2026-04-13", "read_receipt", [1], "f1"), Contracts.StreamIds.Of("r", 2));            // again
        await Hear("schools", Reached("A1", "2026-04-14", "sent", [3], "f2"), Contracts.StreamIds.Of("r", 3));
        await Hear("schools", Reached("A1", "2026-06-01", "signed_minutes", [4], "f3"), Contracts.StreamIds.Of("r", 4));          // after the day
        await Hear("schools", Reached("A1", "2026-04-15", "read_receipt", [99], "f99"), Contracts.StreamIds.Of("r", 5));          // on no roster

        var item = await First("informed_about_streaming", "none");

        PartOf(item, "pupils").ShouldBe((2, 4));
        PartOf(item, "guardians").ShouldBe((1, 3), "siblings' guardian once");
        PartOf(item, "only_sent").ShouldBe((2, 7));
        ((long)item["figure"]!["n"]!, (long)item["figure"]!["d"]!).ShouldBe((3, 7));
    }

    [Fact]
    public async Task A_guardian_of_children_at_two_schools_counts_at_each_and_a_pupil_who_moved_only_at_the_last()
    {
        await Hear("schools", Listed("A1", 9, "2025-09-10", (1, "a1-f1"), (2, "a1-f2")), Contracts.StreamIds.Of("listed", "A1"));
        await Hear("schools", Listed("A2", 9, "2026-01-10", (2, "a2-f2"), (3, "a2-f1")), Contracts.StreamIds.Of("listed", "A2"));
        await Hear("schools", Reached("A1", "2025-11-12", "attended_session", [2], "a1-f1"), Contracts.StreamIds.Of("r", 1));

        var item = await First("informed_about_streaming", "none");

        PartOf(item, "pupils").ShouldBe((1, 3), "reached at the old school, counted at the new one");
        PartOf(item, "guardians").ShouldBe((1, 3));
    }

    [Fact]
    public async Task A_record_that_is_corrected_counts_as_corrected_whichever_version_is_heard_last()
    {
        await Hear("schools", Listed("A1", 9, "2025-09-10", (1, "f1"), (2, "f2")));
        var wrong = Reached("A1", "2026-04-12", "read_receipt", [1, 2], "f1", "f2");
        await Hear("schools", wrong with { Pupils = [Pupil(1)], Families = [] }, wrong.RecordId, 2);
        await Hear("schools", wrong, wrong.RecordId, 1);

        var item = await First("informed_about_streaming", "none");

        (PartOf(item, "pupils"), PartOf(item, "guardians")).ShouldBe(((1, 2), (0, 2)));
    }

    [Fact]
    public async Task Before_its_day_a_figure_is_the_live_one_and_any_other_day_can_be_asked_for()
    {
        await Are(ASchool("A1"), ASchool("A2"));
        await Have(Programme("A1", approved: "2026-10-05", activities: ["2026-10-20"], year: 2026), Programme("A2", approved: "2026-09-05", activities: ["2026-09-20"], year: 2026));
        var live = (await Ask("?year=2027&plan=demo-97-2026"))["items"]!.AsArray().First(item => (string)item!["code"]! == Programmes)!["figure"]!;      // the test's clock stands on 1 October 2026

        ((long)live["n"]!, (bool)live["provisional"]!, (string)live["referenceDate"]!).ShouldBe((1, true, "2026-10-01"));
        var then = (await Ask("?year=2027&plan=demo-97-2026&asOf=2026-09-19"))["items"]!.AsArray().First(item => (string)item!["code"]! == Programmes)!["figure"]!;
        ((long)then["n"]!, (string)then["maturity"]!).ShouldBe((0, "as_of"));
    }

    [Fact]
    public async Task Schools_of_one_area_are_counted_by_the_commune_they_lie_in()
    {
        await Hear("schools", Register(Commune("97001"), Commune("97002")));
        await Are(ASchool("A1"), ASchool("A2", area: "97002"), ASchool("A3", area: "97002"));
        await Have(Programme("A2"));

        (await Count(Programmes, query: "?year=2026&plan=demo-97-2026&area=97002")).ShouldBe((1, 2));
    }

    [Fact]
    public async Task Nothing_reported_of_a_school_year_is_not_the_same_as_no_programme()
    {
        await Are(ASchool("A1"));

        ((string)(await First(Programmes))["state"]!).ShouldBe("no_data_yet");
        await Have(Programme("A1", approved: null));
        ((string)(await First(Programmes))["state"]!, await Count(Programmes)).ShouldBe(("not_met", (0L, 1L)));
    }

    [Fact]
    public async Task An_older_word_about_a_programme_never_replaces_a_newer_and_the_figure_says_since_when_its_data_is()
    {
        await Are(ASchool("A1"));
        var programme = Programme("A1");
        await Hear("schools", programme, programme.ProgrammeId, 2);
        await Hear("schools", programme with { ApprovedOn = null }, programme.ProgrammeId, 1);

        (await Count(Programmes)).ShouldBe((1, 1));
        (await First(Programmes))["dataAsOf"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_plan_moves_the_day_and_the_leave_that_its_schools_are_counted_by()
    {
        const string province = "88";
        var demo = App.Services.GetRequiredService<PlanRegistry>().Find(Demo)!;
        var own = demo with { Id = "own-88", Province = province, Number = "88/KH-UBND", Parameters = demo.Parameters with { Guidance = new("06-30", "12-31", "05-31", [9], 10) } };
        var loaded = await App.As("officer", province).PutAsync("/v1/plans/own-88", new StringContent(PlanFile.Write(own), System.Text.Encoding.UTF8, "application/json"));
        loaded.IsSuccessStatusCode.ShouldBeTrue(await loaded.Content.ReadAsStringAsync());
        await App.Hear("schools", Schools(ASchool("A1"), ASchool("A2")), tenant: province);
        await App.Hear("schools", Reported("GV1", [Assigned("A1")], null, Leave("2026-06-20", "2026-06-30")), Counsellor("GV1"), tenant: province);
        await App.Hear("schools", Reported("GV2", [Assigned("A2", from: "2026-06-15")]), Counsellor("GV2"), tenant: province);

        (await Figure("?year=2026")).ShouldBe((1, 2, "2026-06-30"));                // the second, who was assigned by then; the first is away
        (await Figure("?year=2026&plan=demo-97-2026")).ShouldBe((1, 2, "2026-05-31"));

        async Task<(long N, long D, string Day)> Figure(string query)
        {
            var answer = JsonNode.Parse(await App.As("leader", province).GetStringAsync($"/v1/indicators{query}"))!;
            var figure = answer["items"]!.AsArray().First(item => (string)item!["code"]! == Qualified)!["figure"]!;
            return ((long)figure["n"]!, (long)figure["d"]!, (string)figure["referenceDate"]!);
        }
    }

    [Fact]
    public async Task A_session_that_is_cancelled_after_its_reach_was_recorded_no_longer_counts()
    {
        await Hear("schools", Listed("A1", 9, "2025-09-10", (1, "f1"), (2, "f2")));
        await Take(Session("S1", "C1", "2026-04-12"), Session("S2", "C2", "2026-04-13"));
        await Hear("schools", Attended("S1", "2026-04-12", [1, 2], "f1", "f2"), Contracts.StreamIds.Of("r", 1));
        await Hear("schools", Attended("S2", "2026-04-13", [2]), Contracts.StreamIds.Of("r", 2));
        var before = await First("informed_about_streaming", "none");

        await Hear("schools", Session("S1", "C1", "2026-04-12", "cancelled"), Contracts.StreamIds.Of("session", "S1"), 2);

        var after = await First("informed_about_streaming", "none");
        (PartOf(before, "pupils"), PartOf(before, "guardians")).ShouldBe(((2, 2), (2, 2)));
        (PartOf(after, "pupils"), PartOf(after, "guardians")).ShouldBe(((1, 2), (0, 2)), "the second was at the other session, too");
        (await As("inspector").GetFromJsonAsync<JsonNode>("/v1/indicators/informed_about_streaming/facts?year=2026&plan=demo-97-2026&counted=true"))!["pupils"]!.AsArray().Count.ShouldBe(1);
        await Hear("schools", Session("S1", "C1", "2026-04-12"), Contracts.StreamIds.Of("session", "S1"), 3);   // it was held after all
        PartOf(await First("informed_about_streaming", "none"), "pupils").ShouldBe((2, 2));
    }

    [Fact]
    public async Task What_is_held_of_a_family_is_forgotten_and_every_figure_stays()
    {
        await Hear("schools", Listed("A1", 9, "2025-09-10", (1, "f1"), (2, "f1"), (3, "f3")), Contracts.StreamIds.Of("listed", 1));
        await Hear("schools", Listed("A1", 10, "2025-09-10", (4, "f4")), Contracts.StreamIds.Of("listed", 2));
        await Hear("schools", Listed("A1", 8, "2025-09-10", (5, "f4")), Contracts.StreamIds.Of("listed", 3));      // counts because of grade 8, not of grade 10
        await Hear("schools", Reached("A1", "2026-04-12", "read_receipt", [1, 3], "f1", "f3", "f4"), Contracts.StreamIds.Of("r", 1));
        var before = (await First("informed_about_streaming", "none")).ToJsonString();

        foreach (var pupil in new[] { 1, 3, 5, 1 })
        {
            await Hear("schools", new PersonalDataErased { Province = Season.Province, PupilId = Pupil(pupil), Reason = "request", ErasedAt = Season.At("2026-07-01") }, Contracts.StreamIds.Of("privacy", pupil));
            (await First("informed_about_streaming", "none")).ToJsonString().ShouldBe(before, $"{pupil}");
        }
        (await App.Rows<string>("select family from enrolled where tenant_id = @Province and pupil_id = any (@pupils)", new { Province, pupils = new[] { Pupil(1), Pupil(3), Pupil(5) } })).ShouldNotContain(key => key.StartsWith('f'));
        (await App.Rows<string>("select key from reach_people where tenant_id = @Province and who = 'guardian' order by 1", new { Province })).ShouldNotContain("f3");
        (await App.Rows<string>("select key from reach_people where tenant_id = @Province and who = 'guardian' order by 1", new { Province })).ShouldContain("f1", "the sister stays");

        await Hear("schools", new PersonalDataErased { Province = Season.Province, PupilId = Pupil(2), Reason = "request", ErasedAt = Season.At("2026-07-01") }, Contracts.StreamIds.Of("privacy", 2));
        await Hear("schools", Listed("A1", 9, "2026-07-02", (2, "f1")), Contracts.StreamIds.Of("listed", 4));       // an old file is imported again
        (await First("informed_about_streaming", "none")).ToJsonString().ShouldBe(before);
        (await App.Rows<string>("select family from enrolled where tenant_id = @Province union select key from reach_people where tenant_id = @Province and who = 'guardian' union select family from erased_grades where tenant_id = @Province", new { Province }))
            .ShouldNotContain("f1");
    }

    [Fact]
    public async Task The_key_of_a_pupil_without_a_known_guardian_is_the_one_that_the_contract_describes()
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Pupil(1)}|{Season.School("A1")}|2025"));

        (await App.Rows<string>("select own_family(@pupil, @school, 2025)", new { pupil = Pupil(1), school = Season.School("A1") })).ShouldBe([Convert.ToHexStringLower(hash)[..32]]);
    }

    [Fact]
    public async Task What_schools_do_is_listed_by_area_with_new_and_old_borders()
    {
        await Hear("schools", Register(Commune("97001", false, "97901"), Commune("97002", false, "97902"), Commune("97003", false, "97903", "97904"),
            FormerCommune("97901", "971"), FormerCommune("97902", "971"), FormerCommune("97903", "971"), FormerCommune("97904", "972"), FormerDistrict("971"), FormerDistrict("972")));
        await Are(ASchool("A1"), ASchool("A2", area: "97002", disadvantaged: "2025-07-01.."), ASchool("A3", "lower_secondary+upper_secondary", area: "97002"), ASchool("A4", area: "97003"));
        await Have(Programme("A1"), Programme("A3"), Programme("A4"));

        (await AreasOf(Programmes, "")).ShouldBe([("97001", 1, 1), ("97002", 2, 3), ("97003", 1, 1)]);
        (await AreasOf(Programmes, "&level=lower_secondary")).ShouldBe([("97001", 1, 1), ("97002", 1, 2), ("97003", 1, 1)]);
        (await AreasOf(Programmes, "&variant=disadvantaged")).ShouldBe([("97002", 0, 1)]);
        (await AreasOf(Programmes, "&level=lower_secondary&border=old&kind=district")).ShouldBe([("971", 2, 3), (null, 1, 1)]);
        (await AreasOf(Programmes, "&level=lower_secondary", "family")).ShouldBe([("97001", 1, 1), ("97002", 1, 2), ("97003", 1, 1)]);       // schools are no persons
        var answer = await Areas(Programmes, "&level=lower_secondary");
        ((long)answer["total"]!["n"]!, (long)answer["total"]!["d"]!, (string)answer["state"]!).ShouldBe((3, 4, "met"));
        foreach (var wrong in new[] { "&areaOf=residence", "&maturity=census", "&level=primary" })
            (await As("leader").GetAsync($"/v1/indicators/{Programmes}/areas?year=2026&plan=demo-97-2026{wrong}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest, wrong);
        (await As("leader").GetAsync("/v1/indicators/cluster_sessions/areas?year=2026")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task People_reached_in_a_small_area_are_hidden_from_the_public_in_the_list_and_alone_and_another_with_them()
    {
        await Hear("schools", Register(Commune("97001"), Commune("97002"), Commune("97003")));
        await Are(ASchool("A1"), ASchool("A2", area: "97002"), ASchool("A3", area: "97003"));
        foreach (var (school, first, count) in new[] { ("A1", 1, 20), ("A2", 101, 24), ("A3", 201, 40) })
        {
            await Hear("schools", Listed(school, 9, "2025-09-10", [.. Enumerable.Range(first, count).Select(pupil => (pupil, $"{school}-{pupil}"))]), Contracts.StreamIds.Of("listed", school));
            await Hear("schools", Reached(school, "2026-04-12", "read_receipt", [.. Enumerable.Range(first, school == "A1" ? 3 : 12)]), Contracts.StreamIds.Of("r", school));
        }

        (await AreasOf("informed_about_streaming", "")).ShouldBe([("97001", 3, 40), ("97002", 12, 48), ("97003", 12, 80)]);
        var areas = (await Areas("informed_about_streaming", "", "family"))["areas"]!.AsArray();
        areas.Select(area => ((string)area!["code"]!, (bool)area["figure"]!["suppressed"]!, area["parts"]!.AsArray().Count)).ShouldBe([("97001", true, 0), ("97002", true, 0), ("97003", false, 0)]);
        foreach (var (area, hidden) in new[] { ("97001", true), ("97002", true), ("97003", false) })
            ((bool)(await Item("informed_about_streaming", "none", $"?year=2026&plan=demo-97-2026&area={area}", "family"))["figure"]!["suppressed"]!).ShouldBe(hidden, area);
    }

    private static GuidanceReachRecorded Attended(string session, string on, int[] pupils, params string[] families) =>
        Reached("A1", on, "attended_session", pupils, families) with { SessionId = Contracts.StreamIds.Of("session", session), RecordId = Contracts.StreamIds.Of("reach", session) };

    private async Task<JsonNode> Areas(string code, string query, string role = "leader") => JsonNode.Parse(await As(role).GetStringAsync($"/v1/indicators/{code}/areas?year=2026&plan=demo-97-2026{query}"))!;

    private async Task<List<(string? Code, long N, long D)>> AreasOf(string code, string query, string role = "leader") =>
        [.. (await Areas(code, query, role))["areas"]!.AsArray().Select(row => ((string?)row!["code"], (long)row["figure"]!["n"]!, (long)row["figure"]!["d"]!))];
}
