using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Targets.Domain;
using Microsoft.Extensions.Configuration;

namespace CareerPlatform.Targets.Tests;

/// <summary>What each plan asks to be done in a year, by when, and by whom once offices have changed.</summary>
public sealed class TaskCalendarTests(TargetsApp app)
{
    private static readonly PlanRegistry Registry = new(new ConfigurationBuilder().Build());

    private static readonly Plan NgheAn = Registry.Find("nghe-an-3129-2021")!;

    public static TheoryData<string> Sources => ["vinh-long-394-2019", "nghe-an-3129-2021", "tra-vinh-1138-2023", "ba-ria-vung-tau-225-2023", "long-an-2025"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_task_and_report_of_a_plan_occurs_within_its_period_in_good_order_and_belongs_to_somebody_who_exists(string id)
    {
        var plan = Registry.Find(id)!;
        var all = Enumerable.Range(plan.Period.From, plan.Period.To - plan.Period.From + 1).SelectMany(year => TaskCalendar.Of(plan, year)).ToList();

        all.Select(one => one.Code).Distinct().Order().ShouldBe(plan.Tasks.Select(task => task.Code)
            .Concat(plan.Reporting.Select(duty => duty.Code))
            .Concat(plan.Phases.SelectMany(phase => phase.Items.Select((_, n) => $"{phase.Clause}.{n + 1}")))
            .Concat(plan.Conference is null ? [] : ["conference"]).Order());
        all.GroupBy(one => (one.Code, one.Period)).ShouldAllBe(same => same.Count() == 1);
        foreach (var one in all)
        {
            var what = $"{id} {one.Code} {one.Period}";
            if (one.From is { } from) from.ShouldBeLessThanOrEqualTo(one.LastDay ?? one.Until, what);
            (one.LastDay ?? one.Until).ShouldBeLessThanOrEqualTo(one.Due ?? one.Until, what);
            (one.Due ?? one.Until).ShouldBeLessThanOrEqualTo(one.LateAcceptedUntil, what);
            one.LateAcceptedUntil.ShouldBeLessThan(one.LockedFrom, what);
            one.DependsOn.ShouldAllBe(code => all.Any(other => other.Code == code && other.Period == one.Period), what);
            one.Owners.ShouldAllBe(owner => Function.Find(owner) != null && !Succession.General.Any(step => step.Function == owner && step.From <= (one.LastDay ?? one.Until)), what);
            (one.Leads.Count == 0).ShouldBe(one.Owners.Count == 0, what);
        }
    }

    [Fact]
    public void Before_a_date_means_the_day_before_and_three_dates_are_kept_apart()
    {
        var task = Of(2024, "1.1");

        (task.Due, task.LastDay, task.LateAcceptedUntil, task.LockedFrom).ShouldBe((Day(2024, 9, 5), Day(2024, 9, 4), Day(2024, 10, 5), Day(2024, 11, 4)));
        task.StateOn(Day(2024, 9, 4)).ShouldBe("open");
        task.StateOn(Day(2024, 9, 5)).ShouldBe("late");
        task.StateOn(Day(2024, 10, 5)).ShouldBe("late");
        task.StateOn(Day(2024, 10, 6)).ShouldBe("missed");
        task.StateOn(Day(2024, 11, 4)).ShouldBe("locked");
        task.StateOn(Day(2025, 1, 1), closedOn: Day(2024, 9, 4)).ShouldBe("done");
        task.StateOn(Day(2025, 1, 1), closedOn: Day(2024, 9, 5)).ShouldBe("done_late");
        Of(2024, "5.1").StateOn(Day(2024, 11, 14)).ShouldBe("waiting");
        Of(2024, "5.1").StateOn(Day(2024, 11, 15)).ShouldBe("open");
    }

    [Fact]
    public void A_plans_owner_decides_how_long_late_work_is_accepted()
    {
        var strict = NgheAn with { Parameters = NgheAn.Parameters with { TaskDates = new(0, 1) } };

        var task = TaskCalendar.Of(strict, 2024).Single(one => one.Code == "5.2");

        (task.Due, task.LateAcceptedUntil, task.LockedFrom).ShouldBe((Day(2024, 12, 30), Day(2024, 12, 30), Day(2024, 12, 31)));
    }

    [Theory]
    [InlineData(2021, 0, 21)]   // issued on 24 August: what was due before it is not asked for
    [InlineData(2022, 1, 26)]
    [InlineData(2024, 0, 26)]
    [InlineData(2026, 0, 0)]
    public void Nghe_Ans_appendix_gives_its_lines_each_year_and_one_line_once(int year, int once, int yearly)
    {
        var appendix = TaskCalendar.Of(NgheAn, year).Where(one => one.Clause.StartsWith("App", StringComparison.Ordinal)).ToList();

        appendix.Count(one => one.Code == "1.4").ShouldBe(once);
        appendix.Count(one => one.Code != "1.4").ShouldBe(yearly);
    }

    [Fact]
    public void What_comes_after_an_event_waits_for_it()
    {
        Of(2024, "B1").From.ShouldBeNull();
        Of(2024, "B1").StateOn(Day(2024, 7, 1)).ShouldBe("waiting");

        var known = TaskCalendar.Of(NgheAn, 2024, new Dictionary<string, DateOnly> { [CalendarEvent.Grade10Results] = Day(2024, 6, 28) }).Single(one => one.Code == "B1");

        (known.From, known.Due).ShouldBe((Day(2024, 6, 28), null));
        known.StateOn(Day(2024, 7, 1)).ShouldBe("open");
    }

    [Fact]
    public void Owners_follow_the_succession_of_functions_on_the_last_day()
    {
        Of(2024, "5.1").Owners.ShouldBe(["district_committee"]);
        Of(2025, "2.11").Owners.ShouldBe(["district_committee"]);   // 14 May 2025: districts still stand
        Of(2025, "5.1").Owners.ShouldBe(["commune_committee"]);
        Of(2024, "2.7").Owners.ShouldBe(["labour_department"]);
        Of(2025, "2.7").Owners.ShouldBe(["education_department", "home_affairs"]);
        Of(2025, "3.1").Owners.ShouldBe(["education_department", "commune_committee"]);
        Of(2024, "1.1").Owners.ShouldBe(["education_department"]);   // by rule: the text lost the lead
    }

    [Fact]
    public void A_plan_may_name_another_successor_and_a_successor_may_have_one()
    {
        Succession[] own = [new("district_education", Day(2025, 7, 1), ["planning_investment"]), new("district_education", Day(2027, 1, 1), ["provincial_committee"])];

        TaskCalendar.HoldersOf("district_education", Day(2025, 6, 30), own).ShouldBe(["district_education"]);
        TaskCalendar.HoldersOf("district_education", Day(2025, 7, 1), own).ShouldBe(["finance"]);
        TaskCalendar.HoldersOf("district_education", Day(2027, 1, 1), own).ShouldBe(["provincial_committee"]);
        TaskCalendar.HoldersOf("district_education", Day(2025, 7, 1), []).ShouldBe(["education_department", "commune_committee"]);
        TaskCalendar.HoldersOf("press", Day(2025, 7, 1), [new("press", Day(2025, 1, 1), ["radio_tv"]), new("radio_tv", Day(2025, 1, 1), ["press"])]).ShouldBe(["press"]);   // never in circles
    }

    [Fact]
    public void Vinh_Longs_reports_come_by_quarter_half_year_year_and_phase()
    {
        var plan = Registry.Find("vinh-long-394-2019")!;

        TaskCalendar.Of(plan, 2020).Where(one => one.Clause is "V.2.b" or "V.7").Select(one => (one.Code, one.Period)).ShouldBe(
            [("R2", "2020-Q1"), ("R2", "2020-Q2"), ("R2", "2020-Q3"), ("R2", "2020-Q4"), ("R3", "2020-H1"), ("R3", "2020-H2"), ("R4", "2020"), ("R6", "2020"), ("R7", "2019–2020")]);
        TaskCalendar.Of(plan, 2019).Where(one => one.Code == "R2").Select(one => (one.Period, one.Until)).First().ShouldBe(("2019-Q1", Day(2019, 3, 31)));
        TaskCalendar.Of(plan, 2020).Where(one => one.Kind == "phase_item").Select(one => (one.Period, one.Due)).ShouldBe([("2020–2025", null), ("2020–2025", null), ("2020–2025", Day(2025, 12, 31))]);
    }

    [Fact]
    public void The_last_week_of_October_is_its_last_seven_days()
    {
        var conference = TaskCalendar.Of(Registry.Find("ba-ria-vung-tau-225-2023")!, 2023).Single(one => one.Kind == "conference");

        (conference.From, conference.Due, conference.LastDay).ShouldBe((Day(2023, 10, 25), Day(2023, 10, 31), Day(2023, 10, 31)));
    }

    [Fact]
    public async Task The_calendar_of_a_plan_is_served_in_the_order_of_its_dates()
    {
        var calendar = await app.As("leader", "40").GetFromJsonAsync<JsonObject>("/v1/plans/nghe-an-3129-2021/calendar?year=2024");
        var dated = calendar!["items"]!.AsArray().Where(item => item!["due"] is not null).Select(item => ((string)item!["code"]!, (string)item["lastDay"]!)).ToList();

        dated[0].ShouldBe(("2.4", "2024-04-30"));
        dated.Select(item => item.Item2).ShouldBeInOrder();
        (await app.As("leader", "40").GetAsync("/v1/plans/nowhere/calendar")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Occurrence Of(int year, string code) => TaskCalendar.Of(NgheAn, year).Single(one => one.Code == code);

    private static DateOnly Day(int year, int month, int day) => new(year, month, day);
}
