using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Testing;
using Npgsql;

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
    public async Task A_port_that_another_host_was_given_and_does_not_listen_on_yet_is_left_to_it()
    {
        new Ports().Take("of another host", preferred: 18080);

        await using var platform = await Start(PrivateServers.NewFolder(), "--no-load");

        platform.Gateway.Port.ShouldNotBe(18080);
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
    public async Task Its_own_servers_listen_on_loopback_only_restart_when_killed_and_never_outlive_it()
    {
        var local = PrivateServers.NewFolder();
        var first = await Start(local, "--Servers=1", "--no-load");
        foreach (var name in (string[])["postgres", "messaging"]) await first.Recovered(name, first.Kill(name));

        var all = Everything(first);
        var commands = string.Join('\n', all.Select(process => ProcessMark.CommandLine(process.Pid)));
        foreach (var program in (string[])["/bin/postgres ", "beam.smp ", "epmd ", "SampleHost.dll "]) commands.ShouldContain(program);
        Listening.Of(all.Append(first.State!.HostProcess).Select(process => process.Pid)).ShouldAllBe(address => IPAddress.IsLoopback(address.Address));
        Listening.Of(all.Select(process => process.Pid)).Count.ShouldBeGreaterThan(5);
        (await NodesOf(local)).ShouldContain("name careerplatform at port ");
        var cookie = Path.Combine(local, "messaging", "home", ".erlang.cookie");
        File.GetUnixFileMode(cookie).ShouldBeOneOf(UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixFileMode.UserRead);
        if (File.Exists("/var/lib/rabbitmq/.erlang.cookie")) (await File.ReadAllTextAsync("/var/lib/rabbitmq/.erlang.cookie")).ShouldNotBe(await File.ReadAllTextAsync(cookie));

        await first.KillHost();
        all.ShouldAllBe(process => process.IsAlive);
        var next = await Start(local, "--Servers=1", "--no-load");
        all.ShouldAllBe(process => !process.IsAlive);

        var again = Everything(next);
        Signals.Interrupt(next.Pid);
        (await next.Exited.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(0);
        again.ShouldAllBe(process => !process.IsAlive);
    }

    [Fact]
    public async Task On_servers_that_exist_already_the_province_is_loaded_only_when_the_databases_are_empty()
    {
        await using var server = await PrivateServers.StartPostgres("existing");
        await Execute(server.ConnectionString, "create role province_owner login createdb createrole password 'of-this-test'");
        var owner = $"Host=127.0.0.1;Port={server.Port};Username=province_owner;Password=of-this-test";
        string[] existing = ["--Servers=1", Careerctl, $"--ConnectionStrings:postgres={owner}", $"--ConnectionStrings:messaging={await TestServers.NewVirtualHost()}"];
        var local = PrivateServers.NewFolder();
        await using (var platform = await Start(local, existing))
        {
            platform.Resource("postgres").Process.ShouldBeNull();
            await Wait.Until(() => platform.Output.Any(line => line.StartsWith("Open ", StringComparison.Ordinal)));
            platform.Output.ShouldNotContain(line => line.Contains("season load"));     // no event log yet: nothing to load into
        }

        await Execute($"{owner};Database=schoolsdb", """
            create table mt_events (tenant_id varchar);
            alter table mt_events enable row level security, force row level security;
            create policy province on mt_events using (tenant_id = current_setting('app.tenant') or current_setting('app.tenant') = '*')
            """);
        await File.WriteAllTextAsync(Path.Combine(local, "demo.json"), """{"province":"loaded"}""");    // of another database
        await using (var platform = await Start(local, [.. existing, "--pupils", "0"]))     // a load without end
        {
            await Wait.Until(() => platform.Output.Any(line => line.Contains("loading the demo province")));
            await Execute($"{owner};Database=schoolsdb", "set app.tenant = '*'; insert into mt_events values ('97')");
        }

        await using (var platform = await Start(local, existing))      // broken off: once more
        {
            await Wait.Until(() => platform.Output.Any(line => line.Contains("the demo province is loaded")));
            platform.Output.ShouldContain(line => line.Contains("season load through"));
        }

        await using var last = await Start(local, existing);
        await Wait.Until(() => last.Output.Any(line => line.StartsWith("Open ", StringComparison.Ordinal)));
        last.Output.ShouldNotContain(line => line.Contains("season load"));
    }

    [Fact]
    public async Task Reset_neither_touches_a_season_that_is_played_nor_leaves_servers_of_one_that_was_killed()
    {
        var local = PrivateServers.NewFolder();
        var season = await Platform.Start(["host", "--once", "--pupils", "0", Careerctl], local, Sample);
        var processes = Everything(season);

        var refused = Platform.Launch(["host", "--reset"], local, Sample);
        (await refused.Exited.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(3);
        string.Join('\n', refused.Output).ShouldContain($"Already running: process {season.Pid}");
        File.Exists(Path.Combine(season.Local, "state.json")).ShouldBeTrue();

        await season.KillHost();
        processes.ShouldAllBe(process => process.IsAlive);
        (await Platform.Launch(["host", "--reset"], local, Sample).Exited).ShouldBe(0);
        processes.ShouldAllBe(process => !process.IsAlive);
        Directory.Exists(season.Local).ShouldBeFalse();
    }

    [Fact]
    public async Task Told_twice_to_end_before_anything_runs_it_ends_at_once()
    {
        var local = PrivateServers.NewFolder();
        var stubborn = OwnProcess.Start(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], "trap", new Dictionary<string, string?> { ["CAREERPLATFORM_HOST"] = local }, "/", _ => { });
        var platform = Platform.Launch(["host", "--no-load"], local, Sample);
        await Wait.Until(() => platform.Output.Any(line => line.Contains("ending what an earlier run left behind")));

        Signals.Interrupt(platform.Pid);
        Signals.Terminate(platform.Pid);

        (await platform.Exited.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(0);
        stubborn.Mark.IsAlive.ShouldBeFalse();
        platform.Output.ShouldNotContain(line => line.Contains("Exception"));
    }

    [Fact]
    public async Task A_full_disk_stops_neither_the_services_nor_their_end()
    {
        // No file may grow beyond 20 KB. The runtime itself must not reserve memory by a file, and takes the signal as an error.
        string[] full = ["sh", "-c", "trap '' XFSZ; ulimit -f 40; export DOTNET_EnableWriteXorExecute=0; exec \"$@\"", "sh"];
        var platform = await Platform.Start(["host", "--no-load"], PrivateServers.NewFolder(), Sample, before: full);
        var processes = Everything(platform);
        using var http = new HttpClient { BaseAddress = new Uri(platform.Resource("ledger").Urls.Single()) };

        for (var i = 0; i < 1500; i++) (await http.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        new FileInfo(platform.Resource("ledger").LogFile!).Length.ShouldBe(40 * 512);
        File.CreateSymbolicLink(Path.Combine(platform.Local, "state.json.new"), "/dev/full");

        (await platform.Stop()).ShouldBe(0);
        processes.ShouldAllBe(process => !process.IsAlive);
        platform.Output.ShouldContain(line => line.Contains("state.json cannot be written"));
    }

    [Fact]
    public async Task It_prints_the_demo_people_with_passwords_and_the_demo_systems_without_secrets()
    {
        var local = PrivateServers.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(local, "demo-users.json"), """
            {"users":[{"role":"officer","username":"officer.97","password":"word-of-the-officer"},{"role":"institution","username":"institution.97","password":"word-of-the-institution"}],
             "clients":[{"role":"operator","clientId":"careerctl","secret":"never-to-be-shown"}]}
            """);

        await using var platform = await Start(local, "--no-load");

        await Wait.Until(() => platform.Output.Any(line => line.StartsWith("Open ", StringComparison.Ordinal)));
        platform.Output.ShouldContain(line => Regex.IsMatch(line, @"^\s+officer\s+officer\.97\s+word-of-the-officer$"));
        platform.Output.ShouldContain(line => Regex.IsMatch(line, @"^\s+institution\s+institution\.97\s+word-of-the-institution$"));
        platform.Output.ShouldContain(line => Regex.IsMatch(line, @"^\s+operator\s+careerctl\s+in \S*demo-users\.json$"));
        platform.Output.ShouldNotContain(line => line.Contains("never-to-be-shown"));
    }

    /// <summary>The Erlang nodes that the broker's own port mapper knows.</summary>
    private static async Task<string> NodesOf(string local)
    {
        using var ports = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(local, "ports.json")));
        using var mapper = new TcpClient();
        await mapper.ConnectAsync(IPAddress.Loopback, ports.RootElement.GetProperty("messaging/mapper").GetInt32());
        await mapper.GetStream().WriteAsync("\0\u0001n"u8.ToArray());
        using var answer = new StreamReader(mapper.GetStream(), System.Text.Encoding.Latin1);
        return await answer.ReadToEndAsync();
    }

    private static async Task Execute(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{connection};Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every process that carries the host's sign, not only those it wrote down.</summary>
    private static List<ProcessMark> Everything(Platform platform) =>
        [.. ProcessMark.WithEnvironment(Engine.Sign(platform.Local)).Select(pid => new ProcessMark(pid, ProcessMark.StartTicks(pid) ?? 0, "")).Where(mark => mark.IsAlive)];

    private static List<ProcessMark> Processes(Platform platform) => [.. platform.State!.Resources.SelectMany(resource => resource.Process is { } process ? resource.Helpers.Append(process) : resource.Helpers)];

    private static Task<Platform> StartFresh(params string[] arguments) => Start(PrivateServers.NewFolder(), arguments);

    private static Task<Platform> Start(string local, params string[] arguments) => Platform.Start(["host", .. arguments], local, Sample);
}
