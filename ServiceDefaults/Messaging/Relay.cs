using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Publishes the feed to the bus in order per stream, confirmed, and moves its cursor only after the confirms. At least once: the consumers' inbox absorbs repeats.</summary>
internal sealed class Relay(Database database, IBus bus, BusSetup setup, MessagingHealth health, ILogger<Relay> log) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Stride = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        await Elected.Run(database, "relay", async (connection, stop) =>
        {
            try
            {
                await Lead(connection, stop);
            }
            finally
            {
                health.RelayStopped();
            }
        }, log, ct);
    }

    private async Task Lead(NpgsqlConnection connection, CancellationToken ct)
    {
        var cursor = await Cursor(connection, ct);
        var pause = TimeSpan.FromMilliseconds(20);
        while (!ct.IsCancellationRequested)
        {
            var page = await EventFeed.Page(connection, cursor, Batch, database.Types.Published, data: true, ct);
            health.RelayAt(cursor, page.Head);
            if (page.Next > cursor)
            {
                cursor = await Publish(connection, cursor, page, ct);
                pause = TimeSpan.FromMilliseconds(20);
            }
            else
            {
                await database.Sequenced.Wait(pause, ct);
                pause = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerMillisecond * 100, pause.Ticks * 3 / 2));
            }
        }
    }

    /// <summary>Publishes a page until the broker has all of it, however long that takes; the cursor follows what is confirmed without a hole.</summary>
    private async Task<long> Publish(NpgsqlConnection connection, long cursor, FeedPage page, CancellationToken ct)
    {
        var waiting = page.Items.ToList();
        var moved = database.Clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            await foreach (var confirmed in Rounds([.. waiting], ct))
            {
                waiting.RemoveAll(item => confirmed.Contains(item.Position));
                if (database.Clock.GetElapsedTime(moved) > Stride) await Follow();
            }
            await Follow();
            if (waiting.Count == 0) return cursor;

            var pause = TimeSpan.FromMilliseconds(Math.Min(5_000, 200 << Math.Min(attempt, 5)));
            log.LogWarning("Relay: {Count} events from position {Position} are not confirmed; again in {Pause}", waiting.Count, waiting[0].Position, pause);
            await Task.Delay(pause, ct);
            health.RelayAt(cursor, page.Head);

            async Task Follow()
            {
                moved = database.Clock.GetTimestamp();
                var reached = waiting.Count == 0 ? page.Next : waiting[0].Position - 1;
                if (reached <= cursor) return;
                await Move(connection, cursor, reached, ct);
                (cursor, attempt) = (reached, 0);
                health.RelayAt(cursor, page.Head);
            }
        }
    }

    /// <summary>One event of each stream in flight, the whole round in parallel; the next round when all are confirmed. A stream stops at its first failure. Says what each round confirmed.</summary>
    private async IAsyncEnumerable<HashSet<long>> Rounds(List<FeedItem> waiting, [EnumeratorCancellation] CancellationToken ct)
    {
        var streams = waiting.GroupBy(item => (item.Tenant, item.StreamId)).Select(stream => new Queue<FeedItem>(stream)).ToList();
        while (streams.Count > 0)
        {
            var confirmed = new HashSet<long>(streams.Count);
            var round = await Task.WhenAll(streams.Select(async stream => (Stream: stream, Sent: await TryPublish(stream.Peek(), ct))));
            foreach (var (stream, sent) in round)
            {
                if (sent) confirmed.Add(stream.Dequeue().Position);
                else stream.Clear();
            }
            streams.RemoveAll(stream => stream.Count == 0);
            yield return confirmed;
        }
    }

    private async Task<bool> TryPublish(FeedItem item, CancellationToken ct)
    {
        // The trace of the request that appended the event goes on here, also in a process without a collector.
        using var activity = Telemeter.Source.StartActivity($"relay {item.Type}", ActivityKind.Producer, item.Traceparent)
            ?? (item.Traceparent is null ? null : new Activity("relay").SetParentId(item.Traceparent).Start());
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            var type = database.Types.TypeOf(item.Type)!;
            var fact = item.Data!.Value.Deserialize(type, EventTypes.Json)!;
            await bus.Publish(fact, type, context => EventAddress.Set(context, item, setup.Service, activity?.Id ?? item.Traceparent), timeout.Token);
            health.Published(item.Type);
            return true;
        }
        catch (Exception unrouted) when (Unrouted(unrouted))
        {
            health.Unrouted(item.Type);
            log.LogError("ALARM: nobody hears {Type}: no queue is bound to it. The relay waits at position {Position}; nothing is skipped", item.Type, item.Position);
            return false;
        }
        catch (JsonException broken)
        {
            health.Unrouted(item.Type);
            log.LogCritical("ALARM: the stored {Type} at position {Position} cannot be read ({Problem}); the relay waits", item.Type, item.Position, broken.GetType().Name);
            return false;
        }
        catch (Exception problem) when (!ct.IsCancellationRequested)
        {
            log.LogDebug("Publishing {Type} at {Position}: {Problem}", item.Type, item.Position, problem.GetType().Name);
            return false;
        }
    }

    private static bool Unrouted(Exception exception) =>
        exception is MessageReturnedException or RabbitMQ.Client.Exceptions.PublishException { IsReturn: true } || (exception.InnerException is { } inner && Unrouted(inner));

    private async Task<long> Cursor(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var create = new NpgsqlCommand("insert into relay_cursor (name, pos, updated_at) values ('bus', 0, $1) on conflict do nothing", connection)
        {
            Parameters = { new() { Value = database.Clock.GetUtcNow().UtcDateTime } },
        };
        await create.ExecuteNonQueryAsync(ct);
        await using var read = new NpgsqlCommand("select pos from relay_cursor where name = 'bus'", connection);
        return (long)(await read.ExecuteScalarAsync(ct))!;
    }

    private async Task Move(NpgsqlConnection connection, long from, long to, CancellationToken ct)
    {
        await using var move = new NpgsqlCommand("update relay_cursor set pos = $2, updated_at = $3 where name = 'bus' and pos = $1", connection)
        {
            Parameters = { new() { Value = from }, new() { Value = to }, new() { Value = database.Clock.GetUtcNow().UtcDateTime } },
            CommandTimeout = 15,
        };
        if (await move.ExecuteNonQueryAsync(ct) == 0) throw new InvalidOperationException("Another relay moved the cursor: this one starts again.");
    }
}

/// <summary>The headers that say where a published event comes from.</summary>
internal static class EventAddress
{
    internal const string Producer = "cp-producer";
    internal const string Tenant = "cp-tenant";
    internal const string Stream = "cp-stream";
    internal const string Version = "cp-version";
    internal const string Previous = "cp-previous";
    internal const string Position = "cp-position";
    internal const string RecordedAt = "cp-recorded-at";
    internal const string Type = "cp-type";
    internal const string Traceparent = "cp-traceparent";

    internal static void Set(PublishContext context, FeedItem item, string producer, string? traceparent)
    {
        context.MessageId = item.Id;
        context.CorrelationId = item.Id;
        context.Durable = true;
        context.Mandatory = true;
        context.Headers.Set(Producer, producer);
        context.Headers.Set(Tenant, item.Tenant);
        context.Headers.Set(Stream, item.StreamId.ToString());
        context.Headers.Set(Version, item.Version.ToString(CultureInfo.InvariantCulture));
        context.Headers.Set(Previous, Write(item.Previous));
        context.Headers.Set(Position, item.Position.ToString(CultureInfo.InvariantCulture));
        context.Headers.Set(RecordedAt, item.RecordedAt.ToString("O", CultureInfo.InvariantCulture));
        context.Headers.Set(Type, item.Type);
        if (traceparent is not null) context.Headers.Set(Traceparent, traceparent);
    }

    private static string Write(IReadOnlyDictionary<string, long> previous) => string.Join(',', previous.Select(pair => $"{pair.Key}={pair.Value}"));

    internal static Dictionary<string, long> Read(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
}
