using Dapper;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Tables that are made from the log alone, in the same transaction as the events. Registered with bus.Projects&lt;T&gt;().</summary>
public interface IProjection
{
    /// <summary>The tables this projection owns; each has a tenant_id. Nothing else writes them.</summary>
    IReadOnlyList<string> Tables { get; }

    /// <summary>Brings the tables up to date with these events, in the order of the log. Must depend on the events and the tables only.</summary>
    Task Apply(Work work, IReadOnlyList<StoredEvent> events);
}

/// <summary>The service's inline projections, and their rebuild from the log.</summary>
public sealed class Projections(IReadOnlyList<IProjection> all)
{
    private const int Page = 1_000;

    public IReadOnlyList<IProjection> All { get; } = all;
    internal bool Any => All.Count > 0;

    internal async Task Apply(Work work, IReadOnlyList<StoredEvent> events)
    {
        foreach (var projection in All) await projection.Apply(work, events);
    }

    /// <summary>Empties the projections' tables and replays the log into them, one transaction per tenant; writers wait, readers see the old rows until the commit.</summary>
    public async Task Rebuild(Database database, CancellationToken ct = default)
    {
        foreach (var tenant in await Tenants(database, ct))
        {
            await using var work = await database.Begin(tenant, ct);
            foreach (var table in Tables())
            {
                await work.Connection.ExecuteAsync($"lock table {table} in exclusive mode; delete from {table} where tenant_id = @tenant", new { tenant }, work.Transaction);
            }

            for (long after = 0; ;)
            {
                var events = await StoredEvents.Read(work, "e.tenant_id = @tenant and e.seq_id > @after and e.type <> 'tombstone' order by e.seq_id limit @Page", new { tenant, after, Page });
                if (events.Count == 0) break;
                await Apply(work, events);
                after = events[^1].SeqId;
            }
            await work.Commit();
        }
    }

    /// <summary>A hash of all rows of the projections' tables, independent of their order: equal after a rebuild, or the log and the tables disagree.</summary>
    public Task<string> Hash(Database database, CancellationToken ct = default) => Hash(database, [.. All.SelectMany(projection => projection.Tables)], ct);

    /// <summary>A hash of all rows of these tables, independent of their order.</summary>
    public static async Task<string> Hash(Database database, IReadOnlyCollection<string> tables, CancellationToken ct = default)
    {
        await using var work = await database.Begin("*", ct);
        var hashes = new List<string>();
        foreach (var table in Quoted(tables))
        {
            hashes.Add(await work.Connection.QuerySingleAsync<string>(
                $"select '{table}:' || count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) || ':' || coalesce(sum(hashtextextended(t::text, 1)::numeric), 0) from {table} t",
                transaction: work.Transaction));
        }
        return string.Join(';', hashes);
    }

    /// <summary>
    /// For tables that are made from what a service heard: empties them and forgets that it heard anything, so that the next start reads every producer's feed again from
    /// position 0. Only where the reactions append no facts of their own, and only while no process of the service runs.
    /// </summary>
    public static async Task HearAgain(Database database, IReadOnlyCollection<string> queues, IReadOnlyCollection<string> tables, CancellationToken ct = default)
    {
        await using var work = await database.Begin("*", ct);
        if (await work.Single<bool>("select exists (select 1 from mt_events)")) throw new InvalidOperationException("This service has facts of its own: hearing again would append them twice.");
        foreach (var queue in queues)
        {
            if (!await work.Single<bool>("select pg_try_advisory_xact_lock(hashtextextended(@name, 40))", new { name = $"compare {queue}" }))
            {
                throw new InvalidOperationException("The service runs. Stop every process of it first.");
            }
        }
        foreach (var table in Quoted(tables)) await work.Execute($"delete from {table}");
        foreach (var table in new[] { "inbox", "consumer_stream", "pull_cursor", "parked_event" }) await work.Execute($"delete from {table} where consumer = any(@queues)", new { queues = queues.ToArray() });
        await work.Commit();
    }

    private IEnumerable<string> Tables() => Quoted(All.SelectMany(projection => projection.Tables));

    private static IEnumerable<string> Quoted(IEnumerable<string> tables) => tables.Distinct().Order(StringComparer.Ordinal).Select(table => new NpgsqlCommandBuilder().QuoteIdentifier(table));

    private static async Task<IReadOnlyList<string>> Tenants(Database database, CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        return await work.Query<string>("select distinct tenant_id from mt_streams order by tenant_id");
    }
}
