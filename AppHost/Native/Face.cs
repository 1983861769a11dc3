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
    private readonly Lock writing = new();
    private readonly DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();
    private readonly ProcessMark self = new(Environment.ProcessId, ProcessMark.StartTicks(Environment.ProcessId) ?? 0, "AppHost");
    private Engine engine = null!;
    private Instance? careerctl;
    private string phase = "starting";
    private DateTimeOffset? readyAt;
    private int interrupts;

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
        Directory.CreateDirectory(builder.Local);
        using var mine = OnlyOne.Try(Path.Combine(builder.Local, "host.lock"));
        if (mine is null)
        {
            var gateway = State.Read(face.StateFile)?.Gateway;
            await Console.Error.WriteLineAsync($"Already running: process {OnlyOne.Holder(Path.Combine(builder.Local, "host.lock"))}{(gateway is null ? "" : $", {gateway}")}. Stop it first (Ctrl-C there, or kill -TERM).");
            return 3;
        }

        return line.Reset ? await face.Reset() : await face.Stay();
    }

    private async Task<int> Reset()
    {
        await EndLeftovers();
        Folder.Empty(local);
        screen.Write($"Removed what the platform kept in {local}.");
        return 0;
    }

    private async Task<int> Stay()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Asked);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Asked);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Asked);
        await EndLeftovers();
        if (builder.Line.Once) Folder.Empty(local);
        var code = 1;
        try
        {
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
            var busy = engine.Instances.Where(instance => instance.State is "Starting" || (instance is { State: "Running" } && !instance.Ready.IsCompleted)).Select(instance => instance.Name);
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
        DemoUsers();

        if (builder.Line.Once) return await Careerctl(["season", "once", .. builder.Line.Province], raw: true);
        if (builder.Line.Load && await NeedsProvince())
        {
            screen.Step("the databases are empty: loading the demo province");
            var note = Path.Combine(local, "demo.json");
            await File.WriteAllTextAsync(note, """{"province":"loading"}""");
            var code = await Careerctl(["season", "load", .. builder.Line.Province], raw: false);
            if (code == 0) await File.WriteAllTextAsync(note, """{"province":"loaded"}""");
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
                screen.Problem($"{instance.Name} is unhealthy");
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
            new State
            {
                Host = phase,
                HostProcess = self,
                StartedAt = startedAt,
                ReadyAt = readyAt,
                Gateway = Gateway,
                Resources = [.. all.Select(instance => instance.Snapshot())],
            }.Write(StateFile);
        }
    }

    private void Table() => screen.Table(
        ["RESOURCE", "STATE", "PID", "URL", "LOG"],
        engine.Instances.Where(instance => instance.State != "Finished").Select(instance => (IReadOnlyList<string>)
        [
            instance.Name, instance.Health ?? instance.State, instance.Process?.Pid.ToString(CultureInfo.InvariantCulture) ?? "",
            string.Join(' ', instance.Kind == "rabbitmq" ? instance.Urls.Reverse() : instance.Urls), instance.Log is { } log ? Short(log.FilePath) : "",
        ]));

    /// <summary>The people to sign in with, whom Identity makes in Development only.</summary>
    private void DemoUsers()
    {
        var file = Path.Combine(local, "demo-users.json");
        if (builder.Line.Once || !File.Exists(file)) return;
        using var users = JsonDocument.Parse(File.ReadAllText(file));
        if (users.RootElement.EnumerateObject().FirstOrDefault(part => part.Name.Equals("users", StringComparison.OrdinalIgnoreCase)).Value is not { ValueKind: JsonValueKind.Array } list) return;
        screen.Write($"Demo people (Development only; {Short(file)}):");
        screen.Table(["ROLE", "USER", "PASSWORD"], list.EnumerateArray().Select(user => (IReadOnlyList<string>)[Field(user, "role"), Field(user, "username"), Field(user, "password")]));

        static string Field(JsonElement user, string name) =>
            user.EnumerateObject().FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";
    }

    /// <summary>Nothing happened in Schools yet, or an earlier loading was broken off.</summary>
    private async Task<bool> NeedsProvince()
    {
        var note = Path.Combine(local, "demo.json");
        if (File.Exists(note)) return (await File.ReadAllTextAsync(note)).Contains("loading", StringComparison.Ordinal);
        if (builder.Resources.OfType<PostgresDatabaseResource>().FirstOrDefault(database => database.Name == "schoolsdb") is not { } schools) return false;
        await using var connection = new NpgsqlConnection(await schools.GetValueAsync());
        await connection.OpenAsync(asked.Token);
        await using var log = new NpgsqlCommand("select to_regclass('mt_events') is not null", connection);
        if (await log.ExecuteScalarAsync(asked.Token) is not true) return false;
        await using var empty = new NpgsqlCommand("select not exists (select 1 from mt_events)", connection);
        return await empty.ExecuteScalarAsync(asked.Token) is true;
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

    private async Task EndLeftovers()
    {
        var ended = Leftovers.End(local);
        if (await Task.WhenAny(ended, Task.Delay(500)) != ended) screen.Step("ending what an earlier run left behind");
        if (await ended is > 0 and var count) screen.Step($"ended {count} processes that an earlier run had left behind");
    }

    private void Asked(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref interrupts) == 1)
        {
            asked.Cancel();
            return;
        }

        screen.Problem("stopping now");
        foreach (var instance in engine.Instances.Where(instance => instance.Kind == "project")) instance.Process?.Kill();
    }

    private static string Short(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
