using System.Collections.Concurrent;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Feed;

/// <summary>Wakes institutions that wait for their next item: one small query four times a second for all of them together, and none while nobody waits.</summary>
/// <remarks>A waiter holds no connection. At most 4 wait per institution and 2,000 in all; who comes too many is told to come again.</remarks>
public sealed class FeedBell(Database db, TimeProvider clock, IHostApplicationLifetime process, ILogger<FeedBell> log) : BackgroundService
{
    public const int PerInstitution = 4;
    private const int InAll = 2_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Waiter, bool> waiters = [];
    private readonly SemaphoreSlim somebody = new(0);

    private sealed record Waiter(string Tenant, Guid Institution, long Position)
    {
        public TaskCompletionSource Rung { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Equals(Waiter? other) => ReferenceEquals(this, other);
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    /// <summary>Returns when the institution's feed has gone past the position, when the time is over, or when the process stops.</summary>
    public async Task Wait(string tenant, Guid institution, long position, TimeSpan atMost, CancellationToken ct)
    {
        var waiter = new Waiter(tenant, institution, position);
        waiters.TryAdd(waiter, true);
        try
        {
            if (waiters.Count > InAll || waiters.Keys.Count(other => other.Institution == institution && other.Tenant == tenant) > PerInstitution)
                throw new RuleBroken("too_many_waiting", "Quá nhiều kết nối chờ", $"At most {PerInstitution} requests of one institution wait at a time.", 429).After(5);

            somebody.Release();
            await using var stopping = process.ApplicationStopping.Register(() => waiter.Rung.TrySetResult());
            await waiter.Rung.Task.WaitAsync(atMost, clock, ct);
        }
        catch (TimeoutException)
        {
            // Nothing new: the answer is an empty page.
        }
        finally
        {
            waiters.TryRemove(waiter, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (waiters.IsEmpty) await somebody.WaitAsync(ct);
                while (somebody.CurrentCount > 0) await somebody.WaitAsync(ct);
                await Ring(ct);
                await Task.Delay(Pause, clock, ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("Waiting institutions could not be woken: {Exception}", exception.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Ring(CancellationToken ct)
    {
        var waiting = waiters.Keys.ToList();
        if (waiting.Count == 0) return;

        await using var work = await db.Begin("*", ct);
        await work.AsProvince();
        var heads = (await work.Query<(string Tenant, Guid Institution, long Position)>(
                "select tenant_id, institution_id, pos from institution_feed_head where institution_id = any (@Institutions)",
                new { Institutions = waiting.Select(waiter => waiter.Institution).Distinct().ToArray() }))
            .ToDictionary(head => (head.Tenant, head.Institution), head => head.Position);
        foreach (var waiter in waiting)
        {
            if (heads.TryGetValue((waiter.Tenant, waiter.Institution), out var position) && position > waiter.Position) waiter.Rung.TrySetResult();
        }
    }
}
