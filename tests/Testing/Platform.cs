using System.Collections.Concurrent;
using CareerPlatform.AppHost.Native;

namespace CareerPlatform.Testing;

/// <summary>A whole platform, started as `./run` starts it, in a folder of its own; for tests that need real processes to talk to, kill and count.</summary>
public sealed class Platform : IAsyncDisposable
{
    private readonly OwnProcess process;
    private readonly ConcurrentQueue<string> output;

    private Platform(OwnProcess process, string local, ConcurrentQueue<string> output) => (this.process, Local, this.output) = (process, local, output);

    /// <summary>The host's folder: state, secrets, logs, data.</summary>
    public string Local { get; }

    public int Pid => process.Pid;

    /// <summary>The host's exit code.</summary>
    public Task<int> Exited => process.Exited;

    /// <summary>What the host printed so far.</summary>
    public IReadOnlyList<string> Output => [.. output];

    public State? State => State.Read(Path.Combine(Local, "state.json"));

    public bool IsReady => State is { Host: "ready" } state && state.HostProcess.Pid == Pid;

    /// <summary>The gateway's address.</summary>
    public Uri Gateway => new(State?.Gateway ?? throw new InvalidOperationException("The platform has no gateway yet."));

    /// <summary>Starts the host and returns at once. Without a program it is the platform's own AppHost. What stands before, such as a shell that sets limits, runs it.</summary>
    public static Platform Launch(IReadOnlyList<string> arguments, string? local = null, string? program = null, IReadOnlyList<string>? before = null)
    {
        Guardian.Begin();
        var folder = local ?? PrivateServers.NewFolder();
        program ??= Outputs.Program(Path.Combine(SharedData.Repository, "AppHost", "AppHost.csproj"));
        var output = new ConcurrentQueue<string>();
        var process = OwnProcess.Start([.. before ?? [], "dotnet", program, .. arguments, "--local", folder], program, new Dictionary<string, string?>(), SharedData.Repository, output.Enqueue);
        return new Platform(process, arguments.Contains("--once") ? Path.Combine(folder, "once") : folder, output);
    }

    /// <summary>Starts the host and returns when everything is healthy.</summary>
    public static async Task<Platform> Start(IReadOnlyList<string> arguments, string? local = null, string? program = null, TimeSpan? within = null, IReadOnlyList<string>? before = null)
    {
        var platform = Launch(arguments, local, program, before);
        try
        {
            await Wait.Until(() => platform.IsReady || platform.Exited.IsCompleted, within ?? TimeSpan.FromMinutes(3));
            if (platform.Exited.IsCompleted) throw new InvalidOperationException($"The host ended with {await platform.Exited}:\n{string.Join('\n', platform.Output)}");
            return platform;
        }
        catch (Exception problem)
        {
            await platform.DisposeAsync();
            throw new InvalidOperationException($"The platform did not get ready:\n{string.Join('\n', platform.Output.TakeLast(60))}", problem);
        }
    }

    /// <summary>A process of a resource, or null while there is none: "schools", its second replica "schools-2", "postgres", "messaging".</summary>
    public ProcessMark? ProcessOf(string name) => State?.Resources.FirstOrDefault(resource => resource.Name == name)?.Process;

    public ResourceState Resource(string name) => State!.Resources.Single(resource => resource.Name == name);

    /// <summary>kill -9 of a process of the platform; returns which one it was.</summary>
    public ProcessMark Kill(string name)
    {
        var mark = ProcessOf(name) ?? throw new InvalidOperationException($"{name} does not run.");
        Signals.Kill(mark.Pid);
        return mark;
    }

    /// <summary>Waits until a killed resource runs again in a new process and is healthy.</summary>
    public Task Recovered(string name, ProcessMark killed, TimeSpan? within = null) =>
        Wait.Until(() => State?.Resources.FirstOrDefault(resource => resource.Name == name) is { Health: "Healthy", Process: { } now } && now != killed, within ?? TimeSpan.FromMinutes(2));

    /// <summary>kill -9 of the host itself, as a crash of it would be.</summary>
    public async Task KillHost()
    {
        Signals.Kill(Pid);
        await Exited;
    }

    /// <summary>TERM, as systemd or Ctrl-C would; the exit code.</summary>
    public async Task<int> Stop()
    {
        Signals.Terminate(Pid);
        return await Exited.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted) await Stop();
    }
}

/// <summary>Signals to processes the test itself started.</summary>
public static class Signals
{
    public static void Kill(int pid) => Send(pid, 9);

    public static void Terminate(int pid) => Send(pid, 15);

    public static void Interrupt(int pid) => Send(pid, 2);

    private static void Send(int pid, int signal)
    {
        if (OwnProcess.Signal(pid, signal) != 0) throw new InvalidOperationException($"Process {pid} is not there to be signalled.");
    }
}
