using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Random small provinces, their facts in random order with repeats: sums equal the count, the rates equal a second plain implementation, and hearing again gives the same rows.</summary>
public sealed class AnyOrderTests(TargetsApp app) : InProvince(app)
{
    [Fact]
    public async Task A_second_plain_implementation_gives_the_same_rates_for_random_provinces_in_any_order_of_facts()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var province = new RandomProvince(new Random(seed));
            var tenant = $"s{seed}";
            foreach (var (fact, version) in province.Facts) await Tell(fact, version, tenant);

            var client = App.As("leader", tenant);
            foreach (var cohort in new[] { 2025, 2026 })
                foreach (var (code, level) in new[] { ("enrolment_after_lower_secondary", "lower_secondary"), ("enrolment_after_upper_secondary", "upper_secondary") })
                    foreach (var variant in new[] { "general", "disadvantaged" })
                        foreach (var maturity in new[] { "started", "census", "sustained" })
                        {
                            var answer = await client.GetAsync($"/v1/indicators/{code}/areas?year={cohort}&variant={variant}&maturity={maturity}&areaOf=residence");
                            var body = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                            var because = $"seed {seed}, {code}, {cohort}, {variant}, {maturity}";

                            Counts(body["total"]).ShouldBe(PlainRate.Of(province, level, cohort, variant == "disadvantaged", maturity, null), because);
                            foreach (var area in body["areas"]!.AsArray())
                                Counts(area!["figure"]).ShouldBe(PlainRate.Of(province, level, cohort, variant == "disadvantaged", maturity, (string)area["code"]!), because);
                        }
        }
    }

    [Fact]
    public async Task The_sums_equal_the_count_after_every_fact_of_a_random_province()
    {
        var province = new RandomProvince(new Random(4711));
        foreach (var (fact, version) in province.Facts)
        {
            await Tell(fact, version, Province);
            await SumsShouldEqualTheCount();
        }
    }

    [Fact]
    public async Task Hearing_everything_again_in_another_order_gives_the_same_rows()
    {
        await using var own = new TargetsApp();
        await own.InitializeAsync();
        string[] tables = ["graduates", "areas", "guidance"];
        var province = new RandomProvince(new Random(7));
        foreach (var (fact, version) in province.Facts) await Tell(fact, version, "97", own);
        var database = own.Services.GetRequiredService<Database>();
        var before = await Projections.Hash(database, tables);

        await Projections.HearAgain(database, ["targets-hears-schools", "targets-hears-destinations", "targets-hears-enrolment"], [.. tables, "counts", "guidance_counts"]);
        foreach (var (fact, version) in province.Facts.Reverse()) await Tell(fact, version, "97", own);

        (await Projections.Hash(database, tables)).ShouldBe(before);
    }

    private Task Tell(object fact, long version, string tenant, TargetsApp? other = null) => fact switch
    {
        GraduatesRecognised one => (other ?? App).Hear("schools", one, tenant: tenant),
        DestinationRecorded one => (other ?? App).Hear("destinations", one, one.GraduateId, version, tenant),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };
}

/// <summary>A few dozen people of two cohorts and levels, with repeat candidates, people of two schools, dual tracks, late words and facts about nobody of ours.</summary>
internal sealed class RandomProvince
{
    private static readonly string[] Rungs =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "upper_secondary", "continuing_education",
        "work", "not_in_education", "declined", "not_known", "out_of_cohort",
    ];

    internal RandomProvince(Random random)
    {
        var facts = new List<(object, long)>();
        for (var part = 0; part < 8; part++)
        {
            var pupils = Enumerable.Range(1, 60).Where(_ => random.Next(4) == 0).ToList();
            if (pupils.Count == 0) continue;
            var cohort = 2025 + random.Next(2);
            var recognised = Recognised(
                $"97{random.Next(3):000}", pupils, cohort, random.Next(4) == 0 ? "upper_secondary" : "lower_secondary", $"{cohort}-06-{random.Next(1, 28):00}",
                residence: pupil => $"97{pupil % 4:000}", before: pupil => pupil % 5 == 0 ? null : $"979{pupil % 7:00}", disadvantaged: pupil => pupil % 4 == 1,
                programme: pupil => pupil % 6 == 0 ? "continuing_education" : "general");
            Recognitions.Add(recognised);
            facts.Add((recognised, 0));
        }
        for (var pupil = 1; pupil <= 65; pupil++)
        {
            for (var version = 1L; version <= random.Next(4); version++)
            {
                var level = random.Next(4) == 0 ? "upper_secondary" : "lower_secondary";
                var days = Enumerable.Range(0, random.Next(4)).Select(_ => new DateOnly(2025, 7, 1).AddDays(random.Next(700))).Distinct().Order().ToList();
                var said = Recorded(pupil, 2025 + random.Next(2), level, random.Next(4) == 0, [.. days.Select(day => (Rungs[random.Next(Rungs.Length)], day.ToString("yyyy-MM-dd")))]);
                Said.Add((said, version));
                facts.Add((said, version));
            }
        }
        var all = facts.Concat(facts.Where(_ => random.Next(4) == 0)).ToArray();
        random.Shuffle(all);
        Facts = all;
    }

    internal List<GraduatesRecognised> Recognitions { get; } = [];
    internal List<(DestinationRecorded Fact, long Version)> Said { get; } = [];
    internal IReadOnlyList<(object Fact, long Version)> Facts { get; }
}

/// <summary>The enrolment rate written a second time, with plain loops over the facts: an oracle, not a design.</summary>
internal static class PlainRate
{
    private static readonly string[] Ladder =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "continuing_education", "other_training", "work", "abroad", "not_in_education", "declined",
    ];

    internal static (long N, long D, long NotKnown) Of(RandomProvince province, string level, int cohort, bool disadvantaged, string maturity, string? area)
    {
        var (n, d, notKnown) = (0L, 0L, 0L);
        foreach (var pupil in province.Recognitions.SelectMany(part => part.Graduates).Select(graduate => graduate.PupilId).Distinct())
        {
            GraduatesRecognised? first = null;
            foreach (var part in province.Recognitions.Where(part => part.Level == level && part.Graduates.Any(graduate => graduate.PupilId == pupil)))
                if (first is null || part.Cohort < first.Cohort || (part.Cohort == first.Cohort && (part.RecognisedAt, part.School).CompareTo((first.RecognisedAt, first.School)) < 0))
                    first = part;
            if (first is null || first.Cohort != cohort) continue;
            var graduate = first.Graduates.First(one => one.PupilId == pupil);
            if (disadvantaged && !graduate.ResidenceDisadvantaged) continue;
            if (area is not null && graduate.ResidenceArea != area) continue;

            var status = StatusOf(province, pupil, level, cohort, maturity);
            if (status == "out_of_cohort") continue;
            d++;
            if (status == "not_known") notKnown++;
            if (level == "lower_secondary" ? status is "gdnn_intermediate" or "gdnn_elementary" : status == "gdnn_college") n++;
        }
        return (n, d, notKnown);
    }

    private static string StatusOf(RandomProvince province, Guid pupil, string level, int cohort, string maturity)
    {
        DestinationRecorded? last = null;
        var newest = 0L;
        foreach (var (said, version) in province.Said)
            if (said.GraduateId == pupil && said.Level == level && version > newest)
                (last, newest) = (said, version);
        var timeline = last?.Timeline ?? [];
        if (maturity == "started")
        {
            if (timeline.Count > 0 && timeline[^1].Status == "out_of_cohort") return "out_of_cohort";
            foreach (var rung in Ladder)
                if (timeline.Any(period => period.Status == rung))
                    return rung;
            return "not_known";
        }
        var day = maturity == "sustained" ? new DateOnly(cohort + 1, 3, 31) : level == "lower_secondary" ? new DateOnly(cohort, 11, 15) : new DateOnly(cohort, 12, 10);
        var status = "not_known";
        foreach (var period in timeline)
            if (period.Since <= day)
                status = period.Status;
        return status;
    }
}
