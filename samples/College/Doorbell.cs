namespace CareerPlatform.College;

/// <summary>A knock of the platform wakes the reader; many knocks wake it once.</summary>
public sealed class Doorbell : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        try
        {
            rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is ringing already.
        }
    }

    public async Task Wait(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await rung.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nobody knocked.
        }
    }

    public void Dispose() => rung.Dispose();
}
