using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CareerPlatform.Import;

/// <summary>Reads a file's rows on another thread, at most a few hundred before they are asked for, so that who takes them can seal and store meanwhile.</summary>
public static class ReadAhead
{
    private const int Rows = 512;

    /// <summary>The same rows in the same order; what reading throws is thrown here, and reading has ended when this has.</summary>
    public static async IAsyncEnumerable<T> Ahead<T>(this IEnumerable<T> rows, [EnumeratorCancellation] CancellationToken ct)
    {
        var ahead = Channel.CreateBounded<T>(new BoundedChannelOptions(Rows) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = Task.Run(async () =>
        {
            try
            {
                foreach (var row in rows) await ahead.Writer.WriteAsync(row, stop.Token);
                ahead.Writer.Complete();
            }
            catch (Exception problem)
            {
                ahead.Writer.Complete(problem);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var row in ahead.Reader.ReadAllAsync(ct)) yield return row;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }
}
