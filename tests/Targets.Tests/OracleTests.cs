using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Targets.Tests;

/// <summary>Random provinces with mergers, corrections, dual track, transfers and late facts, heard in any order and partly twice: every figure equals the second, plain implementation's.</summary>
/// <remarks>A failing province is made smaller until nothing can be left out; the message has its facts and the seed. `ORACLE_SEED=1234,5678` plays that seed again, `ORACLE_PROVINCES` another number.</remarks>
public sealed class OracleTests(TargetsApp app) : InProvince(app)
{
    private static int provinces;

    private static readonly Gen<RandomCase> Cases =
        from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(60)
        from order in Gen.Choose(0, int.MaxValue - 1)
        select new RandomCase([.. numbers.Select((number, place) => new RandomFact(number, place))], order);

    [Fact]
    public async Task Every_indicator_of_200_random_provinces_equals_the_plain_loops_over_their_facts()
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(int.Parse(Environment.GetEnvironmentVariable("ORACLE_PROVINCES") ?? "200", System.Globalization.CultureInfo.InvariantCulture));
        if (Environment.GetEnvironmentVariable("ORACLE_SEED")?.Split(',') is [var seed, var gamma]) config = config.WithReplay(ulong.Parse(seed, null), ulong.Parse(gamma, null));

        await Task.Run(() => Check.One(config, Prop.ForAll(Arb.From(Cases, one => one.Smaller()), (RandomCase one) => Compare(one).GetAwaiter().GetResult())), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_oracle_sees_a_fact_that_is_left_out()
    {
        var seen = 0;
        foreach (var one in Cases.Sample(30))
        {
            var whole = Everything(new PlainIndicators(one.Facts));
            if (Everything(new PlainIndicators([.. one.Facts.Where(fact => fact.Fact is not GraduatesRecognised)])) != whole) seen++;
        }
        seen.ShouldBe(30, "a comparison of two empty provinces proves nothing");

        static string Everything(PlainIndicators plain) => string.Join(';', plain.Enrolment("lower_secondary", 2025, false, "started", null), plain.Enrolment("lower_secondary", 2026, false, "started", null));
    }

    [Fact]
    public async Task Heard_again_from_the_feeds_in_another_order_every_row_is_the_same()
    {
        await using var own = new TargetsApp();
        await own.InitializeAsync();
        string[] tables = ["graduates", "areas", "guidance", "guidance_contacts", "school_facts", "enrolled", "reach_records", "reach_people", "informed", "erased_pupils", "erased_grades"];
        var one = Cases.Sample(1).Single();
        foreach (var fact in one.Heard) await Tell(own, fact, "97");
        var database = own.Services.GetRequiredService<Database>();
        var before = await Projections.Hash(database, tables);

        await Projections.HearAgain(database, ["targets-hears-schools", "targets-hears-destinations", "targets-hears-enrolment"], [.. tables, "counts", "guidance_counts"]);
        foreach (var fact in RandomCase.ErasedLast(one.Facts)) await Tell(own, fact, "97");

        (await Projections.Hash(database, tables)).ShouldBe(before);
    }

    private async Task Compare(RandomCase one)
    {
        var tenant = $"o{Interlocked.Increment(ref provinces)}";
        foreach (var fact in one.Heard) await Tell(App, fact, tenant);
        var plain = new PlainIndicators(one.Facts);
        var leader = App.As("leader", tenant);
        foreach (var year in new[] { 2025, 2026 })
        {
            await Figures(year, null);
            await Figures(year, new DateOnly(year, 3 + (one.Order % 7), 1 + (one.Order % 28)));
        }
        var teachers = await Items("?year=2025&plan=tra-vinh-1138-2023");
        var total = Total("career_guidance_teacher", new DateOnly(2025, 12, 31), "lower_secondary", "upper_secondary");
        Counts(teachers.Single(item => (string)item!["code"]! == "career_guidance_teacher")!).ShouldBe(total, "teachers");

        foreach (var (level, year) in new[] { ("lower_secondary", 2025), ("upper_secondary", 2025), ("lower_secondary", 2026) })
        {
            var operations = JsonNode.Parse(await leader.GetStringAsync($"/v1/indicators/operations?year={year}&level={level}"))!;
            foreach (var known in operations["notKnownOn"]!.AsArray())
            {
                var (_, d, notKnown) = plain.On(level, year, DateOnly.Parse((string)known!["day"]!, System.Globalization.CultureInfo.InvariantCulture));
                ((long)known["n"]!, (long)known["d"]!).ShouldBe((notKnown, d), $"not known, {level}, {year}, {known["day"]}");
            }
            if (year == 2026) ((long)operations["doubleContacts"]!["n"]!, (long)operations["doubleContacts"]!["d"]!).ShouldBe(plain.CalledByTooMany(2026), "called by too many");
            if (year == 2025) ((long)operations["startedToSustained"]!["n"]!, (long)operations["startedToSustained"]!["d"]!).ShouldBe(plain.Stayed(level, year), $"stayed, {level}");
        }
        foreach (var code in new[] { "career_programme_local_production", "informed_about_streaming" })
        {
            var areas = JsonNode.Parse(await leader.GetStringAsync($"/v1/indicators/{code}/areas?year=2026&plan=demo-97-2026"))!["areas"]!.AsArray();
            areas.Select(area => ((string?)area!["code"], (long)area["figure"]!["n"]!, (long)area["figure"]!["d"]!)).ShouldBe(plain.ByCommune(code, new DateOnly(2026, 5, 31)), $"{code} by commune");
        }

        async Task Figures(int year, DateOnly? asOf)
        {
            foreach (var item in await Items($"?year={year}&plan=demo-97-2026{(asOf is { } on ? $"&asOf={on:yyyy-MM-dd}" : "")}"))
            {
                var (code, variant) = ((string)item!["code"]!, (string)item["variant"]!);
                var about = $"{code}, {variant}, {year}, {asOf}";
                var levels = item["target"]?["population"]?["levels"]?.AsArray().Select(level => (string)level!).ToArray() ?? [];
                var day = asOf ?? new DateOnly(year, 5, 31);
                switch (code)
                {
                    case "enrolment_after_lower_secondary" or "enrolment_after_upper_secondary":
                        foreach (var figure in item["byMaturity"]!.AsArray())
                            InProvince.Counts(figure).ShouldBe(plain.Enrolment(levels.Single(), year, variant == "disadvantaged_area", (string)figure!["maturity"]!, asOf), about);
                        break;
                    case "career_programme_local_production" or "qualified_part_time_counsellor":
                        Counts(item).ShouldBe(Total(code, day, levels, variant == "disadvantaged_school"), about);
                        break;
                    case "cluster_sessions":
                        var last = new DateOnly(year, 5, 14);
                        long? known = plain.Clusters(last.AddYears(-1), last) is null ? null : plain.Clusters(last.AddYears(-1), asOf < last ? asOf.Value : last) ?? 0;
                        ((long?)item["figure"]?["n"]).ShouldBe(known, about);
                        break;
                    case "informed_about_streaming":
                        var (pupils, guardians) = year == 2026 ? plain.Reach(day) : default;
                        Counts(item).ShouldBe(pupils.D == 0 ? null : (pupils.N + guardians.N, pupils.D + guardians.D), about);
                        break;
                }
            }
        }

        (long, long)? Total(string code, DateOnly day, params object[] of)
        {
            var (levels, disadvantaged) = of is [string[] several, bool only] ? (several, only) : ([.. of.OfType<string>()], false);
            var (n, d) = (0L, 0L);
            foreach (var level in levels)
            {
                if (plain.Schools(code, level, day, disadvantaged) is not { } counted) return null;
                (n, d) = (n + counted.N, d + counted.D);
            }
            return (n, d);
        }

        async Task<JsonArray> Items(string query) => JsonNode.Parse(await leader.GetStringAsync($"/v1/indicators{query}"))!["items"]!.AsArray();

        static (long, long)? Counts(JsonNode item) => item["figure"] is { } figure ? ((long)figure["n"]!, (long)figure["d"]!) : null;
    }

    private static Task Tell(TargetsApp app, RandomFact told, string tenant) => told.Fact switch
    {
        GraduatesRecognised one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        DestinationRecorded one => app.Hear("destinations", one, told.Stream, told.Version, tenant),
        SchoolRegisterChanged one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        CareerProgrammeReported one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        CounsellorReported one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        GuidanceSessionReported one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        PupilsListed one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        GuidanceReachRecorded one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        ContactLogged one => app.Hear("enrolment", one, told.Stream, told.Version, tenant),
        PersonalDataErased one => app.Hear("schools", one, told.Stream, told.Version, tenant),
        _ => throw new ArgumentOutOfRangeException(nameof(told)),
    };
}
