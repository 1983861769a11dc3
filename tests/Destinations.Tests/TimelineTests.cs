using CareerPlatform.Contracts;
using CareerPlatform.Destinations.Domain;
using static CareerPlatform.Destinations.Tests.Season;

namespace CareerPlatform.Destinations.Tests;

/// <summary>The rules of the ladder, as plain calls.</summary>
public sealed class TimelineTests
{
    private static readonly DateOnly Census = Day("2026-11-15");

    [Fact]
    public void Nothing_known_is_not_known()
    {
        Of().ShouldBeEmpty();
        Timeline.On(Census, Of()).ShouldBe("not_known");
    }

    [Fact]
    public void A_dual_track_is_one_status_at_the_trade_level_marked_as_dual()
    {
        var periods = Of(Trade(1, "2026-09-05"), Culture(2, "2026-09-05"));

        periods.ShouldBe([new Period("gdnn_intermediate", Day("2026-09-05"), CollegeA, true)]);
    }

    [Fact]
    public void When_the_trade_leg_is_dropped_before_the_census_the_person_falls_to_culture_only()
    {
        var periods = Of(Trade(1, "2026-09-05"), Culture(2, "2026-09-05"), Departure(1, "2026-10-20"));

        Timeline.On(Census, periods).ShouldBe("continuing_education");
        Timeline.On(Day("2026-10-01"), periods).ShouldBe("gdnn_intermediate");
        periods[^1].DualTrack.ShouldBeFalse();
    }

    [Fact]
    public void Culture_only_at_a_centre_is_not_vocational_education()
    {
        Timeline.On(Census, Of(Culture(1, "2026-09-05"))).ShouldBe("continuing_education");
    }

    [Fact]
    public void An_admission_to_a_continuing_education_centre_beside_a_trade_is_a_dual_track_and_survives_it()
    {
        var periods = Of(Place("continuing_education", "2026-07-20"), Trade(1, "2026-09-05"), Departure(1, "2026-10-20"));

        periods.Select(period => (period.Status, period.DualTrack)).ShouldBe([("continuing_education", false), ("gdnn_intermediate", true), ("continuing_education", false)]);
    }

    [Fact]
    public void Who_enrols_on_16_November_is_not_known_at_the_census_and_started_afterwards()
    {
        var periods = Of(Trade(1, "2026-11-16"));

        Timeline.On(Census, periods).ShouldBe("not_known");
        Timeline.On(Day("2026-11-16"), periods).ShouldBe("gdnn_intermediate");
    }

    [Fact]
    public void Who_leaves_on_20_November_is_on_the_roll_at_the_census_and_not_known_afterwards()
    {
        var periods = Of(Trade(1, "2026-09-05"), Departure(1, "2026-11-20"));

        Timeline.On(Census, periods).ShouldBe("gdnn_intermediate");
        Timeline.On(Day("2026-11-20"), periods).ShouldBe("not_known");
    }

    [Fact]
    public void An_admitted_pupil_who_quits_for_a_trade_in_October_stands_there_and_is_not_known_after_leaving_it()
    {
        var periods = Of(Place("upper_secondary", "2026-07-20"), Trade(1, "2026-10-10"), Departure(1, "2026-12-01"));

        periods.Select(period => (period.Status, period.Since)).ShouldBe([
            ("upper_secondary", Day("2026-07-20")), ("gdnn_intermediate", Day("2026-10-10")), ("not_known", Day("2026-12-01"))]);
    }

    [Fact]
    public void Of_two_colleges_in_the_same_month_the_earliest_confirmed_start_is_the_primary_one()
    {
        var periods = Of(Trade(1, "2026-09-12", institution: CollegeB), Trade(2, "2026-09-05", institution: CollegeA));

        periods[^1].Institution.ShouldBe(CollegeA);
        periods.Count.ShouldBe(1);
    }

    [Fact]
    public void The_higher_of_two_levels_counts()
    {
        Of(Trade(1, "2026-09-05", "elementary"), Trade(2, "2026-09-20"))[^1].Status.ShouldBe("gdnn_intermediate");
    }

    [Fact]
    public void An_enrolment_that_proved_to_be_an_error_never_was()
    {
        Of(Place("upper_secondary", "2026-07-20"), Trade(1, "2026-09-05"), Departure(1, "2026-10-01", "error")).Select(period => period.Status).ShouldBe(["upper_secondary"]);
    }

    [Fact]
    public void A_pupil_without_a_place_stays_not_known_until_a_review_gives_one()
    {
        Of(Place(null, "2026-07-20")).ShouldBeEmpty();
        Of(Place(null, "2026-07-20"), Place("upper_secondary", "2026-08-15", version: 2)).ShouldBe([new Period("upper_secondary", Day("2026-08-15"), UpperSecondarySchool, false)]);
        Of(Place("upper_secondary", "2026-07-20"), Place(null, "2026-08-15", version: 2)).ShouldBeEmpty();
    }

    [Fact]
    public void Work_and_not_in_education_stand_below_every_school_and_above_not_known()
    {
        Of(Situation("work", "2026-08-01"))[^1].Status.ShouldBe("work");
        Of(Situation("work", "2026-08-01"), Trade(1, "2026-09-05"))[^1].Status.ShouldBe("gdnn_intermediate");
        Of(Place("upper_secondary", "2026-07-20"), Situation("not_in_education", "2026-10-01"))[^1].Status.ShouldBe("not_in_education");
    }

    [Fact]
    public void Declined_to_say_does_not_end_what_is_known()
    {
        Of(Declined("2026-08-01"))[^1].Status.ShouldBe("declined");
        Of(Situation("work", "2026-08-01"), Declined("2026-09-01")).Select(period => period.Status).ShouldBe(["work"]);
    }

    [Fact]
    public void Out_of_the_cohort_overrides_every_rung_from_its_day_on()
    {
        var periods = Of(Trade(1, "2026-09-05"), Situation("out_of_cohort", "2026-12-01"));

        Timeline.On(Census, periods).ShouldBe("gdnn_intermediate");
        Timeline.On(Day("2026-12-01"), periods).ShouldBe("out_of_cohort");
    }

    [Fact]
    public void A_retracted_fact_no_longer_counts()
    {
        var wrong = Trade(1, "2026-09-05");

        Of(wrong, Retraction(wrong)).ShouldBeEmpty();
        Of(wrong, Retraction(wrong), Situation("work", "2026-09-01")).Select(period => period.Status).ShouldBe(["work"]);
    }

    [Fact]
    public void What_happened_before_the_year_of_the_cohort_is_not_its_outcome()
    {
        Timeline.Of("upper_secondary", 2029, [Place("upper_secondary", "2026-07-20"), Trade(1, "2026-09-05"), Trade(2, "2029-09-10", "college")])
            .ShouldBe([new Period("gdnn_college", Day("2029-09-10"), CollegeA, false)]);
    }

    [Fact]
    public void The_status_holds_since_the_day_it_began_also_when_the_institution_changed()
    {
        Timeline.Since(Of(Trade(1, "2026-09-05"), Departure(1, "2026-10-01", "transferred"), Trade(2, "2026-10-01", institution: CollegeB))).ShouldBe(Day("2026-09-05"));
    }

    [Fact]
    public void The_order_and_the_number_of_times_facts_are_heard_change_nothing()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var facts = RandomFacts(random);
            var straight = Timeline.Of("lower_secondary", 2026, facts);

            var again = facts.Concat(facts.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(again);

            Timeline.Of("lower_secondary", 2026, again).ShouldBe(straight, $"seed {seed}");
            straight.Zip(straight.Skip(1)).ShouldAllBe(pair => pair.First.Since < pair.Second.Since, $"seed {seed}");
        }
    }

    [Fact]
    public void A_second_plain_implementation_gives_the_same_status_on_every_day()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var facts = RandomFacts(random);
            var periods = Timeline.Of("lower_secondary", 2026, facts);

            for (var day = Day("2026-06-01"); day < Day("2027-04-15"); day = day.AddDays(1))
                Timeline.On(day, periods).ShouldBe(PlainLadder.On(day, 2026, facts), $"seed {seed}, {day}");
        }
    }

    internal static List<Fact> RandomFacts(Random random)
    {
        var facts = new List<Fact>();
        if (random.Next(2) == 0) facts.Add(Place(random.Next(3) switch { 0 => null, 1 => "continuing_education", _ => "upper_secondary" }, Some(random)));
        if (random.Next(4) == 0) facts.Add(Place(random.Next(2) == 0 ? null : "upper_secondary", Some(random), version: 2));
        for (var enrolment = 1; enrolment <= random.Next(4); enrolment++)
        {
            var start = Some(random);
            facts.Add(random.Next(3) == 0 ? Culture(enrolment, start) : Trade(enrolment, start, random.Next(3) switch { 0 => "elementary", 1 => "intermediate", _ => "college" }));
            if (random.Next(2) == 0) facts.Add(Departure(enrolment, Some(random), random.Next(5) == 0 ? "error" : "left"));
        }
        string[] situations = ["work", "abroad", "not_in_education", "upper_secondary", "declined", "out_of_cohort"];
        for (var n = 0; n < random.Next(3); n++) facts.Add(Situation(situations[random.Next(situations.Length)], Some(random), n));
        if (facts.Count > 0 && random.Next(4) == 0) facts.Add(Retraction(facts[random.Next(facts.Count)]));
        return facts;
    }

    private static string Some(Random random) => Day("2026-06-10").AddDays(random.Next(280)).ToString("yyyy-MM-dd");

    private static IReadOnlyList<Period> Of(params Fact[] facts) => Timeline.Of("lower_secondary", 2026, facts);

    private static Fact Trade(int enrolment, string day, string level = "intermediate", Guid? institution = null) =>
        Make(FactKind.Enrolment, StreamIds.Of("enrolment", enrolment), day) with { Status = Status.OfLevel(level), Institution = institution ?? CollegeA };

    private static Fact Culture(int enrolment, string day) =>
        Make(FactKind.Enrolment, StreamIds.Of("enrolment", enrolment), day) with { Status = Status.ContinuingEducation, Institution = CollegeA, Culture = true };

    private static Fact Departure(int enrolment, string day, string reason = "left") => Make(FactKind.Departure, StreamIds.Of("enrolment", enrolment), day) with { Reason = reason };

    private static Fact Place(string? status, string day, int version = 1) =>
        Make(FactKind.Admission, Round, day, version) with { Status = status, Version = version, Institution = status is null ? null : UpperSecondarySchool };

    private static Fact Situation(string status, string day, int nr = 0)
    {
        var id = StreamIds.Of("situation", status, day, nr);
        return Make(FactKind.Situation, id, day, nr) with { Id = id, Status = status };
    }

    private static Fact Declined(string day) => Situation("declined", day);

    private static Fact Retraction(Fact wrong) => Make(FactKind.Retraction, wrong.Id, "2026-12-20");

    private static Fact Make(string kind, Guid source, string day, int nr = 0) => new()
    {
        Id = StreamIds.Of("fact", kind, source, day, nr),
        PupilId = Pupil(1),
        Kind = kind,
        Source = source,
        Since = Day(day),
        ReportedBy = "test",
        RecordedAt = At(day),
    };
}
