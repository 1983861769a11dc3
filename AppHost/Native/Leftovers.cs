namespace CareerPlatform.AppHost.Native;

/// <summary>What an earlier host of this folder left running because it was killed: found by what it wrote down and by the sign in the processes' environment.</summary>
internal static class Leftovers
{
    /// <summary>Ends them, gently until it is to be hurried; says how many there were.</summary>
    public static async Task<int> End(string local, CancellationToken hurry = default)
    {
        var noted = State.Read(Path.Combine(local, "state.json"))?.Resources
            .SelectMany(resource => resource.Process is { } process ? resource.Helpers.Append(process) : resource.Helpers).Where(mark => mark.IsAlive).Select(mark => mark.Pid) ?? [];
        var all = noted.Union(ProcessMark.WithEnvironment(Engine.Sign(local))).Where(pid => pid != Environment.ProcessId)
            .Select(pid => (Pid: pid, Started: ProcessMark.StartTicks(pid))).Where(one => one.Started is not null).ToList();
        if (all.Count == 0) return 0;

        // PostgreSQL takes SIGINT for "stop now, cleanly"; SIGTERM would wait for its clients.
        foreach (var (pid, _) in all) Posix.Kill(pid, ProcessMark.CommandLine(pid).Contains("/bin/postgres ", StringComparison.Ordinal) ? Posix.Sigint : Posix.Sigterm);
        for (var i = 0; i < 150 && !hurry.IsCancellationRequested && all.Any(Lives); i++) await Task.Delay(100);
        foreach (var one in all.Where(Lives)) Posix.Kill(one.Pid, Posix.Sigkill);
        for (var i = 0; i < 50 && all.Any(Lives); i++) await Task.Delay(100);
        return all.Count;

        static bool Lives((int Pid, long? Started) one) => ProcessMark.StartTicks(one.Pid) == one.Started;
    }
}
