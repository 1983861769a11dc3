using System.Text.Json.Nodes;
using CareerPlatform.Targets.Domain;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Small cells are hidden so that nothing shown gives them back: not the total, not the other areas, not the variant beside it.</summary>
public sealed class SuppressionTests(TargetsApp app) : InProvince(app)
{
    private const string Lower = "enrolment_after_lower_secondary";

    private static Figure Of(long n, long d, long unknown = 0) => new() { N = n, D = d, NotKnown = unknown, OutOfCohort = 0, Memo = new Memo(0, 0, 0, 0, 0) };

    [Fact]
    public void P16_a_single_small_area_takes_the_smallest_other_with_it()
    {
        var published = new Suppression(6, [("a", Of(3, 40), Of(0, 0)), ("b", Of(20, 60), Of(0, 0)), ("c", Of(20, 50), Of(0, 0))]);

        (published.HidesTotal, published.Hides("a", false), published.Hides("b", false), published.Hides("c", false)).ShouldBe((false, true, false, true));
    }

    [Fact]
    public void P16_two_small_areas_whose_sum_is_small_hide_a_third()
    {
        var published = new Suppression(6, [("a", Of(2, 40), Of(0, 0)), ("b", Of(3, 41), Of(0, 0)), ("c", Of(20, 50), Of(0, 0)), ("d", Of(20, 60), Of(0, 0))]);

        new[] { "a", "b", "c", "d" }.Where(area => published.Hides(area, false)).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void What_is_left_of_all_beside_the_disadvantaged_hides_the_disadvantaged()
    {
        var published = new Suppression(6, [("a", Of(20, 60), Of(17, 50)), ("b", Of(20, 60), Of(10, 30)), ("c", Of(20, 70), Of(10, 30))]);

        (published.Hides("a", false), published.Hides("a", true), published.Hides("b", true), published.Hides("c", true), published.HidesDisadvantagedTotal).ShouldBe((false, true, true, false, false));
    }

    [Fact]
    public void P16_whatever_is_shown_the_sum_of_what_is_hidden_is_never_small()
    {
        var random = new Random(20261122);
        for (var time = 0; time < 2_000; time++)
        {
            var areas = Enumerable.Range(0, 1 + random.Next(8)).Select(number =>
            {
                var (part, rest) = (Cell(), Cell());
                return ($"{number}", Of(part.N + rest.N, part.D + rest.D, part.NotKnown + rest.NotKnown), part);
            }).ToList();
            var published = new Suppression(6, areas);

            foreach (var disadvantaged in new[] { false, true })
            {
                if (disadvantaged ? published.HidesDisadvantagedTotal : published.HidesTotal) areas.ShouldAllBe(area => published.Hides(area.Item1, disadvantaged), $"time {time}");
                else
                {
                    foreach (var shown in areas.Where(area => !published.Hides(area.Item1, disadvantaged))) Small(disadvantaged ? shown.part : shown.Item2).ShouldBeFalse($"time {time}, {shown}");
                    var hidden = areas.Where(area => published.Hides(area.Item1, disadvantaged)).ToList();
                    if (hidden.Count == 0) continue;
                    hidden.Count.ShouldBeGreaterThan(hidden.Count == areas.Count ? 0 : 1, $"time {time}");
                    Small(Sum(hidden.Select(area => disadvantaged ? area.part : area.Item2))).ShouldBeFalse($"time {time}");
                }
            }
            foreach (var (area, all, part) in areas)
                if (!published.Hides(area, false) && !published.Hides(area, true))
                    Small(Of(all.N - part.N, all.D - part.D, all.NotKnown - part.NotKnown)).ShouldBeFalse($"time {time}: {area} by subtraction");
        }

        Figure Cell()
        {
            var d = random.Next(3) == 0 ? random.Next(12) : random.Next(200);
            var n = random.Next((int)d + 1);
            return Of(n, d, random.Next((int)d - n + 1));
        }

        static Figure Sum(IEnumerable<Figure> figures) => figures.Aggregate(Of(0, 0), (a, b) => Of(a.N + b.N, a.D + b.D, a.NotKnown + b.NotKnown));
        static bool Small(Figure figure) => new[] { figure.N, figure.D, figure.NotKnown, figure.D - figure.N - figure.NotKnown }.Any(count => count is > 0 and < 6);
    }

    [Fact]
    public async Task P16_one_commune_and_all_communes_are_hidden_alike_and_the_public_gets_one_view()
    {
        await Hear("schools", Register(Commune("97001"), Commune("97002"), Commune("97003")));
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 40), disadvantaged: _ => false));
        await Hear("schools", Recognised("97002", Enumerable.Range(101, 50), disadvantaged: _ => false));
        await Hear("schools", Recognised("97003", Enumerable.Range(201, 60), disadvantaged: _ => false));
        foreach (var pupil in Enumerable.Range(1, 3).Concat(Enumerable.Range(101, 20)).Concat(Enumerable.Range(201, 20))) await Say(Recorded(pupil, ("gdnn_elementary", "2026-09-01")));

        var areas = JsonNode.Parse(await As("family").GetStringAsync($"/v1/indicators/{Lower}/areas?year=2026"))!;

        areas["areas"]!.AsArray().Select(area => ((string)area!["code"]!, (bool)area["figure"]!["suppressed"]!)).ShouldBe([("97001", true), ("97002", true), ("97003", false)]);
        ((bool)areas["total"]!["suppressed"]!, areas["total"]!["memo"], areas["total"]!["outOfCohort"]).ShouldBe((false, null, null));
        foreach (var (area, hidden) in new[] { ("97001", true), ("97002", true), ("97003", false) })
            ((bool)(await Item(Lower, query: $"?year=2026&area={area}", role: "family"))["figure"]!["suppressed"]!).ShouldBe(hidden, area);
        (await Item(Lower, query: "?year=2026", role: "family"))["byMaturity"]!.AsArray().Count.ShouldBe(1);
        foreach (var other in new[] { "border=old", "maturity=census", "areaOf=residence", "asOf=2026-09-02" })
            ((int)(await As("family").GetAsync($"/v1/indicators/{Lower}/areas?year=2026&{other}")).StatusCode).ShouldBe(403, other);

        // Without a token the same view, and nothing more: no figures of outreach, no other way to ask.
        using var everybody = App.CreateClient();
        var open = JsonNode.Parse(await everybody.GetStringAsync($"/v1/public/{Province}/indicators/{Lower}/areas?year=2026"))!;
        open.ToJsonString().ShouldBe(areas.ToJsonString());
        var items = JsonNode.Parse(await everybody.GetStringAsync($"/v1/public/{Province}/indicators?year=2026&border=old&asOf=2026-09-02&area=97001"))!.AsObject();
        items["items"]!.ToJsonString().ShouldBe((await Ask("?year=2026", "family"))["items"]!.ToJsonString());
        items.ContainsKey("operational").ShouldBeFalse();
        ((int)items["suppressBelow"]!).ShouldBe(6);
        foreach (var nobodys in new[] { "*", "%2A", "999999" }) ((int)(await everybody.GetAsync($"/v1/public/{nobodys}/indicators?year=2026")).StatusCode).ShouldBe(404, nobodys);
    }
}
