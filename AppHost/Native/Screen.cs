using System.Diagnostics;

namespace CareerPlatform.AppHost.Native;

/// <summary>What the host says: progress, tables and the services' logs with a prefix; in colour only on a terminal.</summary>
internal sealed class Screen
{
    private const int LinesPerSecond = 100;
    private static readonly string[] Colours = ["36", "33", "32", "35", "34", "96", "93", "92", "95", "94"];
    private readonly Lock gate = new();
    private readonly long since = Stopwatch.GetTimestamp();
    private readonly bool colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";
    private readonly Dictionary<string, string> colours = [];
    private readonly Dictionary<string, (long Second, int Lines)> streamed = [];
    private long said = Stopwatch.GetTimestamp();

    public bool HasColour => colour;

    /// <summary>Nothing was said for so long.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref said));

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(since);

    /// <summary>A step, with the seconds since the start.</summary>
    public void Step(string text) => Write($"[{Elapsed.TotalSeconds,6:0.0} s] {text}");

    public void Problem(string text) => Write(colour ? $"\e[31m{text}\e[0m" : text);

    public void Write(string text)
    {
        lock (gate)
        {
            Interlocked.Exchange(ref said, Stopwatch.GetTimestamp());
            try
            {
                Console.Out.WriteLine(text);
            }
            catch (IOException)
            {
                // Whoever read us has gone; the log files have it all.
            }
        }
    }

    /// <summary>One line of a service's log. A flood stays in the file.</summary>
    public void Stream(string name, string line)
    {
        lock (gate)
        {
            var second = Stopwatch.GetTimestamp() / Stopwatch.Frequency;
            var (last, lines) = streamed.GetValueOrDefault(name);
            lines = last == second ? lines + 1 : 1;
            streamed[name] = (second, lines);
            if (lines > LinesPerSecond) return;
            if (!colours.TryGetValue(name, out var code)) colours[name] = code = Colours[colours.Count % Colours.Length];
            var prefix = $"{name,-14} | ";
            Write(lines == LinesPerSecond ? $"{prefix}… more in the log file" : (colour ? $"\e[{code}m{prefix}\e[0m" : prefix) + line);
        }
    }

    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(heads).ToList();
        var widths = Enumerable.Range(0, heads.Count).Select(column => all.Max(row => row[column].Length)).ToList();
        lock (gate)
        {
            Write("");
            foreach (var (index, row) in all.Index())
            {
                Write("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
                if (index == 0) Write("  " + string.Join("  ", widths.Select(width => new string('─', width))));
            }

            Write("");
        }
    }
}
