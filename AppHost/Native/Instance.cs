using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace CareerPlatform.AppHost.Native;

/// <summary>One process of a resource (or one database) under supervision.</summary>
internal sealed class Instance(Resource resource, int replica, string kind, LogFile? log)
{
    private readonly TaskCompletionSource started = Source();
    private readonly TaskCompletionSource ready = Source();
    private readonly TaskCompletionSource<int> completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Resource Resource => resource;

    public int Replica => replica;

    public string Kind => kind;

    public string Name => replica == 0 ? resource.Name : string.Create(CultureInfo.InvariantCulture, $"{resource.Name}-{replica + 1}");

    public LogFile? Log => log;

    public string State { get; set; } = "Waiting";

    public string? Health { get; set; }

    public string? Detail { get; set; }

    public OwnProcess? Process { get; set; }

    public IReadOnlyList<ProcessMark> Helpers { get; set; } = [];

    public int? ExitCode { get; set; }

    public int Restarts { get; set; }

    /// <summary>It runs, for the first time.</summary>
    public Task Started => started.Task;

    /// <summary>It runs and is healthy, for the first time; never taken back.</summary>
    public Task Ready => ready.Task;

    /// <summary>It ended by itself, with this exit code.</summary>
    public Task<int> Completed => completed.Task;

    public IEnumerable<string> Urls => resource.Endpoints.Values.SelectMany(endpoint => kind == "project" ? endpoint.Urls.Skip(replica).Take(1) : endpoint.Urls);

    public void HasStarted() => started.TrySetResult();

    public void IsReady() => ready.TrySetResult();

    public void HasCompleted(int code)
    {
        started.TrySetResult();
        ready.TrySetResult();
        completed.TrySetResult(code);
    }

    /// <summary>It will never run: neither will who waits for it.</summary>
    public void HasFailed(Exception why)
    {
        foreach (var (source, task) in (ReadOnlySpan<(Action<Exception>, Task)>)[(why => started.TrySetException(why), started.Task), (why => ready.TrySetException(why), ready.Task), (why => completed.TrySetException(why), completed.Task)])
        {
            source(why);
            _ = task.Exception;     // observed: not everybody is waited for
        }
    }

    public ResourceState Snapshot() => new()
    {
        Name = Name,
        Kind = kind,
        Replica = replica,
        State = State,
        Health = Health,
        Detail = Detail,
        Pid = Process?.Pid,
        Process = Process?.Mark,
        Helpers = Helpers,
        Urls = [.. Urls],
        ExitCode = ExitCode,
        Restarts = Restarts,
        LogFile = log?.FilePath,
    };

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
