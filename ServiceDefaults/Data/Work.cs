using System.Diagnostics;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CareerPlatform.ServiceDefaults;

/// <summary>One unit of work: one transaction of one tenant. What it wrote and the facts it appended commit together, or neither does.</summary>
public sealed class Work : IAsyncDisposable
{
    private const int Chunk = 2_000;

    private readonly Database database;
    private CancellationToken ct;
    private readonly List<Pending> pending = [];
    private readonly Dictionary<Guid, long> written = [];   // versions of streams this unit of work already wrote
    private readonly Dictionary<Type, Together> together = [];
    private bool appended;
    private bool flushing;
    private bool done;

    internal Work(Database database, string tenant, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct) =>
        (this.database, Tenant, Connection, Transaction, this.ct) = (database, tenant, connection, transaction, ct);

    /// <summary>Facts appended while it is settled follow from the last item.</summary>
    private sealed record Together(System.Collections.IList Items, Func<Task> Settle)
    {
        internal Activity? Activity { get; set; }
        internal string? Cause { get; set; }
    }

    private sealed record Pending(string StreamType, Guid Stream, long? Expected, object Fact, string? Traceparent, string? CausationId);

    internal CancellationToken Ct => ct;
    internal EventTypes Types => database.Types;

    internal void SayPurpose(string purpose) => database.SayPurpose(purpose);

    public string Tenant { get; }
    public NpgsqlConnection Connection { get; }
    public NpgsqlTransaction Transaction { get; }

    /// <summary>Who acts: the token's `sub` in a request; stored in the headers of the events.</summary>
    public string? Actor { get; set; }

    /// <summary>The event that the following appends react to; stored as their causation.</summary>
    public string? CausationId { get; set; }

    public async Task<IReadOnlyList<T>> Query<T>(string sql, object? args = null)
    {
        await Settle();
        return (await Connection.QueryAsync<T>(new CommandDefinition(sql, args, Transaction, cancellationToken: ct))).AsList();
    }

    /// <summary>The only row, or null (default) when there is none.</summary>
    public async Task<T?> Single<T>(string sql, object? args = null)
    {
        await Settle();
        return await Connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, args, Transaction, cancellationToken: ct));
    }

    /// <summary>Number of rows written.</summary>
    public async Task<int> Execute(string sql, object? args = null)
    {
        await Settle();
        return await Connection.ExecuteAsync(new CommandDefinition(sql, args, Transaction, cancellationToken: ct));
    }

    /// <summary>Appends at the next versions, whatever the stream's version is. Written at <see cref="Commit"/>.</summary>
    public void Append(string streamType, Guid stream, params object[] facts) => Buffer(streamType, stream, null, facts);

    /// <summary>Appends when the stream is at <paramref name="expectedVersion"/> (0: there is no such stream yet); otherwise <see cref="Commit"/> throws <see cref="VersionConflict"/>.</summary>
    public void Append(string streamType, Guid stream, long expectedVersion, params object[] facts) => Buffer(streamType, stream, expectedVersion, facts);

    private void Buffer(string streamType, Guid stream, long? expected, object[] facts)
    {
        if (Tenant == "*") throw new InvalidOperationException("The system's own work appends nothing: an event belongs to one tenant.");
        foreach (var fact in facts)
        {
            database.Types.AliasOf(fact.GetType());
            pending.Add(new(streamType, stream, expected, fact, Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null, CausationId));
            if (expected is not null) expected++;
        }
    }

    /// <summary>The events of one stream in order, those appended in this unit of work included.</summary>
    public async Task<IReadOnlyList<StoredEvent>> Stream(Guid stream)
    {
        if (pending.Exists(fact => fact.Stream == stream)) await Flush();
        return await StoredEvents.Read(this, "e.stream_id = @stream and e.type <> 'tombstone' order by e.version", new { stream });
    }

    /// <summary>What many facts of one transaction can do at once: notes <paramref name="item"/>, and at <see cref="Commit"/> <paramref name="settle"/> gets all items of this kind in their order.</summary>
    public void AtOnce<T>(T item, Func<IReadOnlyList<T>, Task> settle)
    {
        if (!together.TryGetValue(typeof(T), out var noted))
        {
            var items = new List<T>();
            together.Add(typeof(T), noted = new(items, () => settle(items)));
        }
        noted.Items.Add(item);
        (noted.Activity, noted.Cause) = (Activity.Current, CausationId);
    }

    /// <summary>Does what was noted to be done together, writes the appended facts, brings the projections up to date and commits.</summary>
    public async Task Commit()
    {
        if (done) return;
        foreach (var noted in together.Values)
        {
            (Activity.Current, CausationId) = (noted.Activity, noted.Cause);
            await noted.Settle();
        }
        await Flush();
        await Transaction.CommitAsync(ct);
        done = true;
        if (appended) database.Committed.Set();
    }

    /// <summary>Until <see cref="PlanAsUsual"/>, statements are planned for what the tables hold now. For tables that grow from nothing to tens of thousands of rows within a minute.</summary>
    public Task PlanAnew() => Execute("set local plan_cache_mode = force_custom_plan");

    /// <summary>Plans are kept again: what many rows check one by one (foreign keys) needs them.</summary>
    public Task PlanAsUsual() => Execute("set local plan_cache_mode = auto");

    /// <summary>Until it is disposed of, what this unit of work asks of the database ends with this token as well.</summary>
    internal IDisposable Within(CancellationToken limit)
    {
        var before = ct;
        ct = limit;
        return new Release(() => ct = before);
    }

    /// <summary>Switches the tenant that row-level security admits, for the rest of the transaction.</summary>
    internal async Task Enter(string tenant)
    {
        await using var set = new NpgsqlCommand("select set_config('app.tenant', $1, true)", Connection, Transaction) { Parameters = { new() { Value = tenant } } };
        await set.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A query must see what the projections make of facts appended before it.</summary>
    private Task Settle() => pending.Count > 0 && !flushing && database.Projections.Any ? Flush() : Task.CompletedTask;

    /// <summary>Writes the buffered facts: versions are read, events inserted, streams updated last, in this order, so that nobody deadlocks with another writer of the log.</summary>
    public async Task Flush()
    {
        if (flushing) return;
        flushing = true;
        try
        {
            while (pending.Count > 0)
            {
                var chunk = pending.Take(Chunk).ToList();
                pending.RemoveRange(0, chunk.Count);
                var stored = await Write(chunk);
                appended = true;
                await database.Projections.Apply(this, stored);
            }
        }
        finally
        {
            flushing = false;
        }
    }

    private async Task<List<StoredEvent>> Write(List<Pending> facts)
    {
        var now = database.Clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var streams = facts.Select(fact => fact.Stream).Distinct().Order().ToArray();
        var before = await Versions(streams);
        var next = new Dictionary<Guid, long>(before);
        var events = new List<StoredEvent>(facts.Count);
        var (data, headers, correlations, causations) = (new string[facts.Count], new string?[facts.Count], new string?[facts.Count], new string?[facts.Count]);

        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            var version = next.GetValueOrDefault(fact.Stream);
            if (fact.Expected is { } expected && expected != version) throw new VersionConflict(fact.StreamType, fact.Stream);
            next[fact.Stream] = ++version;

            var alias = database.Types.AliasOf(fact.Fact.GetType());
            data[i] = EventGuard.Serialize(alias, fact.Fact);
            headers[i] = EventHeaders.Write(fact.Traceparent, Actor);
            correlations[i] = ActivityContext.TryParse(fact.Traceparent, null, out var context) ? context.TraceId.ToString() : null;
            causations[i] = fact.CausationId;
            events.Add(new(0, Guid.CreateVersion7(now), fact.Stream, fact.StreamType, version, alias, fact.Fact, now, Tenant));
        }

        try
        {
            var positions = await Insert(streams, before, next, facts, events, data, headers, correlations, causations, now);
            for (var i = 0; i < events.Count; i++) events[i] = events[i] with { SeqId = positions[i] };
            foreach (var (stream, version) in next) written[stream] = version;
            return events;
        }
        catch (PostgresException conflict) when (conflict.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            || (conflict.SqlState == PostgresErrorCodes.UniqueViolation && conflict.ConstraintName is "pk_mt_events_stream_and_version" or "pkey_mt_streams_tenant_id_id"))
        {
            throw new VersionConflict(facts[0].StreamType, facts[0].Stream, conflict);
        }
    }

    private async Task<Dictionary<Guid, long>> Versions(Guid[] streams)
    {
        var versions = new Dictionary<Guid, long>();
        var unknown = streams.Where(stream => !written.ContainsKey(stream)).ToArray();
        foreach (var stream in streams.Except(unknown)) versions[stream] = written[stream];
        if (unknown.Length == 0) return versions;

        await using var read = new NpgsqlCommand("select id, coalesce(version, 0) from mt_streams where tenant_id = $1 and id = any($2)", Connection, Transaction)
        {
            Parameters = { new() { Value = Tenant }, new() { Value = unknown } },
        };
        await using var rows = await read.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) versions[rows.GetGuid(0)] = rows.GetInt64(1);
        return versions;
    }

    private async Task<long[]> Insert(Guid[] streams, Dictionary<Guid, long> before, Dictionary<Guid, long> next, List<Pending> facts, List<StoredEvent> events,
        string[] data, string?[] headers, string?[] correlations, string?[] causations, DateTimeOffset now)
    {
        var created = streams.Where(stream => !before.ContainsKey(stream)).ToArray();
        var existing = streams.Where(before.ContainsKey).ToArray();
        var types = facts.DistinctBy(fact => fact.Stream).ToDictionary(fact => fact.Stream, fact => fact.StreamType);
        await using var batch = new NpgsqlBatch(Connection, Transaction);
        if (created.Length > 0)
        {
            batch.BatchCommands.Add(new(
                """
                insert into mt_streams (tenant_id, id, type, version, "timestamp", created, is_archived)
                select $1, s.id, s.type, s.version, $2, $2, false from unnest($3, $4, $5) as s(id, type, version)
                """)
            {
                Parameters =
                {
                    new() { Value = Tenant }, new() { Value = now.UtcDateTime }, new() { Value = created },
                    new() { Value = created.Select(stream => types[stream]).ToArray() }, new() { Value = created.Select(stream => next[stream]).ToArray() },
                },
            });
        }
        batch.BatchCommands.Add(new(
            """
            insert into mt_events (seq_id, id, stream_id, version, data, type, "timestamp", tenant_id, correlation_id, causation_id, headers, is_archived)
            select nextval('mt_events_sequence'), e.id, e.stream_id, e.version, e.data, e.type, $1, $2, e.correlation_id, e.causation_id, e.headers, false
            from (select * from unnest($3, $4, $5, $6, $7, $8, $9, $10) with ordinality
                  as u(id, stream_id, version, data, type, correlation_id, causation_id, headers, place) order by place) e
            returning seq_id
            """)
        {
            Parameters =
            {
                new() { Value = now.UtcDateTime }, new() { Value = Tenant },
                new() { Value = events.Select(e => e.Id).ToArray() }, new() { Value = events.Select(e => e.StreamId).ToArray() },
                new() { Value = events.Select(e => e.Version).ToArray() },
                new() { Value = data, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                new() { Value = events.Select(e => e.Type).ToArray() },
                new() { Value = correlations, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = causations, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = headers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
            },
        });
        if (existing.Length > 0)
        {
            batch.BatchCommands.Add(new(
                """
                update mt_streams s set version = v.next, "timestamp" = $2 from unnest($3, $4, $5) as v(id, before, next)
                where s.tenant_id = $1 and s.id = any($3) and s.id = v.id and coalesce(s.version, 0) = v.before
                """)
            {
                Parameters =
                {
                    new() { Value = Tenant }, new() { Value = now.UtcDateTime }, new() { Value = existing },
                    new() { Value = existing.Select(stream => before[stream]).ToArray() }, new() { Value = existing.Select(stream => next[stream]).ToArray() },
                },
            });
        }

        var positions = new long[events.Count];
        await using (var rows = await batch.ExecuteReaderAsync(ct))
        {
            var at = 0;
            do
            {
                while (await rows.ReadAsync(ct)) positions[at++] = rows.GetInt64(0);
            }
            while (await rows.NextResultAsync(ct));
        }
        if (existing.Length > 0 && batch.BatchCommands[^1].RecordsAffected != existing.Length) throw new VersionConflict(facts[0].StreamType, facts[0].Stream);
        return positions;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Transaction.DisposeAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is broken or still busy with an abandoned command: closing it rolls back as well.
        }
        await Connection.DisposeAsync();
    }
}
