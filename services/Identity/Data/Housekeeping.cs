namespace CareerPlatform.Identity.Data;

/// <summary>Once an hour: makes the next signing key when it is due, and forgets ended sessions, used assertions and quiet throttles.</summary>
public sealed class Housekeeping(SigningKeys keys, Throttle throttle, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await hourly.WaitForNextTickAsync(ct))
        {
            try
            {
                await keys.KeepFresh(ct);
                await throttle.Sweep(ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("Housekeeping failed and is tried again in an hour: {Exception}", exception.GetType().Name);
            }
        }
    }
}
