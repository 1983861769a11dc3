using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Season;
using Npgsql;
using SystemUnderTest = CareerPlatform.Testing.Platform;

namespace CareerPlatform.Faults.Tests;

/// <summary>A season on real processes that the test started itself, some of which it kills while the season goes on.</summary>
internal sealed class KilledSeason : IAsyncDisposable
{
    private readonly SystemUnderTest platform;
    private readonly Platform callers;

    private KilledSeason(SystemUnderTest platform)
    {
        this.platform = platform;
        callers = new Platform(new Uri(platform.Gateway.AbsoluteUri), DemoUsers.Read(Path.Combine(platform.Local, "demo-users.json")), TimeProvider.System);
        Databases = new Databases(Databases.Logs.ToDictionary(name => name, Owner));
    }

    public Databases Databases { get; }

    /// <summary>Kills made so far, as "schools", "messaging" and so on.</summary>
    public List<string> Kills { get; } = [];

    public static async Task<KilledSeason> Start() => new(await SystemUnderTest.Start(["--no-load", "--quiet", "--port", "18090"]));

    /// <summary>Plays the season of a province while <paramref name="kill"/> goes on, and reconciles it when both are done.</summary>
    public async Task<IReadOnlyList<Line>> Play(int pupils, int seed, TextWriter said, Func<KilledSeason, Task> kill, CancellationToken ct)
    {
        var province = new DemoProvince(seed, pupils);
        var files = Directory.CreateDirectory(Path.Combine(platform.Local, "files")).FullName;
        var state = new SeasonState(Path.Combine(platform.Local, "demo-institutions.json"));
        var steps = new Steps(TextWriter.Synchronized(said), TimeProvider.System);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var season = new PlaySeason(callers, Databases, province, new Draw(province), state, steps, TimeProvider.System).Play(files, failed.Token);
        try
        {
            var killing = kill(this);
            if (await Task.WhenAny(season, killing) == season) await season;   // what stopped the season says more than kills that wait in vain
            await killing.WaitAsync(TimeSpan.FromMinutes(5), ct);
            return (await season).Lines;
        }
        finally
        {
            await failed.CancelAsync();
            await season.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>kill -9, then waits until the host has brought it back and it is healthy again.</summary>
    public async Task Kill(string name)
    {
        var killed = platform.Kill(name);
        Kills.Add(name);
        await platform.Recovered(name, killed);
    }

    /// <summary>Events in all logs; null while PostgreSQL is away.</summary>
    public async Task<long?> Events()
    {
        try
        {
            var events = 0L;
            foreach (var database in Databases.Logs) events += await Databases.Count(database, "select count(*) from mt_events");
            return events;
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Events of one stream that a service took in before an earlier one of the same stream. Inboxes against logs, whatever the services say.</summary>
    public async Task<long> Inversions()
    {
        var inversions = 0L;
        var logs = new Dictionary<string, Dictionary<Guid, (Guid Stream, long Version)>>();
        foreach (var database in Databases.Logs)
        {
            logs[database[..^2]] = (await Databases.Many<(Guid Id, Guid Stream, long Version)>(database, "select id, stream_id, version from mt_events"))
                .ToDictionary(row => row.Id, row => (row.Stream, row.Version));
        }
        foreach (var database in Databases.Logs)
        {
            var inbox = await Databases.Many<(string Consumer, Guid Id, DateTime At)>(database, "select consumer, event_id, at from inbox where state = 'done'");
            foreach (var consumer in inbox.GroupBy(row => row.Consumer))
            {
                var log = logs[consumer.Key[(consumer.Key.LastIndexOf('-') + 1)..]];
                inversions += consumer.GroupBy(row => log[row.Id].Stream).Sum(stream =>
                {
                    var inOrder = stream.OrderBy(row => log[row.Id].Version).ToList();
                    return inOrder.Zip(inOrder.Skip(1)).Count(pair => pair.First.At > pair.Second.At);
                });
            }
        }
        return inversions;
    }

    public async ValueTask DisposeAsync()
    {
        callers.Dispose();
        await Databases.DisposeAsync();
        await platform.DisposeAsync();
    }

    private string Owner(string database)
    {
        var password = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(platform.Local, "secrets.json")))!["postgres-password"]!;
        var server = new Uri(platform.Resource("postgres").Urls[0]);
        return $"Host={server.Host};Port={server.Port};Username=postgres;Password={password};Database={database}";
    }
}
