using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Gives each committed event its position in the feed: gapless, and in order within each stream.</summary>
/// <remarks>
/// Runs after the commit and as one statement, so it is all or nothing. It sees committed rows only, and of each stream these are a prefix of its versions.
/// Two at once are still correct (the second waits for the first's rows, locked in one order, and finds them gone), the election only saves work. Never SKIP LOCKED.
/// </remarks>
internal sealed class Sequencer(Database database, ILogger<Sequencer> log) : BackgroundService
{
    private const int Batch = 1_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(100);

    protected override Task ExecuteAsync(CancellationToken ct) => Elected.Run(database, "sequencer", Lead, log, ct);

    private async Task Lead(NpgsqlConnection connection, CancellationToken ct)
    {
        var pause = Shortest;
        while (!ct.IsCancellationRequested)
        {
            var moved = await Once(connection, ct);
            if (moved > 0) database.Sequenced.Set();
            if (moved == Batch) continue;

            pause = moved > 0 ? Shortest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, pause.Ticks * 3 / 2));
            if (moved > 0) await Task.Delay(TimeSpan.FromMilliseconds(5), ct);   // one statement for many commits, not one for each
            await database.Committed.Wait(pause, ct);
        }
    }

    /// <summary>Moves up to a thousand committed events into the feed; says how many. The connection's tenant must be "*".</summary>
    /// <remarks>An array, not `in (select …)`: prepared while nothing waits, that would be planned as a loop which locks the whole batch again for every waiting row.</remarks>
    internal static async Task<int> Once(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var move = new NpgsqlCommand(
            """
            with d as (delete from event_pending where seq_id = any (array(
                         select seq_id from event_pending order by seq_id limit $1 for update)) returning seq_id, tenant_id),
                 t as (select seq_id, tenant_id, row_number() over (order by seq_id) rn, count(*) over () n from d),
                 h as (update feed_head set pos = pos + (select max(n) from t)
                       where one and exists (select 1 from t) returning pos - (select max(n) from t) as base)
            insert into feed (pos, seq_id, tenant_id) select h.base + t.rn, t.seq_id, t.tenant_id from t, h
            """, connection)
        { Parameters = { new() { Value = Batch } }, CommandTimeout = 15 };
        return await move.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>Runs a piece of background work in one process at a time: who holds the advisory lock, on the same connection that writes.</summary>
internal static class Elected
{
    /// <summary>Runs <paramref name="lead"/> for as long as this process is elected. An exception is logged and tried again; it never ends the process in silence.</summary>
    internal static async Task Run(Database database, string work, Func<NpgsqlConnection, CancellationToken, Task> lead, ILogger log, CancellationToken ct)
    {
        var pause = TimeSpan.Zero;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.Source.OpenConnectionAsync(ct);
                if (await Elect(connection, work, ct))
                {
                    log.LogInformation("{Work}: elected", work);
                    pause = TimeSpan.Zero;
                    try
                    {
                        await lead(connection, ct);
                    }
                    finally
                    {
                        await Resign(connection);
                    }
                }
                else pause = TimeSpan.FromSeconds(1);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                pause = TimeSpan.FromMilliseconds(Math.Clamp(pause.TotalMilliseconds * 2, 200, 3_000));
                log.LogWarning("{Work}: {Problem} ({State}); again in {Pause}", work, problem.GetType().Name, (problem as PostgresException)?.SqlState ?? problem.InnerException?.GetType().Name, pause);
            }
            await Task.Delay(pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The pool keeps a returned connection, and with it its locks, until somebody uses it again: so they are given back here. A dead connection gives them back itself.</summary>
    private static async Task Resign(NpgsqlConnection connection)
    {
        try
        {
            await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", connection) { CommandTimeout = 3 };
            await unlock.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception dead) when (dead is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            NpgsqlConnection.ClearPool(connection);
        }
    }

    /// <remarks>Its tables grow from nothing to tens of thousands of rows within a minute, so it keeps no plans: one made while they were empty reads them whole.</remarks>
    private static async Task<bool> Elect(NpgsqlConnection connection, string work, CancellationToken ct)
    {
        await using var elect = new NpgsqlCommand("select set_config('app.tenant', '*', false), pg_try_advisory_lock(hashtextextended($1, 40)), set_config('plan_cache_mode', 'force_custom_plan', false)", connection)
        {
            Parameters = { new() { Value = work } },
        };
        await using var row = await elect.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return row.GetBoolean(1);
    }
}

/// <summary>Wakes one waiting loop of this process; several sets before the wake count as one.</summary>
internal sealed class Signal
{
    private readonly SemaphoreSlim set = new(0, 1);

    internal void Set()
    {
        if (set.CurrentCount > 0) return;
        try
        {
            set.Release();
        }
        catch (SemaphoreFullException)
        {
            // Set by somebody else just now.
        }
    }

    internal Task<bool> Wait(TimeSpan atMost, CancellationToken ct) => set.WaitAsync(atMost, ct);
}
