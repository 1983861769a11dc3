namespace CareerPlatform.Journeys.Tests;

/// <summary>The main job from the results file to the reconciled figures, on real PostgreSQL, RabbitMQ and HTTP.</summary>
public sealed class SeasonTests
{
    [Fact]
    public async Task A_season_reconciles_line_by_line_and_two_replicas_give_the_same_figures()
    {
        var alone = await SeasonRun.Play(pupils: 3_000, seed: 7);
        EveryLineHolds(alone);

        var twins = await SeasonRun.Play(pupils: 3_000, seed: 7, replicas: 2);
        EveryLineHolds(twins);

        Expected(twins).ShouldBe(Expected(alone));
        alone.Report!.Figures.Where(figure => figure.Value == 0).ShouldBeEmpty("a season in which nothing happened proves nothing");
        foreach (var figure in new[] { "candidates", "leads", "contacts", "students", "N started", "N census", "D" })
            twins.Report!.Figures[figure].ShouldBe(alone.Report!.Figures[figure], figure);
    }

    [Fact]
    public async Task The_demo_province_reconciles_at_its_full_size()
    {
        var season = await SeasonRun.Play(pupils: 53_829, seed: 2026);

        EveryLineHolds(season);
        season.Report!.Figures["events"].ShouldBeGreaterThan(50_000);
    }

    static readonly string[] Varies = ["feed position", "grants", "enrolments in Destinations", "events taken in"];

    static void EveryLineHolds(SeasonRun season)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{season.Took.TotalSeconds:0} s\n{season.Said}");
        season.Report.ShouldNotBeNull(season.Said);
        season.Report.Lines.Where(line => !line.Holds).Select(line => $"{line.Name}: expected {line.Expected}, found {line.Found}").ShouldBeEmpty();
        season.Report.Lines.Count.ShouldBeGreaterThan(20);
        season.Report.Lines.ShouldContain(line => line.Name.Contains("the 100 who got a place or opted out"), "50 amendments and 50 objections");
        season.ExitCode.ShouldBe(0, season.Said);
    }

    /// <summary>What the oracle expects, without what depends on who was served first: which institution a family hears from, and so the number of events.</summary>
    static List<string> Expected(SeasonRun season) => [.. season.Report!.Lines.Where(line => !Varies.Any(line.Name.Contains)).Select(line => $"{line.Name}: {line.Expected}")];
}
