using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CareerPlatform.Import;

/// <summary>Reads a file's rows on another thread, a few hundred before they are asked for, so that who takes them can seal and store meanwhile.</summary>
public static class ReadAhead
{
    private const int Rows = 128, Chunks = 4;   // a thread is woken for many rows, not for one

    /// <summary>The same rows in the same order; what reading throws is thrown here, and reading has ended when this has.</summary>
    public static async IAsyncEnumerable<T> Ahead<T>(this IEnumerable<T> rows, [EnumeratorCancellation] CancellationToken ct)
    {
        var ahead = Channel.CreateBounded<T[]>(new BoundedChannelOptions(Chunks) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = Task.Run(async () =>
        {
            try
            {
                foreach (var some in rows.Chunk(Rows)) await ahead.Writer.WriteAsync(some, stop.Token);
                ahead.Writer.Complete();
            }
            catch (Exception problem)
            {
                ahead.Writer.Complete(problem);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var some in ahead.Reader.ReadAllAsync(ct))
            {
                foreach (var row in some) yield return row;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }
}
