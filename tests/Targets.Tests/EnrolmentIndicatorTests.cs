using System.Text.Json.Nodes;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Facts in, rates out over HTTP, with the edge cases of the enrolment indicators; real PostgreSQL.</summary>
public sealed class EnrolmentIndicatorTests(TargetsApp app) : InProvince(app)
{
    private const string Lower = "enrolment_after_lower_secondary";
    private const string Upper = "enrolment_after_upper_secondary";

    [Fact]
    public async Task The_rate_counts_who_started_a_trade_over_all_recognised_and_bounds_what_is_not_known()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 10)));
        foreach (var pupil in Enumerable.Range(1, 3)) await Say(Recorded(pupil, ("gdnn_intermediate", "2026-09-01")));
        foreach (var pupil in Enumerable.Range(4, 5)) await Say(Recorded(pupil, ("upper_secondary", "2026-07-20")));

        var item = await Item(Lower);

        var figure = item["figure"]!;
        Counts(figure).ShouldBe((3, 10, 2));
        ((decimal)figure["share"]!, (decimal)figure["lower"]!, (decimal)figure["upper"]!, (decimal)figure["notKnownShare"]!).ShouldBe((30m, 30m, 50m, 20m));
    }

    [Theory]
    [InlineData(22, 0, "met", "not_met")]                                               // 22 of 100: the floor of 22, not the aspiration of 27
    [InlineData(27, 0, "met", "met")]
    [InlineData(21, 1, "met_if_unknowns_favourable", "not_met")]
    [InlineData(21, 6, "met_if_unknowns_favourable", "met_if_unknowns_favourable")]
    [InlineData(21, 0, "not_met", "not_met")]
    public async Task The_floor_of_a_range_decides_and_both_marks_are_shown(int trade, int unknown, string floor, string aspiration)
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 100)));
        for (var pupil = 1; pupil <= 100 - unknown; pupil++) await Say(Recorded(pupil, (pupil <= trade ? "gdnn_elementary" : "upper_secondary", "2026-08-01")));

        var item = await Item(Lower);

        ((string)item["state"]!).ShouldBe(floor);
        item["marks"]!.AsArray().Select(mark => ((string)mark!["kind"]!, (string)mark["state"]!)).ShouldBe([("floor", floor), ("aspiration", aspiration)]);
    }

    [Fact]
    public async Task Before_the_census_day_the_figure_is_the_live_one_and_says_so()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 10)));
        await Say(Recorded(1, ("gdnn_intermediate", "2026-09-01"), ("not_known", "2026-09-20")));

        var figure = (await Item(Lower))["figure"]!;

        ((string)figure["maturity"]!, (bool)figure["provisional"]!, (long)figure["n"]!).ShouldBe(("started", true, 1));
        (await Ask("?year=2026"))["dataAsOf"].ShouldNotBeNull();
    }

    [Fact]
    public async Task From_the_census_day_on_the_figure_is_the_census()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 10), cohort: 2025, at: "2025-06-05"));
        await Say(Recorded(1, 2025, "lower_secondary", false, ("gdnn_intermediate", "2025-09-01"), ("not_known", "2025-11-01")));

        var figure = (await Item(Lower, query: "?year=2025&plan=demo-97-2026"))["figure"]!;

        ((string)figure["maturity"]!, (bool)figure["provisional"]!, (long)figure["n"]!).ShouldBe(("census", false, 0));
        ((string)figure["referenceDate"]!).ShouldBe("2025-11-15");
    }

    [Fact]
    public async Task Who_enrols_on_16_November_started_but_is_not_in_the_census_and_who_leaves_on_20_November_is_in_it_and_not_sustained()
    {
        await Hear("schools", Recognised("97001", [1, 2]));
        await Say(Recorded(1, ("gdnn_intermediate", "2026-11-16")));
        await Say(Recorded(2, ("gdnn_intermediate", "2026-09-01"), ("not_known", "2026-11-20")));

        var item = await Item(Lower);

        Counts(At(item, "started")).ShouldBe((2, 2, 0));
        Counts(At(item, "census")).ShouldBe((1, 2, 1));
        Counts(At(item, "sustained")).ShouldBe((1, 2, 1));
    }

    [Fact]
    public async Task A_dual_track_is_counted_once_and_again_in_the_memo_line_only()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 3)));
        await Say(Recorded(1, 2026, "lower_secondary", dual: true, ("gdnn_intermediate", "2026-09-01")));
        await Say(Recorded(2, ("continuing_education", "2026-09-01")));

        var figure = (await Item(Lower))["figure"]!;

        Counts(figure).ShouldBe((1, 3, 1));
        ((long)figure["memo"]!["dualTrack"]!, (long)figure["memo"]!["continuingEducation"]!).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_dual_track_whose_trade_leg_is_dropped_before_the_census_falls_to_culture_only()
    {
        await Hear("schools", Recognised("97001", [1]));
        await Say(Recorded(1, 2026, "lower_secondary", dual: true, ("gdnn_intermediate", "2026-09-01"), ("continuing_education", "2026-10-20")));

        Counts(At(await Item(Lower), "census")).ShouldBe((0, 1, 0));
    }

    [Fact]
    public async Task Levels_the_numerator_does_not_count_stand_in_memo_lines()
    {
        await Hear("schools", Recognised("97001", [1, 2, 3]));
        await Hear("schools", Recognised("97001", [11, 12], level: "upper_secondary"));
        await Say(Recorded(1, ("gdnn_college", "2026-09-01")));
        await Say(Recorded(2, ("vocational_upper_secondary", "2026-09-01")));
        await Say(Recorded(11, 2026, "upper_secondary", false, ("gdnn_intermediate", "2026-09-01")));
        await Say(Recorded(12, 2026, "upper_secondary", false, ("gdnn_college", "2026-09-01")));

        var (lower, upper) = ((await Item(Lower))["figure"]!, (await Item(Upper))["figure"]!);

        Counts(lower).ShouldBe((0, 3, 1));
        ((long)lower["memo"]!["otherLevel"]!, (long)lower["memo"]!["vocationalUpperSecondary"]!).ShouldBe((1, 1));
        Counts(upper).ShouldBe((1, 2, 0));
        ((long)upper["memo"]!["otherLevel"]!).ShouldBe(1);
    }

    [Fact]
    public async Task The_disadvantaged_variant_is_the_subset_by_residence_shown_beside_the_total()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 10), disadvantaged: pupil => pupil <= 4));   // schooled in one commune, living in several
        foreach (var pupil in new[] { 1, 5, 6 }) await Say(Recorded(pupil, ("gdnn_intermediate", "2026-09-01")));

        Counts((await Item(Lower))["figure"]).ShouldBe((3, 10, 7));
        Counts((await Item(Lower, "disadvantaged_area"))["figure"]).ShouldBe((1, 4, 3));
    }

    [Fact]
    public async Task A_commune_that_leaves_the_list_in_September_changes_nothing_for_graduates_of_June()
    {
        await Hear("schools", Register(Commune("97001", disadvantaged: true)), version: 1);
        await Hear("schools", Recognised("97001", [1, 2], disadvantaged: _ => true));

        await Hear("schools", Register(Commune("97001", disadvantaged: false)), version: 2);

        Counts((await Item(Lower, "disadvantaged_area"))["figure"]).ShouldBe((0, 2, 2));
    }

    [Fact]
    public async Task Who_is_out_of_the_cohort_is_out_of_the_denominator_and_counted_aside()
    {
        await Hear("schools", Recognised("97001", [1, 2, 3]));
        await Say(Recorded(1, ("gdnn_intermediate", "2026-09-01"), ("out_of_cohort", "2026-12-01")));

        var item = await Item(Lower);

        Counts(At(item, "census")).ShouldBe((1, 3, 2));           // on the roll on the census day
        Counts(At(item, "sustained")).ShouldBe((0, 2, 2));
        ((long)At(item, "sustained")!["outOfCohort"]!).ShouldBe(1);
    }

    [Fact]
    public async Task A_pupil_who_moved_away_stays_in_the_denominator_and_counts_once_the_other_province_proves_the_enrolment()
    {
        await Hear("schools", Recognised("97001", [1, 2]));
        Counts((await Item(Lower))["figure"]).ShouldBe((0, 2, 2));

        await Say(Recorded(1, ("gdnn_intermediate", "2026-09-10")));

        Counts((await Item(Lower))["figure"]).ShouldBe((1, 2, 1));
    }

    [Fact]
    public async Task Somebody_who_never_graduated_here_is_in_no_figure()
    {
        await Say(Recorded(1, ("gdnn_intermediate", "2026-09-10")));

        ((string)(await Item(Lower))["state"]!).ShouldBe("no_data_yet");
        await SumsShouldEqualTheCount();
    }

    [Fact]
    public async Task A_repeat_candidate_stays_in_the_first_cohort_whichever_recognition_is_heard_first()
    {
        await Hear("schools", Recognised("97001", [1, 2], cohort: 2026));
        await Hear("schools", Recognised("97001", [1], cohort: 2025, at: "2025-06-05"));
        await Hear("schools", Recognised("97001", [2], cohort: 2027, at: "2027-06-05"));

        Counts((await Item(Lower, query: "?year=2025&plan=demo-97-2026"))["figure"]).ShouldBe((0, 1, 1));
        Counts((await Item(Lower))["figure"]).ShouldBe((0, 1, 1));
        ((string)(await Item(Lower, query: "?year=2027&plan=demo-97-2026"))["state"]!).ShouldBe("no_data_yet");
    }

    [Fact]
    public async Task An_older_word_about_a_graduate_never_replaces_a_newer()
    {
        await Hear("schools", Recognised("97001", [1]));
        await Say(Recorded(1, ("gdnn_intermediate", "2026-09-01")), version: 2);

        await Say(Recorded(1, ("upper_secondary", "2026-07-20")), version: 1);

        Counts((await Item(Lower))["figure"]).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task A_range_a_percentage_and_a_clause_come_from_the_plan_that_is_asked()
    {
        var demo = await Item(Lower);
        var provincial = await Item(Lower, query: "?year=2023&plan=nghe-an-3129-2021");
        var later = await Item(Lower, query: "?year=2024&plan=nghe-an-3129-2021");

        ((decimal)demo["target"]!["low"]!, (decimal)demo["target"]!["high"]!).ShouldBe((22m, 27m));
        ((string)provincial["target"]!["id"]!, (string)provincial["target"]!["clause"]!).ShouldBe(("NA-13", "II.1"));
        ((string)later["target"]!["id"]!, (decimal)later["target"]!["low"]!).ShouldBe(("NA-23", 25m));
    }

    [Fact]
    public async Task Province_and_year_choose_the_plan_in_force()
    {
        var demo = await App.As("leader", "97").GetAsync("/v1/indicators?year=2026");
        var none = await Ask("?year=2026");

        ((string)JsonNode.Parse(await demo.Content.ReadAsStringAsync())!["plan"]!["id"]!).ShouldBe(Demo);
        none["plan"].ShouldBeNull();
        none["items"]!.AsArray().Count.ShouldBe(4);   // the enrolment rates without a target
    }

    [Fact]
    public async Task Indicators_nobody_reports_facts_for_yet_say_so()
    {
        var items = (await Ask("?year=2026&plan=demo-97-2026"))["items"]!.AsArray();

        items.Where(item => ((string)item!["code"]!).StartsWith("enrolment", StringComparison.Ordinal) is false).ShouldAllBe(item => (string)item!["state"]! == "no_data_yet" && item["figure"] == null);
        items.Count.ShouldBe(13);   // of 23 targets: those due next, and those without a year
    }

    [Theory]
    [InlineData("?year=2026&plan=unknown", 404, "unknown_plan")]
    [InlineData("?year=2026&border=middle", 400, "parameter_invalid")]
    [InlineData("?year=2026&maturity=ripe", 400, "parameter_invalid")]
    [InlineData("?year=2026&variant=all", 400, "parameter_invalid")]
    [InlineData("?year=1026", 400, "parameter_invalid")]
    [InlineData("?year=2026&area=00000", 404, "unknown_area")]
    public async Task A_question_that_is_not_understood_is_refused(string query, int status, string code)
    {
        var answer = await As("leader").GetAsync($"/v1/indicators{query}");

        ((int)answer.StatusCode, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!).ShouldBe((status, code));
    }

    [Fact]
    public async Task Small_cells_are_shown_to_staff_and_leaders_only()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 40)));
        for (var pupil = 1; pupil <= 3; pupil++) await Say(Recorded(pupil, ("gdnn_intermediate", "2026-09-01")));

        var family = await Item(Lower, role: "family");

        ((string)family["state"]!, (bool)family["figure"]!["suppressed"]!).ShouldBe(("suppressed", true));
        family["figure"]!["n"].ShouldBeNull();
        Counts((await Item(Lower, role: "officer"))["figure"]).ShouldBe((3, 40, 37));
    }
}
