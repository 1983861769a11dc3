using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace CareerPlatform.AppHost.Native;

/// <summary>What one sees of the host: `./run` from its first line to its exit code.</summary>
internal sealed class Face(NativeBuilder builder)
{
    private readonly string local = builder.Local;
    private readonly Screen screen = new();
    private readonly CancellationTokenSource asked = new();
    private readonly CancellationTokenSource hurry = new();
    private readonly Lock writing = new();
    private readonly DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();
    private readonly ProcessMark self = new(Environment.ProcessId, ProcessMark.StartTicks(Environment.ProcessId) ?? 0, "AppHost");
    private Engine engine = null!;
    private Instance? careerctl;
    private string phase = "starting";
    private DateTimeOffset? readyAt;
    private int interrupts;
    private bool unwritable;

    private string StateFile => Path.Combine(local, "state.json");

    public static async Task<int> Run(NativeBuilder builder)
    {
        var line = builder.Line;
        if (line.AsksForHelp)
        {
            Console.WriteLine(CommandLine.Help);
            return 0;
        }

        if (line.Mistake is { } mistake)
        {
            await Console.Error.WriteLineAsync($"{mistake}\n\n{CommandLine.Help}");
            return 2;
        }

        if (line.WithServers is { } command) return await ServersFor.Run(command);
        var face = new Face(builder);
        using var mine = OnlyOne.Try(LockOf(builder.Local));
        if (mine is null) return await AlreadyRunning(builder.Local);
        return line.Reset ? await face.Reset() : await face.Stay();
    }

    private static string LockOf(string folder) => Path.Combine(folder, "host.lock");

    private static async Task<int> AlreadyRunning(string folder)
    {
        var gateway = State.Read(Path.Combine(folder, "state.json"))?.Gateway;
        await Console.Error.WriteLineAsync($"Already running: process {OnlyOne.Holder(LockOf(folder))}{(gateway is null ? "" : $", {gateway}")}. Stop it first (Ctrl-C there, or kill -TERM).");
        return 3;
    }

    /// <summary>Removes everything; the season played once in its own folder below is another host's, which must not run either.</summary>
    private async Task<int> Reset()
    {
        var once = Path.Combine(local, "once");
        if (Directory.Exists(once))
        {
            using var theirs = OnlyOne.Try(LockOf(once));
            if (theirs is null) return await AlreadyRunning(once);
            await EndLeftovers(once);
        }

        await EndLeftovers(local);
        var removed = Task.Run(() => Folder.Empty(local));
        await Progress(removed, () => $"removing {Short(local)}");
        await removed;
        screen.Write($"Removed what the platform kept in {local}.");
        return 0;
    }

    private async Task<int> Stay()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Asked);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Asked);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Asked);
        var code = 1;
        try
        {
            await EndLeftovers(local);
            asked.Token.ThrowIfCancellationRequested();
            if (builder.Line.Once) Folder.Empty(local);
            engine = new Engine(builder.Resources, local, new Pace { CrashesBeforeReady = builder.Line.Once ? 5 : null }) { Changed = Changed, Line = Line };
            WriteState();
            engine.Start();
            code = await Live();
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            code = builder.Line.Once ? 130 : 0;
        }
        catch (Exception problem)
        {
            screen.Problem(problem.Message);
        }
        finally
        {
            await Stop();
        }

        return code;
    }

    private async Task<int> Live()
    {
        var first = Task.WhenAny(engine.Ready(), engine.Failed).WaitAsync(asked.Token);
        await Progress(first, () =>
        {
            var busy = engine.Instances.Where(instance => instance.State is "Starting" || (instance is { State: "Running" } && !instance.Ready.IsCompleted))
                .Select(instance => instance.Detail is { } why ? $"{instance.Name} ({why})" : instance.Name);
            var waiting = engine.Instances.Count(instance => instance.State == "Waiting");
            return $"{string.Join(", ", busy)}{(waiting > 0 ? $"; {waiting} waiting" : "")}";
        });
        if (await first == engine.Failed)
        {
            foreach (var failed in engine.Instances.Where(instance => instance is { State: "FailedToStart" or "Exited", Log.Tail.Count: > 0 }))
                screen.Problem($"{failed.Name}: {failed.Detail}\n    {string.Join("\n    ", failed.Log!.Tail)}\n    … {failed.Log.FilePath}");
            throw new InvalidOperationException($"The platform did not start: {(await engine.Failed).Message}");
        }

        phase = "ready";
        readyAt = TimeProvider.System.GetUtcNow();
        WriteState();
        screen.Step($"ready: {Gateway}");
        Table();
        if (!builder.Line.Once) DemoUsers();

        if (builder.Line.Once) return await Careerctl(["season", "once", .. builder.Line.Province], raw: true);
        if (builder.Line.Load && await NeedsProvince() is { } database)
        {
            screen.Step("the databases are empty: loading the demo province");
            await File.WriteAllTextAsync(BrokenOff, database);
            var code = await Careerctl(["season", "load", .. builder.Line.Province], raw: false);
            if (code == 0) File.Delete(BrokenOff);
            screen.Step(code == 0 ? "the demo province is loaded" : $"the demo province was not loaded (exit code {code}); the next ./run tries again");
        }

        screen.Write($"Open {Gateway}   ·   Ctrl-C stops everything");
        await Task.Delay(Timeout.Infinite, asked.Token);
        return 0;
    }

    private string? Gateway => engine.Instances.FirstOrDefault(instance => instance.Name == "gateway")?.Urls.FirstOrDefault();

    /// <summary>Speaks when nothing was said for two seconds: who is waited for.</summary>
    private async Task Progress(Task until, Func<string> what)
    {
        while (await Task.WhenAny(until, Task.Delay(500)) != until)
            if (screen.Silence > TimeSpan.FromSeconds(2)) screen.Step($"… {what()}");
    }

    private void Changed(Instance instance, string what)
    {
        WriteState();
        switch (instance.State)
        {
            case "Running" when instance.Health == "Healthy":
                screen.Step($"{instance.Name} is healthy{Urls(instance)}");
                break;
            case "Running" when instance.Health == "Unhealthy":
                screen.Problem($"{instance.Name} is unhealthy: {instance.Detail}");
                break;
            case "Running" when instance.Detail is { } why:
                screen.Step($"{instance.Name} is not healthy yet: {why}");
                break;
            case "Exited" or "FailedToStart":
                screen.Problem($"{instance.Name}: {instance.Detail}{(instance.Log is { } log ? $"   ({Short(log.FilePath)})" : "")}");
                break;
            case "Finished":
                screen.Step($"{instance.Name} is done");
                break;
            case "Stopped" when what == "Stopped":
                screen.Step($"{instance.Name} stopped");
                break;
            default:
                if (what != instance.State) screen.Problem(what);
                break;
        }

        static string Urls(Instance instance) => instance.Kind == "project" && instance.Urls.Any() ? $"   {string.Join(' ', instance.Urls)}" : "";
    }

    private void Line(Instance instance, string line)
    {
        if (!builder.Line.Quiet && !builder.Line.Once) screen.Stream(instance.Name, line);
    }

    private void WriteState()
    {
        lock (writing)
        {
            if (engine is null) return;
            var all = careerctl is null ? engine.Instances : engine.Instances.Append(careerctl);
            var state = new State
            {
                Host = phase,
                HostProcess = self,
                StartedAt = startedAt,
                ReadyAt = readyAt,
                Gateway = Gateway,
                Resources = [.. all.Select(instance => instance.Snapshot())],
            };
            try
            {
                state.Write(StateFile);
                unwritable = false;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // A full disk must not end what runs, nor keep it from ending.
                if (!unwritable) screen.Problem($"{Short(StateFile)} cannot be written: {problem.Message}");
                unwritable = true;
            }
        }
    }

    private void Table() => screen.Table(
        ["RESOURCE", "STATE", "PID", "URL", "LOG"],
        engine.Instances.Where(instance => instance.State != "Finished").Select(instance => (IReadOnlyList<string>)
        [
            instance.Name, instance.Health ?? instance.State, instance.Process?.Pid.ToString(CultureInfo.InvariantCulture) ?? "",
            string.Join(' ', instance.Kind == "rabbitmq" ? instance.Urls.Reverse() : instance.Urls), instance.Log is { } log ? Short(log.FilePath) : "",
        ]));

    /// <summary>Who can sign in and which systems can ask for tokens, all made in Development only. A person's password is shown, a system's secret is not.</summary>
    private void DemoUsers()
    {
        var file = Path.Combine(local, "demo-users.json");
        if (!File.Exists(file)) return;
        using var demo = JsonDocument.Parse(File.ReadAllText(file));
        screen.Write($"Demo people (Development only; {Short(file)}):");
        screen.Table(["ROLE", "USER", "PASSWORD"], All("users").Select(user => (IReadOnlyList<string>)[Field(user, "role"), Field(user, "username"), Field(user, "password")]));
        screen.Write("Demo systems, for POST /connect/token:");
        screen.Table(["ROLE", "CLIENT", "SECRET"], All("clients").Select(client => (IReadOnlyList<string>)[Field(client, "role"), Field(client, "clientId"), $"in {Short(file)}"]));

        IEnumerable<JsonElement> All(string part) => demo.RootElement.TryGetProperty(part, out var list) ? list.EnumerateArray() : [];

        static string Field(JsonElement one, string name) => one.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }

    /// <summary>Names the database into which a load has begun and not ended.</summary>
    private string BrokenOff => Path.Combine(local, "demo.json");

    /// <summary>The database to load the demo province into: nothing has happened in it yet, or just an earlier load that was broken off. The databases decide, whatever else lies in our folder.</summary>
    private async Task<string?> NeedsProvince()
    {
        string? name = null;
        var empty = true;
        foreach (var database in builder.Resources.OfType<PostgresDatabaseResource>().Where(database => database.Name is "schoolsdb" or "enrolmentdb" or "destinationsdb"))
        {
            await using var connection = new NpgsqlConnection(await database.GetValueAsync());
            await connection.OpenAsync(asked.Token);
            if (await Ask(connection, "select to_regclass('mt_events') is not null") is not true) return null;
            await Ask(connection, "select set_config('app.tenant', '*', false)");
            empty &= await Ask(connection, "select not exists (select 1 from mt_events)") is true;
            name ??= (string?)await Ask(connection, "select system_identifier || '/' || oid from pg_control_system(), pg_database where datname = current_database()");
        }

        return empty || (File.Exists(BrokenOff) && await File.ReadAllTextAsync(BrokenOff) == name) ? name : null;

        async Task<object?> Ask(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(asked.Token);
        }
    }

    /// <summary>Runs the operator's program against the running platform.</summary>
    private async Task<int> Careerctl(IReadOnlyList<string> arguments, bool raw)
    {
        var program = Outputs.Program(Path.GetFullPath(builder.Configuration["Careerctl"] ?? "../services/Careerctl/Careerctl.csproj", builder.AppHostDirectory));
        var variables = new Dictionary<string, string?>(engine.Signed)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["CAREERPLATFORM_GATEWAY"] = Gateway,
            ["CAREERPLATFORM_STATE"] = StateFile,
            ["Identity__DemoUsersFile"] = Path.Combine(local, "demo-users.json"),
        };
        if (!screen.HasColour) variables["NO_COLOR"] = "1";
        foreach (var resource in builder.Resources.OfType<IResourceWithConnectionString>().Where(resource => resource is not PostgresServerResource))
            variables[$"ConnectionStrings__{resource.Name}"] = await resource.GetValueAsync();
        foreach (var instance in engine.Instances.Where(instance => instance.Kind == "project"))
            foreach (var url in instance.Urls)
                variables[string.Create(CultureInfo.InvariantCulture, $"services__{instance.Resource.Name}__http__{instance.Replica}")] = url;
        if (engine.Instances.FirstOrDefault(instance => instance.Kind == "rabbitmq")?.Resource.Endpoints.GetValueOrDefault("management") is { } management)
            variables["Messaging__Management"] = management.Urls.First();

        var log = new LogFile(Path.Combine(local, "logs", "careerctl.log"));
        careerctl = new Instance(new ProjectResource("careerctl", program), 0, "task", log) { State = "Running" };
        careerctl.Process = OwnProcess.Start(["dotnet", program, .. arguments], program, variables, Environment.CurrentDirectory, line =>
        {
            log.Write(line);
            if (raw) screen.Write(line);
            else screen.Stream("careerctl", line);
        });
        WriteState();
        var exited = careerctl.Process.Exited.WaitAsync(asked.Token);
        await Progress(exited, () => "careerctl");
        var code = await exited;
        (careerctl.State, careerctl.ExitCode, careerctl.Process) = (code == 0 ? "Finished" : "Exited", code, null);
        WriteState();
        return code;
    }

    private async Task Stop()
    {
        phase = "stopping";
        if (engine is null) return;
        WriteState();
        screen.Step("stopping");
        if (careerctl?.Process is { } process)
        {
            await process.Stop(Posix.Sigterm, TimeSpan.FromSeconds(5));
            (careerctl.State, careerctl.Process) = ("Stopped", null);
        }

        var stopped = engine.Stop();
        await Progress(stopped, () => string.Join(", ", engine.Instances.Where(instance => instance.Process is not null).Select(instance => instance.Name)));
        await stopped;
        phase = "stopped";
        WriteState();
        engine.Dispose();
        screen.Step("everything is stopped");
    }

    private async Task EndLeftovers(string folder)
    {
        var ended = Leftovers.End(folder, hurry.Token);
        await Progress(ended, () => "ending what an earlier run left behind");
        if (await ended is > 0 and var count) screen.Step($"ended {count} processes that an earlier run had left behind");
    }

    /// <summary>Ctrl-C, TERM or a closed terminal: the first time everything stops in order, the second time now.</summary>
    private void Asked(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref interrupts) == 1)
        {
            asked.Cancel();
            return;
        }

        screen.Problem("stopping now");
        hurry.Cancel();
        if (engine is null) return;     // nothing of ours runs yet
        foreach (var instance in engine.Instances.Where(instance => instance.Kind == "project")) instance.Process?.Kill();
    }

    private static string Short(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
