
namespace CareerPlatform.Careerctl.Season;

/// <summary>Shows what is going on: a line for each step when it ends, and progress for whatever takes over two seconds.</summary>
public sealed class Steps(TextWriter to, TimeProvider clock)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    public IReadOnlyDictionary<string, double> Seconds => seconds;

    readonly Dictionary<string, double> seconds = [];

    public async Task<T> Run<T>(string what, Func<Tally, Task<T>> step)
    {
        var since = clock.GetTimestamp();
        var tally = new Tally();
        await using (clock.CreateTimer(_ => to.WriteLine($"  … {what}{tally}, {clock.GetElapsedTime(since).TotalSeconds:0} s"), null, Every, Every))
        {
            var result = await step(tally);
            seconds[what] = Math.Round(clock.GetElapsedTime(since).TotalSeconds, 2);
            to.WriteLine($"  ✓ {what}{tally} ({seconds[what]:0.0} s)");
            return result;
        }
    }

    public Task Run(string what, Func<Tally, Task> step) => Run(what, async tally =>
    {
        await step(tally);
        return true;
    });

    public void Say(string text) => to.WriteLine(text);

    /// <summary>Returns when the condition holds; fails with what it last saw when nothing has moved for the given time.</summary>
    public async Task Until(string what, TimeSpan patience, Func<Tally, Task<bool>> holds, CancellationToken ct) => await Run(what, async tally =>
    {
        var (moved, last) = (clock.GetTimestamp(), (-1L, -1L));
        var pause = TimeSpan.FromMilliseconds(50);
        while (!await holds(tally))
        {
            if ((tally.Done, tally.Of) != last) (moved, last) = (clock.GetTimestamp(), (tally.Done, tally.Of));
            if (clock.GetElapsedTime(moved) > patience) throw new SeasonStopped($"{what}: nothing has moved for {patience.TotalSeconds:0} s{tally}.");
            await Task.Delay(pause, clock, ct);
            if (pause < TimeSpan.FromSeconds(1)) pause *= 1.5;
        }
    });
}

/// <summary>How far a step is.</summary>
public sealed class Tally
{
    long done;

    public long Of { get; set; }

    public long Done
    {
        get => Interlocked.Read(ref done);
        set => Interlocked.Exchange(ref done, value);
    }

    public void One() => Interlocked.Increment(ref done);

    public override string ToString() => (Done, Of) switch
    {
        (0, 0) => "",
        (_, 0) => $": {Done:N0}",
        _ => $": {Done:N0} of {Of:N0}",
    };
}

/// <summary>The season cannot go on; the message says why, without personal data.</summary>
public sealed class SeasonStopped(string message) : Exception(message);
