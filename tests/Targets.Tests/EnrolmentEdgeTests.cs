using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>More edge cases of the enrolment rates that indicators.md names, each as a fact and a figure.</summary>
public sealed class EnrolmentEdgeTests(TargetsApp app) : InProvince(app)
{
    private const string Lower = "enrolment_after_lower_secondary";
    private const string Upper = "enrolment_after_upper_secondary";

    [Fact]
    public async Task Who_was_admitted_to_upper_secondary_then_quits_for_a_trade_in_October_is_in_the_census()
    {
        await Hear("schools", Recognised("97001", [1, 2]));
        await Say(Recorded(1, ("upper_secondary", "2026-07-20"), ("gdnn_elementary", "2026-10-10")));

        Counts(At(await Item(Lower), "census")).ShouldBe((1, 2, 1));
    }

    [Fact]
    public async Task Who_starts_at_two_colleges_in_the_same_month_is_counted_once_at_every_maturity_also_when_both_are_told_again_in_another_order()
    {
        await Hear("schools", Recognised("97001", [1, 2]));
        var both = Recorded(1, ("gdnn_elementary", "2026-09-05"), ("gdnn_intermediate", "2026-09-20"));
        await Say(both, 2);
        await Say(Recorded(1, ("gdnn_intermediate", "2026-09-20")), 1);   // the later college had reported first
        await Say(both, 2);

        var item = await Item(Lower);

        foreach (var maturity in new[] { "started", "census", "sustained" }) Counts(At(item, maturity)).ShouldBe((1, 2, 1), maturity);
        Counts((await Item(Lower, query: "?year=2026&plan=demo-97-2026&asOf=2026-09-10"))["figure"]).ShouldBe((1, 2, 1));
        await SumsShouldEqualTheCount();
    }

    [Fact]
    public async Task A_pupil_from_a_disadvantaged_commune_schooled_in_town_counts_where_the_family_lives()
    {
        await Hear("schools", Recognised("97001", [1, 2], residence: pupil => pupil == 1 ? "97009" : "97001", disadvantaged: pupil => pupil == 1));
        await Say(Recorded(1, ("gdnn_elementary", "2026-09-01")));

        Counts((await Item(Lower, "disadvantaged_area"))["figure"]).ShouldBe((1, 1, 0));
        Counts((await Item(Lower))["figure"]).ShouldBe((1, 2, 1));
    }

    [Fact]
    public async Task Of_an_old_disadvantaged_commune_merged_into_one_that_is_not_nobody_counts_as_disadvantaged_and_the_old_borders_still_show_it()
    {
        await Hear("schools", Register(Commune("97001", false, "97901", "97902"), FormerCommune("97901", "971"), FormerCommune("97902", "971"), FormerDistrict("971")));
        await Hear("schools", Recognised("97001", [1, 2, 3], before: pupil => pupil == 1 ? "97901" : "97902", disadvantaged: _ => false));
        await Say(Recorded(1, ("gdnn_elementary", "2026-09-01")));

        ((string)(await Item(Lower, "disadvantaged_area"))["state"]!).ShouldBe("no_data_yet");
        Counts((await Item(Lower, query: "?year=2026&plan=demo-97-2026&area=97901&border=old"))["figure"]).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task Who_first_attended_a_university_and_is_on_a_college_roll_on_the_census_day_counts()
    {
        await Hear("schools", Recognised("97001", [1, 2], level: "upper_secondary"));
        await Say(Recorded(1, 2026, "upper_secondary", false, ("other_training", "2026-09-01"), ("gdnn_college", "2026-10-15")));
        await Say(Recorded(2, 2026, "upper_secondary", false, ("gdnn_college", "2026-09-01"), ("other_training", "2026-10-15")));

        Counts(At(await Item(Upper), "census")).ShouldBe((1, 2, 0));
    }

    [Fact]
    public async Task Who_holds_an_intermediate_diploma_and_bridges_to_college_counts_from_the_day_at_the_college()
    {
        await Hear("schools", Recognised("97001", [1], level: "upper_secondary"));
        await Say(Recorded(1, 2026, "upper_secondary", false, ("gdnn_intermediate", "2026-08-15"), ("gdnn_college", "2026-12-10")));

        var item = await Item(Upper);

        Counts(At(item, "census")).ShouldBe((1, 1, 0));
        Counts((await Item(Upper, query: "?year=2026&plan=demo-97-2026&asOf=2026-09-30"))["figure"]).ShouldBe((0, 1, 0));
    }

    [Fact]
    public async Task Who_leaves_the_college_for_military_service_before_the_census_started_and_is_not_in_it()
    {
        await Hear("schools", Recognised("97001", [1], level: "upper_secondary"));
        await Say(Recorded(1, 2026, "upper_secondary", false, ("gdnn_college", "2026-09-05"), ("work", "2026-11-20")));

        var item = await Item(Upper);

        (Counts(At(item, "started")), Counts(At(item, "census"))).ShouldBe(((1, 1, 0), (0, 1, 0)));
    }

    [Fact]
    public async Task Who_is_recognised_late_joins_the_cohort_and_a_second_year_entry_is_never_in_the_rate_of_the_next()
    {
        await Hear("schools", Recognised("97001", [1, 2], cohort: 2025, at: "2025-06-05"));
        await Hear("schools", Recognised("97001", [3], cohort: 2025, at: "2025-11-20"));
        await Hear("schools", Recognised("97001", [1, 4], cohort: 2026));
        await Say(Recorded(1, 2025, "lower_secondary", false, ("not_in_education", "2025-09-01"), ("gdnn_elementary", "2026-09-01")));

        Counts(At(await Item(Lower, query: "?year=2025&plan=demo-97-2026"), "census")).ShouldBe((0, 3, 2));
        Counts((await Item(Lower))["figure"]).ShouldBe((0, 1, 1));
    }
}
