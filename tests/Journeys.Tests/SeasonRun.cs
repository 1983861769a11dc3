using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Testing;

namespace CareerPlatform.Journeys.Tests;

/// <summary>One season on the real parts: the AppHost as a process of this test's own, with its own folder, servers and ports.</summary>
public sealed class SeasonRun
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public required int ExitCode { get; init; }
    public required Report? Report { get; init; }
    public required TimeSpan Took { get; init; }

    /// <summary>The last lines of what the host said, for the reader of a failed test.</summary>
    public required string Said { get; init; }

    public static async Task<SeasonRun> Play(int pupils, int seed, int replicas = 1)
    {
        var local = PrivateServers.NewFolder();
        try
        {
            var since = Stopwatch.GetTimestamp();
            var (code, said) = await Run(["--once", "--local", local, "--pupils", $"{pupils}", "--seed", $"{seed}", "--replicas", $"{replicas}"]);
            var report = Path.Combine(local, "once", "reconciliation.json");
            return new SeasonRun
            {
                ExitCode = code,
                Report = File.Exists(report) ? JsonSerializer.Deserialize<Report>(await File.ReadAllTextAsync(report), Json) : null,
                Took = Stopwatch.GetElapsedTime(since),
                Said = said,
            };
        }
        finally
        {
            Directory.Delete(local, recursive: true);
        }
    }

    static async Task<(int Code, string Said)> Run(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = SharedData.Repository };
        foreach (var argument in arguments.Prepend(Host())) start.ArgumentList.Add(argument);
        using var host = new Process { StartInfo = start };
        var lines = new ConcurrentQueue<string>();
        void Keep(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            lines.Enqueue(line.Data);
            while (lines.Count > 150) lines.TryDequeue(out var _);
        }

        host.OutputDataReceived += Keep;
        host.ErrorDataReceived += Keep;
        host.Start();
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        try
        {
            await host.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        finally
        {
            if (!host.HasExited)
            {
                // TERM lets the host stop what it started; it must be gone before its folder is.
                if (Signal(host.Id, 15) != 0 || !host.WaitForExit(TimeSpan.FromSeconds(40))) host.Kill(entireProcessTree: true);
                host.WaitForExit();
            }
        }

        return (host.ExitCode, string.Join('\n', lines));
    }

    /// <summary>The AppHost that was built with this test: beside it under an artifacts folder, or in its own project's bin.</summary>
    static string Host()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var folder = own.Name.StartsWith("net", StringComparison.Ordinal)
            ? Path.Combine(SharedData.Repository, "AppHost", "bin", own.Parent!.Name, own.Name)
            : Path.Combine(own.Parent!.Parent!.FullName, "AppHost", own.Name);
        var program = Path.Combine(folder, "CareerPlatform.AppHost.dll");
        return File.Exists(program) ? program : throw new FileNotFoundException($"{program} is not built.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    static extern int Signal(int process, int signal);
}
