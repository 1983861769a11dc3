using System.Text.RegularExpressions;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Simulation;

namespace CareerPlatform.Careerctl.Tests;

/// <summary>The comparison of the allocation's rule with what would happen without it.</summary>
public sealed class SimulationTests
{
    private static readonly IReadOnlyList<Outcome> Played = new SimulatedSeason(new DemoProvince(seed: 7, pupils: 3_000)).Play();

    [Fact]
    public void The_same_seed_gives_the_same_page_and_another_seed_another()
    {
        string Page(int seed) => SimulationPage.Write(seed, 3_000, new SimulatedSeason(new DemoProvince(seed, pupils: 3_000)).Play());

        Page(7).ShouldBe(Page(7));
        Page(8).Replace("hạt giống 8", "hạt giống 7", StringComparison.Ordinal).Replace("seed 8", "seed 7", StringComparison.Ordinal).ShouldNotBe(Page(7));
    }

    [Fact]
    public void Under_the_rule_hardly_a_family_hears_from_three_institutions_in_a_week_and_nobody_is_called_after_enrolling()
    {
        var (rule, first) = (Played[0], Played[1]);

        rule.CallsAfterEnrolment.ShouldBe(0);
        rule.ManyContacts.ShouldBeLessThan(rule.Leads / 50);
        first.ManyContacts.ShouldBeGreaterThan(10 * (rule.ManyContacts + 1));
        first.CallsAfterEnrolment.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Every_way_counts_the_same_families_and_seats_and_nobody_enrols_twice()
    {
        var seats = Played[0].Enrolled + Played[0].UnfilledSeats;

        Played.Select(outcome => outcome.Name).ShouldBe(["rule", "first_come", "equal_split"]);
        Played.ShouldAllBe(outcome => outcome.Leads == Played[0].Leads && outcome.Enrolled + outcome.UnfilledSeats == seats && outcome.Enrolled <= outcome.Reached && outcome.Reached <= outcome.Leads);
        Played.ShouldAllBe(outcome => outcome.TriedByDay.Count == SimulatedSeason.Days && outcome.TriedByDay.Zip(outcome.TriedByDay.Skip(1)).All(pair => pair.First <= pair.Second));
        Played[2].DoubleContacts.ShouldBeLessThan(Played[1].DoubleContacts, "each pupil is on one list only");
    }

    [Fact]
    public void The_page_needs_nothing_from_outside_and_says_every_figure()
    {
        var page = SimulationPage.Write(7, 3_000, Played);

        Regex.IsMatch(page, @"https?:|<script|<link|@import|url\(").ShouldBeFalse();
        Regex.Count(page, "<svg").ShouldBe(SimulationPage.Measures.Count + 1);
        foreach (var outcome in Played)
            foreach (var (_, _, of, unit) in SimulationPage.Measures)
                page.ShouldContain($"<td>{SimulationPage.Text(of(outcome), unit)}</td>");
    }
}
