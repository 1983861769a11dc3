using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CareerPlatform.Testing;

/// <summary>Polls for a condition, so that no test sleeps and hopes.</summary>
public static class Wait
{
    public static Task Until(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Until(() => Task.FromResult(condition()), within, what);

    /// <summary>Returns when the condition holds; fails with its text, and the last exception it threw, when it does not hold in time.</summary>
    public static async Task Until(Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var since = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(10);
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await condition()) return;
                last = null;
            }
            catch (Exception problem)
            {
                last = problem;
            }

            if (Stopwatch.GetElapsedTime(since) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}", last);
            await Task.Delay(pause);
            if (pause < TimeSpan.FromMilliseconds(200)) pause *= 1.5;
        }
    }
}
