using CareerPlatform.Testing;

namespace CareerPlatform.Faults.Tests;

/// <summary>Promises E1 to E9: whatever dies, nothing is lost, nothing has its effect twice, nothing is taken in out of order, no feed has a hole.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Pupils = 30_000;

    /// <summary>A relay, a consumer that also relays, one that only consumes, the broker and the database, in turn.</summary>
    private static readonly string[] InTurn = ["schools", "enrolment", "destinations", "messaging", "postgres", "targets"];

    [Fact]
    public async Task E1_E3_E8_a_season_of_20_000_events_survives_kills_of_relay_consumer_broker_and_database()
    {
        var said = new StringWriter();
        await using var season = await KilledSeason.Start();
        try
        {
            var lines = await season.Play(Pupils, seed: 11, said, KillInTurn, TestContext.Current.CancellationToken);

            lines.Where(line => !line.Holds).Select(line => $"{line.Name}: expected {line.Expected}, found {line.Found}").ShouldBeEmpty();
            (await season.Events()).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(20_000);
            (await season.Inversions()).ShouldBe(0);
            season.Kills.Distinct().Count().ShouldBe(InTurn.Length);
        }
        finally
        {
            output.WriteLine($"seed 11, {Pupils} pupils, kills: {string.Join(", ", season.Kills)}\n{said}");
        }
    }

    /// <summary>Each kill waits for progress since the one before, so that every process dies while there is work on its way.</summary>
    private static async Task KillInTurn(KilledSeason season)
    {
        await Wait.Until(async () => await season.Databases.Count("schoolsdb", "select count(*) from mt_events where type = 'grade10_admission_finalized'") > 0, TimeSpan.FromMinutes(5));
        var known = await season.Events() ?? 0;
        foreach (var name in InTurn)
        {
            await season.Kill(name);
            await Wait.Until(async () => await season.Events() is { } now && now > known + 50, TimeSpan.FromMinutes(2));
            known = await season.Events() ?? known;
        }
    }
}
