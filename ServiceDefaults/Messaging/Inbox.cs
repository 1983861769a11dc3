using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace CareerPlatform.ServiceDefaults;

/// <summary>What became of a delivered fact. Whatever it says, the delivery may be acknowledged.</summary>
internal enum Outcome
{
    /// <summary>Its effect is committed.</summary>
    Applied,

    /// <summary>Its effect had been committed before.</summary>
    Duplicate,

    /// <summary>It lies with the operator.</summary>
    Parked,

    /// <summary>Given back: the producer's feed still has it, and this service has not gone past it.</summary>
    Left,
}

/// <summary>One fact on its way to this service's reactions, from the bus or from the producer's feed.</summary>
internal sealed class Delivery
{
    private readonly TaskCompletionSource<Outcome> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? content;

    internal required Guid EventId { get; init; }
    internal required string Producer { get; init; }
    internal required string Tenant { get; init; }
    internal required Guid Stream { get; init; }
    internal required long Version { get; init; }
    internal required long Position { get; init; }
    internal required DateTimeOffset RecordedAt { get; init; }
    internal required string Type { get; init; }
    internal required IReadOnlyDictionary<string, long> Previous { get; init; }
    internal required object? Fact { get; init; }
    internal string? Traceparent { get; init; }
    internal int Bytes { get; init; }
    internal bool FromBus { get; init; }

    /// <summary>Why the fact cannot be read, when it cannot.</summary>
    internal string? Unreadable { get; init; }

    /// <summary>The inbox has counted its first attempt.</summary>
    internal bool Admitted { get; set; }

    /// <summary>Parked: its version is passed over so that the stream goes on.</summary>
    internal bool PassOver { get; set; }

    /// <summary>The producer has been asked and has nothing between what was applied and this.</summary>
    internal bool GapChecked { get; set; }

    /// <summary>Held for an earlier version, behind another fact of its stream, or on the slow lane: not the batch's any more.</summary>
    internal bool Elsewhere { get; set; }

    /// <summary>An operator retries it.</summary>
    internal bool Late { get; init; }

    /// <summary>Deliveries of the same event that came in while this one waited.</summary>
    internal List<Delivery> Repeats { get; } = [];

    internal (string, Guid) Key => (Tenant, Stream);
    internal Task<Outcome> Done => outcome.Task;

    /// <summary>Hash of the fact as this service reads it; empty when it cannot be read.</summary>
    internal byte[] Content => content ??= Fact is null ? [] : SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Fact, Fact.GetType(), EventTypes.Json));

    internal void Finish(Outcome how)
    {
        outcome.TrySetResult(how);
        foreach (var repeat in Repeats) repeat.Finish(how is Outcome.Applied ? Outcome.Duplicate : how);
    }

    /// <summary>The process stops: the broker gives the delivery to somebody else.</summary>
    internal void GiveUp()
    {
        if (outcome.TrySetException(new ProcessStops())) _ = outcome.Task.Exception;
        foreach (var repeat in Repeats) repeat.GiveUp();
    }
}

/// <summary>What was begun goes back to the broker, unacknowledged. Not a cancellation: the bus would take that for done.</summary>
internal sealed class ProcessStops() : Exception("The process stops.");

/// <summary>What the inbox knows of an event.</summary>
internal sealed record InboxEntry(int Attempts, string State, byte[]? Content, bool Fresh);

/// <summary>The inbox of one consumer (one queue): attempts are committed before the work, the effect and the note that it happened in one transaction.</summary>
internal sealed class Inbox(Database database, string consumer, string producer)
{
    internal const int MaxAttempts = 5;

    /// <summary>Transaction A: notes each event at its first attempt and says what is known of it. Later attempts are counted one by one by <see cref="CountAttempt"/>.</summary>
    internal async Task<Dictionary<Guid, InboxEntry>> Admit(IReadOnlyList<Delivery> deliveries, CancellationToken ct)
    {
        await using var admit = database.Source.CreateCommand(
            """
            with fresh as (
              insert into inbox (consumer, event_id, attempts, content)
              select $1, u.id, 1, u.content from unnest($2, $3) as u(id, content) order by u.id
              on conflict do nothing returning event_id)
            select u.id, coalesce(i.attempts, 1), coalesce(i.state, 'new'), i.content, f.event_id is not null
            from unnest($2) as u(id) left join inbox i on i.consumer = $1 and i.event_id = u.id left join fresh f on f.event_id = u.id
            """);
        admit.Parameters.Add(new() { Value = consumer });
        admit.Parameters.Add(new() { Value = deliveries.Select(delivery => delivery.EventId).ToArray() });
        admit.Parameters.Add(new() { Value = deliveries.Select(delivery => delivery.Content).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        var entries = new Dictionary<Guid, InboxEntry>(deliveries.Count);
        await using var rows = await admit.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            entries[rows.GetGuid(0)] = new(rows.GetInt32(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetFieldValue<byte[]>(3), rows.GetBoolean(4));
        }
        return entries;
    }

    /// <summary>Notes that the bus delivers to this consumer, for whoever compares it with the feed, in this process or another.</summary>
    internal async Task NoteDelivery(CancellationToken ct)
    {
        await using var note = database.Source.CreateCommand(
            "insert into pull_cursor (consumer, delivered_at, updated_at) values ($1, now(), '-infinity') on conflict (consumer) do update set delivered_at = now()");
        note.Parameters.Add(new() { Value = consumer });
        await note.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Commits one more attempt before it is made; null when the event is not open any more.</summary>
    internal async Task<int?> CountAttempt(Guid eventId, CancellationToken ct)
    {
        await using var count = database.Source.CreateCommand("update inbox set attempts = attempts + 1 where consumer = $1 and event_id = $2 and state = 'new' returning attempts");
        count.Parameters.Add(new() { Value = consumer });
        count.Parameters.Add(new() { Value = eventId });
        return (int?)await count.ExecuteScalarAsync(ct);
    }

    /// <summary>The versions applied so far of these streams of the unit of work's tenant, locked in one order.</summary>
    internal async Task<Dictionary<Guid, long>> Versions(Work work, IEnumerable<Guid> streams, CancellationToken ct)
    {
        await using var read = new NpgsqlCommand(
            "select stream_id, applied_version from consumer_stream where consumer = $1 and tenant_id = $2 and stream_id = any($3) order by stream_id for update", work.Connection, work.Transaction)
        {
            Parameters = { new() { Value = consumer }, new() { Value = work.Tenant }, new() { Value = streams.Distinct().ToArray() } },
        };
        var versions = new Dictionary<Guid, long>();
        await using var rows = await read.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) versions[rows.GetGuid(0)] = rows.GetInt64(1);
        return versions;
    }

    /// <summary>Notes in the unit of work that these events had their effect and how far their streams are; a conflict when another process did it first.</summary>
    internal async Task Note(Work work, IReadOnlyCollection<Guid> applied, IReadOnlyDictionary<Guid, long> before, IReadOnlyDictionary<Guid, long> after, CancellationToken ct)
    {
        var created = after.Where(stream => !before.ContainsKey(stream.Key)).ToList();
        var moved = after.Where(stream => before.TryGetValue(stream.Key, out var version) && version != stream.Value).ToList();
        await using var batch = new NpgsqlBatch(work.Connection, work.Transaction);
        var done = new NpgsqlBatchCommand("update inbox set state = 'done', at = statement_timestamp() where consumer = $1 and event_id = any($2) and state = 'new'")
        {
            Parameters = { new() { Value = consumer }, new() { Value = applied.ToArray() } },
        };
        batch.BatchCommands.Add(done);
        if (created.Count > 0)
        {
            batch.BatchCommands.Add(new("insert into consumer_stream (consumer, tenant_id, stream_id, applied_version) select $1, $2, u.stream, u.version from unnest($3, $4) as u(stream, version) order by 3")
            {
                Parameters =
                {
                    new() { Value = consumer }, new() { Value = work.Tenant },
                    new() { Value = created.Select(stream => stream.Key).ToArray() }, new() { Value = created.Select(stream => stream.Value).ToArray() },
                },
            });
        }
        if (moved.Count > 0)
        {
            batch.BatchCommands.Add(new(
                """
                update consumer_stream c set applied_version = u.version from unnest($3, $4) as u(stream, version)
                where c.consumer = $1 and c.tenant_id = $2 and c.stream_id = u.stream
                """)
            {
                Parameters =
                {
                    new() { Value = consumer }, new() { Value = work.Tenant },
                    new() { Value = moved.Select(stream => stream.Key).ToArray() }, new() { Value = moved.Select(stream => stream.Value).ToArray() },
                },
            });
        }
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException other) when (other.SqlState == PostgresErrorCodes.UniqueViolation && other.ConstraintName == "consumer_stream_pkey")
        {
            throw new VersionConflict(consumer, created[0].Key, other);
        }
        if (done.RecordsAffected != applied.Count) throw new VersionConflict(consumer, after.Keys.FirstOrDefault());
    }

    /// <summary>Marks a parked event as done in the unit of work that applies it; false when it is not parked (any more).</summary>
    internal async Task<bool> Reopen(Work work, Delivery delivery, CancellationToken ct)
    {
        await using var reopen = new NpgsqlCommand(
            "update inbox set state = 'done', attempts = attempts + 1, content = $3, at = now() where consumer = $1 and event_id = $2 and state = 'parked'", work.Connection, work.Transaction)
        {
            Parameters = { new() { Value = consumer }, new() { Value = delivery.EventId }, new() { Value = delivery.Content } },
        };
        return await reopen.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Gives an event to the operator: the reason and where to find it, never its data.</summary>
    internal async Task Park(Guid? eventId, string? tenant, Guid? stream, long? version, string? type, string reason, string detail, int attempts, CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        await using var batch = new NpgsqlBatch(work.Connection, work.Transaction);
        if (eventId is { } id && reason != ParkReasons.Conflict)
        {
            batch.BatchCommands.Add(new(
                """
                insert into inbox (consumer, event_id, attempts, state) values ($1, $2, $3, 'parked')
                on conflict (consumer, event_id) do update set state = 'parked', at = now() where inbox.state <> 'done'
                """)
            { Parameters = { new() { Value = consumer }, new() { Value = id }, new() { Value = attempts } } });
        }
        batch.BatchCommands.Add(new(
            """
            insert into parked_event (parked_id, consumer, producer, event_id, tenant_id, stream_id, version, type, reason, detail, attempts, at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (consumer, event_id, reason) where solved_at is null do nothing
            """)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7() }, new() { Value = consumer }, new() { Value = producer },
                new() { Value = (object?)eventId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = (object?)tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar },
                new() { Value = (object?)stream ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = (object?)version ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = (object?)type ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = reason }, new() { Value = detail }, new() { Value = attempts },
                new() { Value = database.Clock.GetUtcNow().UtcDateTime },
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
        await work.Commit();
    }
}

/// <summary>Why an event is parked.</summary>
internal static class ParkReasons
{
    internal const string Failed = "reaction_failed";
    internal const string Crashed = "attempts_exhausted";
    internal const string Hung = "reaction_timeout";
    internal const string UnknownType = "unknown_type";
    internal const string Schema = "schema_invalid";
    internal const string TooLarge = "event_too_large";
    internal const string Conflict = "event_id_conflict";
    internal const string NoAddress = "address_missing";
}
