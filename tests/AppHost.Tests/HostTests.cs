using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Testing;

namespace CareerPlatform.AppHost.Tests;

/// <summary>The host as a process of its own, with a tiny topology.</summary>
public sealed class HostTests
{
    private static readonly string Sample = Outputs.Program(Path.Combine(SharedData.Repository, "tests", "SampleHost", "SampleHost.csproj"));
    private static readonly string Careerctl = $"--Careerctl={Path.Combine(SharedData.Repository, "tests", "SampleHost", "SampleHost.csproj")}";

    [Fact]
    public async Task State_json_tells_what_runs_where_and_since_when()
    {
        await using var platform = await StartFresh("--no-load");

        var state = platform.State!;
        state.Host.ShouldBe("ready");
        state.HostProcess.Pid.ShouldBe(platform.Pid);
        var ledger = platform.Resource("ledger");
        (ledger.State, ledger.Health).ShouldBe(("Running", "Healthy"));
        ledger.Process!.IsAlive.ShouldBeTrue();
        ProcessMark.StartTicks(ledger.Process.Pid).ShouldBe(ledger.Process.StartedTicks);
        File.ReadAllText(ledger.LogFile!).ShouldContain(ledger.Urls.Single());
        platform.Resource("ledgermigration").ExitCode.ShouldBe(0);
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(platform.Gateway, "/health"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        platform.Output.ShouldContain(line => line.Contains("RESOURCE") && line.Contains("STATE") && line.Contains("LOG"));
        platform.Output.ShouldContain(line => line.StartsWith("ledger ", StringComparison.Ordinal) && line.Contains("| ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Told_to_end_it_stops_everything_and_ends_well()
    {
        var platform = await StartFresh("--no-load");
        var processes = Processes(platform);

        (await platform.Stop()).ShouldBe(0);

        processes.ShouldAllBe(process => !process.IsAlive);
        platform.State!.Host.ShouldBe("stopped");
        platform.State.Resources.ShouldAllBe(resource => resource.Process == null);
    }

    [Fact]
    public async Task After_kill_9_of_the_host_the_next_start_ends_what_it_left_and_nothing_else()
    {
        var local = PrivateServers.NewFolder();
        var killed = await Start(local, "--no-load");
        var left = Processes(killed);
        using var stranger = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        await killed.KillHost();
        left.ShouldAllBe(process => process.IsAlive);

        await using var next = await Start(local, "--no-load");

        left.ShouldAllBe(process => !process.IsAlive);
        stranger.HasExited.ShouldBeFalse();
        next.Output.ShouldContain(line => line.Contains($"ended {left.Count} processes"));
        stranger.Kill();
    }

    [Fact]
    public async Task What_the_killed_host_had_no_time_to_write_down_is_found_too()
    {
        var local = PrivateServers.NewFolder();
        var killed = await Start(local, "--no-load");
        var left = Processes(killed);
        await killed.KillHost();
        File.Delete(Path.Combine(local, "state.json"));

        await using var next = await Start(local, "--no-load");

        left.ShouldAllBe(process => !process.IsAlive);
    }

    [Fact]
    public async Task A_folder_has_one_host_at_a_time()
    {
        var local = PrivateServers.NewFolder();
        await using var first = await Start(local, "--no-load");

        var second = Platform.Launch(["host", "--no-load"], local, Sample);

        (await second.Exited.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(3);
        string.Join('\n', second.Output).ShouldContain($"Already running: process {first.Pid}");
        first.IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_replaced_by_a_free_one_and_remembered()
    {
        var local = PrivateServers.NewFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 18080);
        try
        {
            taken.Start();
        }
        catch (SocketException)
        {
            // Somebody has it already, which is as good.
        }

        Uri gateway;
        await using (var platform = await Start(local, "--no-load")) gateway = platform.Gateway;
        gateway.Port.ShouldNotBe(18080);

        await using var again = await Start(local, "--no-load");
        again.Gateway.ShouldBe(gateway);
    }

    [Fact]
    public async Task Secrets_are_readable_by_their_owner_alone_and_stay_between_runs()
    {
        var local = PrivateServers.NewFolder();
        await using (await Start(local, "--no-load"))
        {
            // Once through is enough to make them.
        }

        var file = Path.Combine(local, "secrets.json");
        var first = await File.ReadAllTextAsync(file);
        await using var again = await Start(local, "--no-load");

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(file)).ShouldBe(first);
        first.ShouldContain("ledger-secret");
        again.Output.ShouldNotContain(line => line.Contains(first.Split('"')[3]));
    }

    [Fact]
    public async Task Reset_refuses_while_it_runs_and_then_removes_only_what_is_ours()
    {
        var local = PrivateServers.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(local, "letter.txt"), "not ours");
        await using (await Start(local, "--no-load"))
        {
            (await Platform.Launch(["host", "--reset"], local, Sample).Exited).ShouldBe(3);
            File.Exists(Path.Combine(local, "secrets.json")).ShouldBeTrue();
        }

        (await Platform.Launch(["host", "--reset"], local, Sample).Exited).ShouldBe(0);

        Directory.EnumerateFileSystemEntries(local).Select(Path.GetFileName).ShouldBe(["letter.txt", "host.lock", "host.lock.pid"], ignoreOrder: true);
    }

    [Fact]
    public async Task Once_plays_the_season_against_the_running_platform_and_ends_with_its_exit_code()
    {
        var good = Platform.Launch(["host", "--once", "--pupils", "100", Careerctl], program: Sample);
        (await good.Exited.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(0);
        good.Output.ShouldContain(line => line.StartsWith("season once through http://localhost:", StringComparison.Ordinal) && line.EndsWith("--pupils 100", StringComparison.Ordinal));
        good.State!.Resources.ShouldAllBe(resource => resource.Process == null);

        var bad = Platform.Launch(["host", "--once", "--seed", "1", Careerctl], program: Sample);
        (await bad.Exited.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(7);
    }

    [Fact]
    public async Task Arguments_it_does_not_know_are_refused_with_the_help()
    {
        var platform = Platform.Launch(["host", "--twice"], program: Sample);

        (await platform.Exited.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(2);
        string.Join('\n', platform.Output).ShouldContain("--replicas N");
    }

    [Fact]
    public async Task With_its_own_servers_it_loads_the_province_only_into_databases_that_are_empty()
    {
        var local = PrivateServers.NewFolder();
        await using (var platform = await Start(local, "--Servers=1", Careerctl))
        {
            var data = $"{platform.Resource("ledger").Urls.Single()}";
            data.ShouldNotBeEmpty();
            await Wait.Until(() => platform.Output.Any(line => line.StartsWith("Open ", StringComparison.Ordinal)));
            platform.Output.ShouldNotContain(line => line.Contains("season load"));     // no event log yet: nothing to load into
            var killed = platform.Kill("postgres");
            await platform.Recovered("postgres", killed);
            var broker = platform.Kill("messaging");
            await platform.Recovered("messaging", broker);
            await Execute(platform, "create table mt_events (seq_id bigint)");
        }

        await using (var platform = await Start(local, "--Servers=1", Careerctl))
        {
            await Wait.Until(() => platform.Output.Any(line => line.Contains("the demo province is loaded")));
            platform.Output.ShouldContain(line => line.Contains("season load through"));
        }

        await using var third = await Start(local, "--Servers=1", Careerctl);
        await Wait.Until(() => third.Output.Any(line => line.StartsWith("Open ", StringComparison.Ordinal)));
        third.Output.ShouldNotContain(line => line.Contains("season load"));
    }

    private static async Task Execute(Platform platform, string sql)
    {
        using var secrets = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(platform.Local, "secrets.json")));
        var server = new Uri(platform.Resource("postgres").Urls.Single());
        await using var source = Npgsql.NpgsqlDataSource.Create(
            $"Host={server.Host};Port={server.Port};Username=postgres;Password={secrets.RootElement.GetProperty("postgres-password").GetString()};Database=schoolsdb;Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static List<ProcessMark> Processes(Platform platform) => [.. platform.State!.Resources.SelectMany(resource => resource.Process is { } process ? resource.Helpers.Append(process) : resource.Helpers)];

    private static Task<Platform> StartFresh(params string[] arguments) => Start(PrivateServers.NewFolder(), arguments);

    private static Task<Platform> Start(string local, params string[] arguments) => Platform.Start(["host", .. arguments], local, Sample);
}
