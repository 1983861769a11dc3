using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Testing;
using Dapper;
using Npgsql;

namespace CareerPlatform.Careerctl.Tests;

/// <summary>The oracle must see what it is there to see: each kind of damage to a log makes a line fail.</summary>
public sealed class ReconciliationTests
{
    [Fact]
    public async Task A_whole_log_holds()
    {
        var log = await Log();

        (await Lines(log)).ShouldAllBe(line => line.Holds);
    }

    [Theory]
    [InlineData("delete from feed where pos = 2", "no holes")]
    [InlineData("update feed set pos = 9 where pos = 3", "no holes")]
    [InlineData("update feed_head set pos = 4", "no holes")]
    [InlineData("insert into event_pending (seq_id, tenant_id) values (3, '97')", "no holes")]
    [InlineData("update relay_cursor set pos = 2", "not yet relayed")]
    [InlineData("update inbox set state = 'parked' where event_id = (select id from mt_events where seq_id = 1)", "parked")]
    [InlineData("delete from inbox where event_id = (select id from mt_events where seq_id = 3)", "taken in by every service")]
    public async Task Damage_is_seen(string damage, string line)
    {
        var log = await Log();
        await using (var connection = new NpgsqlConnection(log)) await connection.ExecuteAsync(damage);

        (await Lines(log)).Where(found => !found.Holds).ShouldContain(found => found.Name.Contains(line));
    }

    [Fact]
    public void Its_table_of_who_hears_what_is_the_services_own()
    {
        foreach (var consumer in new[] { "Identity", "Schools", "Enrolment", "Destinations", "Targets" })
        {
            var program = File.ReadAllText(Path.Combine(SharedData.Repository, "services", consumer, "Program.cs"));
            var theirs = System.Text.RegularExpressions.Regex.Matches(program, "Hears\\(\"(\\w+)\"\\)((?:\\s*\\.With<\\w+, \\w+>\\(\\))+)")
                .SelectMany(hears => System.Text.RegularExpressions.Regex.Matches(hears.Groups[2].Value, "With<(\\w+),").Select(fact => $"{hears.Groups[1].Value} {System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(fact.Groups[1].Value)}"));
            var ours = Hearers.All.Where(table => table.Consumer == consumer.ToLowerInvariant()).SelectMany(table => table.Types.Select(type => $"{table.Producer} {type}"));

            ours.Order().ShouldBe(theirs.Order(), consumer);
        }
    }

    static async Task<IReadOnlyList<Line>> Lines(string log)
    {
        await using var databases = new Databases(Databases.Logs.ToDictionary(name => name, _ => log));
        var reconciliation = new Reconciliation(databases, new Draw(new DemoProvince(pupils: 10)));
        await reconciliation.Logs();
        return reconciliation.Lines;
    }

    /// <summary>A log of three events that "schools" wrote and "enrolment" heard, in the tables that every service has.</summary>
    static async Task<string> Log()
    {
        var log = await TestServers.NewDatabase("reconciliation");
        await using var connection = new NpgsqlConnection(log);
        await connection.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(SharedData.Repository, "ServiceDefaults", "EventLog", "event-log.sql")));
        await connection.ExecuteAsync(
            """
            insert into mt_streams (tenant_id, id, type, version) values ('97', '00000000-0000-0000-0000-000000000001', 'round', 3);
            insert into mt_events (seq_id, id, stream_id, version, data, type, tenant_id)
              select n, ('00000000-0000-0000-0001-00000000000' || n)::uuid, '00000000-0000-0000-0000-000000000001', n, '{}', 'contact_consent_changed', '97' from generate_series(1, 3) n;
            delete from event_pending;
            insert into feed (pos, seq_id, tenant_id) select n, n, '97' from generate_series(1, 3) n;
            update feed_head set pos = 3;
            insert into relay_cursor (name, pos, updated_at) values ('relay', 3, now());
            insert into inbox (consumer, event_id, attempts, state) select 'enrolment-hears-schools', id, 1, 'done' from mt_events;
            """);
        return log;
    }
}
