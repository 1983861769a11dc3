using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Feed;

/// <summary>
/// Sees at its start that the database is another than last time (a backup restored, a standby promoted): the feeds begin a new epoch before anybody is answered, because positions that institutions
/// have read will be given out again to other leads.
/// </summary>
/// <remarks>Compared are the cluster, its timeline and the database's oid. What looks the same afterwards, a volume's snapshot, the operator tells by raising `Feed__Epoch`; both count.</remarks>
public sealed class NoteRestore(Database db, FeedCursors cursors, ILogger<NoteRestore> log) : IHostedService
{
    public async Task StartAsync(CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        var restores = await work.Single<(int Restores, bool Now)>(
            """
            with here as (
              select concat_ws('/', (select system_identifier from pg_control_system()), (select timeline_id from pg_control_checkpoint()), (select oid from pg_database where datname = current_database())) as database),
            before as (select database from feed_epoch)
            insert into feed_epoch as e (database) select database from here
            on conflict (one) do update set restores = e.restores + (e.database <> excluded.database)::int, database = excluded.database
            returning e.restores, (select database from before) <> e.database
            """);
        await work.Commit();
        cursors.Restores = restores.Restores;
        if (restores.Now) log.LogWarning("This database is another than last time: it was restored or moved. Feeds begin epoch {Epoch}; institutions begin anew from their snapshot.", cursors.Epoch);
    }

    public Task StopAsync(CancellationToken ct) => Task.CompletedTask;
}
