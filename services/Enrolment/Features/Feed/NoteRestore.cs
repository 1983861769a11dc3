using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Feed;

/// <summary>
/// Sees that the database is another than last time (a backup restored, a standby promoted): the feeds begin a new epoch before the first cursor is read or given, because positions that
/// institutions have read will be given out again to other leads.
/// </summary>
/// <remarks>Compared are the cluster, its timeline and the database's oid. What looks the same afterwards, a volume's snapshot, the operator tells by raising `Feed__Epoch`; both count.</remarks>
public sealed class NoteRestore(Database db, FeedCursors cursors, ILogger<NoteRestore> log)
{
    private readonly SemaphoreSlim one = new(1);
    private bool looked;

    /// <summary>Looks once in the life of the process.</summary>
    public async Task Look(CancellationToken ct)
    {
        if (looked) return;
        await one.WaitAsync(ct);
        try
        {
            if (!looked) cursors.Restores = await Restores(ct);
            looked = true;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<int> Restores(CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        var (restores, now) = await work.Single<(int, bool)>(
            """
            with here as (
              select concat_ws('/', (select system_identifier from pg_control_system()), (select timeline_id from pg_control_checkpoint()), (select oid from pg_database where datname = current_database())) as database),
            before as (select database from feed_epoch)
            insert into feed_epoch as e (database) select database from here
            on conflict (one) do update set restores = e.restores + (e.database <> excluded.database)::int, database = excluded.database
            returning e.restores, coalesce((select database from before) <> e.database, false)
            """);
        await work.Commit();
        if (now) log.LogWarning("This database is another than last time: it was restored or moved. Feeds begin a new epoch ({Restores} so far); institutions begin anew from their snapshot.", restores);
        return restores;
    }
}
