using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CareerPlatform.Import;

/// <summary>Prepares items on another thread, a few before they are asked for, so that who takes them can store meanwhile.</summary>
public static class ReadAhead
{
    private const int Waiting = 2;

    /// <summary>The same items in the same order; what preparing throws is thrown here, and preparing has ended when this has. Give many rows as one item: a thread is woken for each.</summary>
    public static async IAsyncEnumerable<T> Ahead<T>(this IEnumerable<T> items, [EnumeratorCancellation] CancellationToken ct)
    {
        var ahead = Channel.CreateBounded<T>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var preparing = Task.Run(async () =>
        {
            try
            {
                foreach (var item in items) await ahead.Writer.WriteAsync(item, stop.Token);
                ahead.Writer.Complete();
            }
            catch (Exception problem)
            {
                ahead.Writer.Complete(problem);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var item in ahead.Reader.ReadAllAsync(ct)) yield return item;
        }
        finally
        {
            await stop.CancelAsync();
            await preparing;
        }
    }
}
