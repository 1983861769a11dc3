using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CareerPlatform.AppHost.Native;

/// <summary>A process this host started: in a session of its own, so that a terminal's Ctrl-C reaches the host alone, with its output in a log file.</summary>
public sealed class OwnProcess
{
    private const string SetSid = "setsid";
    private readonly Process process;

    private OwnProcess(Process process, string mark)
    {
        this.process = process;
        Mark = new ProcessMark(process.Id, ProcessMark.StartTicks(process.Id) ?? 0, mark);
        Exited = WaitForExit();
    }

    /// <summary>What identifies the process to a later run of the host.</summary>
    public ProcessMark Mark { get; }

    public int Pid => Mark.Pid;

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exited { get; }

    /// <param name="command">Program and arguments.</param>
    /// <param name="mark">A text that stands in the program's command line and in no other program's: a path or a port of ours.</param>
    /// <param name="environment">Changes to the host's own environment; null removes.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="line">Called with each line the program writes.</param>
    public static OwnProcess Start(IReadOnlyList<string> command, string mark, IReadOnlyDictionary<string, string?> environment, string workingDirectory, Action<string> line)
    {
        var start = new ProcessStartInfo(SetSid)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        foreach (var argument in command) start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(BelongsToTheHost).ToList()) start.Environment.Remove(inherited);
        foreach (var (name, value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        var own = new OwnProcess(process, mark);
        Guardian.Watch(own.Mark);
        own.Read(process.StandardOutput, line);
        own.Read(process.StandardError, line);
        return own;
    }

    /// <summary>Its exit code. It is killed when nobody waits for it any more.</summary>
    public async Task<int> Ended(CancellationToken ct)
    {
        try
        {
            return await Exited.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            Kill();
            await Exited;
            throw;
        }
    }

    /// <summary>Asks with the signal; kills the whole session when it has not ended in time. True when it ended by itself.</summary>
    public async Task<bool> Stop(int signal, TimeSpan within)
    {
        Signal(signal);
        var ended = await Task.WhenAny(Exited, Task.Delay(within)) == Exited;
        Kill();
        await Exited;
        return ended;
    }

    /// <summary>kill(2); 0 when it was delivered.</summary>
    public static int Signal(int pid, int signal) => Posix.Kill(pid, signal);

    public void Signal(int signal)
    {
        if (!Exited.IsCompleted) Posix.Kill(Pid, signal);
    }

    /// <summary>kill -9, of the process and of whatever it started.</summary>
    public void Kill()
    {
        if (Exited.IsCompleted) return;
        Posix.Kill(-Pid, Posix.Sigkill);
        Posix.Kill(Pid, Posix.Sigkill);
    }

    private static bool BelongsToTheHost(string variable) =>
        variable.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("Parameters__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("services__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("CAREERPLATFORM_", StringComparison.OrdinalIgnoreCase)
        || variable is "DOTNET_ENVIRONMENT" or "HTTP_PORTS" or "HTTPS_PORTS" or "NOTIFY_SOCKET" or "VSTEST_HOST_DEBUG";

    private async Task<int> WaitForExit()
    {
        await process.WaitForExitAsync();
        Guardian.Forget(Mark);
        return process.ExitCode;
    }

    private void Read(StreamReader output, Action<string> line) => _ = Task.Run(async () =>
    {
        try
        {
            while (await output.ReadLineAsync() is { } text) Hand(text);
        }
        catch (IOException)
        {
            // The pipe went with the process.
        }

        // Whatever becomes of a line: a pipe that nobody drains would stop its writer.
        void Hand(string text)
        {
            try
            {
                line(text);
            }
            catch (Exception)
            {
                // Whoever listens failed with this line, perhaps not with the next.
            }
        }
    });
}

/// <summary>A process as a later run can recognise it: number, start time and a text of its command line.</summary>
public sealed record ProcessMark(int Pid, long StartedTicks, string Command)
{
    /// <summary>Whether the very process still lives, not another one that got its number.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsAlive => StartTicks(Pid) == StartedTicks && CommandLine(Pid).Contains(Command, StringComparison.Ordinal);

    /// <summary>The process's start in clock ticks since boot, or null when there is none or only its remains.</summary>
    public static long? StartTicks(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static string CommandLine(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ');

    /// <summary>The living processes whose environment holds this text.</summary>
    public static IEnumerable<int> WithEnvironment(string text) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        let pid = int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)
        where pid != Environment.ProcessId && Read($"{folder}/environ").Split('\0').Contains(text) && StartTicks(pid) is not null
        select pid;

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

internal static class Posix
{
    public const int Sigint = 2;
    public const int Sigquit = 3;
    public const int Sigkill = 9;
    public const int Sigterm = 15;

    public static bool IsRoot { get; } = GetEffectiveUser() == 0;

    [DllImport("libc", EntryPoint = "kill")]
    public static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint GetEffectiveUser();

    [DllImport("libc", EntryPoint = "chown", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
