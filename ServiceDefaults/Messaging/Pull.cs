using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Facts of one stream that this service had missed, read up to a version; complete when the producer had no more of them.</summary>
internal sealed record MissingFacts(IReadOnlyList<Delivery> All, long Reached, bool Complete);

/// <summary>Asks a producer for its facts over HTTP: what the bus lost or has not brought yet.</summary>
internal sealed class Pull(IHttpClientFactory http, Database database, ILogger<Pull> log)
{
    private const int MostMissing = 2 * Consumer.Prefetch;   // large facts; the rest of the gap is asked for when these are applied

    internal async Task<FeedPage> Feed(string producer, long after, bool data, CancellationToken ct) =>
        await Get($"http://{producer}/internal/feed?after={after}&limit=500&data={(data ? "true" : "false")}", ct);

    /// <summary>The facts of one stream after what was applied; null when the producer does not answer.</summary>
    internal async Task<MissingFacts?> Missing(Consumer consumer, (string Tenant, Guid Stream) key, CancellationToken ct)
    {
        try
        {
            long after;
            await using (var work = await database.Begin(key.Tenant, ct))
            {
                after = (await consumer.Inbox.Versions(work, [key.Stream], ct)).GetValueOrDefault(key.Stream);
            }
            var missing = new List<Delivery>();
            while (missing.Count < MostMissing)
            {
                var page = await Stream(consumer.Hears.Producer, key, after, ct);
                if (page.Items.Count == 0) return new(missing, after, Complete: true);
                missing.AddRange(page.Items.Where(item => consumer.Hears.Types.ContainsKey(item.Type)).Select(item => ToDelivery(item, consumer.Hears)));
                after = page.Next;
            }
            return new(missing, after, Complete: false);
        }
        catch (Exception problem) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("{Queue}: a gap could not be filled from {Producer}: {Problem}", consumer.Hears.Queue, consumer.Hears.Producer, problem.GetType().Name);
            return null;
        }
    }

    internal Task<FeedPage> Stream(string producer, (string Tenant, Guid Stream) key, long after, CancellationToken ct) =>
        Get($"http://{producer}/internal/events?tenant={Uri.EscapeDataString(key.Tenant)}&stream={key.Stream}&after={after.ToString(CultureInfo.InvariantCulture)}", ct);

    private async Task<FeedPage> Get(string uri, CancellationToken ct)
    {
        using var client = http.CreateClient(InternalHttp.Client);
        return (await client.GetFromJsonAsync<FeedPage>(uri, EventTypes.Json, ct))!;
    }

    /// <summary>A pulled event as the bus would have delivered it.</summary>
    internal static Delivery ToDelivery(FeedItem item, HearsFrom hears, bool late = false)
    {
        object? fact = null;
        string? unreadable = null;
        try
        {
            fact = item.Data!.Value.Deserialize(hears.Types[item.Type].Type, EventTypes.Json);
        }
        catch (JsonException)
        {
            unreadable = ParkReasons.Schema;
        }
        return new()
        {
            EventId = item.Id,
            Producer = hears.Producer,
            Tenant = item.Tenant,
            Stream = item.StreamId,
            Version = item.Version,
            Position = item.Position,
            RecordedAt = item.RecordedAt,
            Type = item.Type,
            Previous = item.Previous,
            Fact = fact,
            Traceparent = item.Traceparent,
            Unreadable = unreadable,
            Late = late,
        };
    }
}

/// <summary>Compares what this service heard with each producer's feed and pulls what is missing, so that the loss of the whole broker is only a delay.</summary>
/// <remarks>The cursor never goes past a fact that is neither applied nor parked. However far behind this service is, no more facts are in its memory than the bus would bring.</remarks>
internal sealed class Reconciliation(Consumers consumers, Pull pull, Database database, IBusControl bus, MessagingTimes times, MessagingHealth health, ILogger<Reconciliation> log) : BackgroundService
{
    private const int MostOpen = Consumer.Prefetch;

    protected override Task ExecuteAsync(CancellationToken ct) => Task.WhenAll(consumers.All.Values.Select(consumer =>
        Elected.Run(database, $"compare {consumer.Hears.Queue}", (_, stop) => Follow(consumer, stop), log, ct)));

    private async Task Follow(Consumer consumer, CancellationToken ct)
    {
        var often = consumer.Hears.TellsOfAccess ? times.ReconcileAccess : times.Reconcile;
        var pause = TimeSpan.Zero;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Compare(consumer, ct);
                pause = often;
            }
            catch (Exception problem) when (problem is HttpRequestException or JsonException or InvalidOperationException or TimeoutException
                || problem.GetType().Namespace!.StartsWith("Polly", StringComparison.Ordinal))
            {
                pause = TimeSpan.FromSeconds(Math.Clamp(pause.TotalSeconds * 2, 1, Math.Max(1, often.TotalSeconds)));
                log.LogInformation("{Queue}: the feed of {Producer} could not be read ({Problem}); again in {Pause}", consumer.Hears.Queue, consumer.Hears.Producer, problem.GetType().Name, pause);
            }
            await Task.Delay(pause * (0.8 + (Random.Shared.NextDouble() * 0.4)), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Goes through the feed from the cursor to its head, or to what the bus is about to deliver.</summary>
    internal async Task Compare(Consumer consumer, CancellationToken ct)
    {
        var (durable, idle) = await Cursor(consumer, ct);
        var (read, open) = (durable, new List<(long Position, Task<Outcome> Done)>());
        while (true)
        {
            var page = await pull.Feed(consumer.Hears.Producer, read, data: false, ct);
            if (page.Head < durable)
            {
                log.LogCritical("ALARM: the feed of {Producer} went back from {Cursor} to {Head}: restored from a backup? Everything is compared again", consumer.Hears.Producer, durable, page.Head);
                await Move(consumer, 0, page.Head, ct);
                return;
            }
            health.PulledTo(consumer.Hears.Queue, durable, page.Head);
            if (page.Next == read && open.Count == 0)
            {
                await Move(consumer, durable, page.Head, ct);
                return;
            }

            var missing = await NotApplied(consumer, page.Items, ct);
            if (missing.Count > 0 && !consumer.Hears.TellsOfAccess && !Due(idle, missing))
            {
                // The bus is at it; next time.
                var until = open.Select(one => one.Position).Append(missing[0].Position).Min() - 1;
                await Move(consumer, Math.Max(durable, until), page.Head, ct);
                return;
            }
            read = missing.Count > 0 ? await Take(consumer, open, read, page.Next, [.. missing.Select(item => item.Position)], ct) : page.Next;
            await Settle(open, page.Items.Count == 0 ? 5 : 2, ct);
            ct.ThrowIfCancellationRequested();
            open.RemoveAll(one => one.Done is { IsCompletedSuccessfully: true, Result: not Outcome.Left });
            var reached = open.Count == 0 ? read : open.Min(one => one.Position) - 1;
            if (reached > durable) await Move(consumer, durable = reached, page.Head, ct);
            if (open.Exists(one => one.Done.IsCompleted) || (page.Items.Count == 0 && page.Next == page.Head)) return;
        }
    }

    /// <summary>The bus delivers what is young; what is overdue, or missing while the bus is silent or away, is pulled.</summary>
    private bool Due(bool idle, IReadOnlyList<FeedItem> missing) =>
        idle || bus.CheckHealth().Status != BusHealthStatus.Healthy || missing[0].RecordedAt < database.Clock.GetUtcNow() - times.Overdue;

    private async Task<IReadOnlyList<FeedItem>> NotApplied(Consumer consumer, IReadOnlyList<FeedItem> items, CancellationToken ct)
    {
        var heard = items.Where(item => consumer.Hears.Types.ContainsKey(item.Type)).ToList();
        if (heard.Count == 0) return heard;
        await using var work = await database.Begin("*", ct);
        await using var ask = new NpgsqlCommand(
            """
            select u.position from unnest($2, $3, $4, $5) as u(position, tenant, stream, version)
            where not exists (select 1 from consumer_stream c where c.consumer = $1 and c.tenant_id = u.tenant and c.stream_id = u.stream and c.applied_version >= u.version)
            """, work.Connection, work.Transaction)
        {
            Parameters =
            {
                new() { Value = consumer.Hears.Queue }, new() { Value = heard.Select(item => item.Position).ToArray() }, new() { Value = heard.Select(item => item.Tenant).ToArray() },
                new() { Value = heard.Select(item => item.StreamId).ToArray() }, new() { Value = heard.Select(item => item.Version).ToArray() },
            },
        };
        var missing = new HashSet<long>();
        await using (var rows = await ask.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct)) missing.Add(rows.GetInt64(0));
        }
        return [.. heard.Where(item => missing.Contains(item.Position))];
    }

    /// <summary>Takes what is missing, page after page, as long as enough of what was taken before has ended; says how far that was.</summary>
    private async Task<long> Take(Consumer consumer, List<(long Position, Task<Outcome> Done)> open, long from, long to, HashSet<long> missing, CancellationToken ct)
    {
        using var activity = Telemeter.Source.StartActivity($"catch up {consumer.Hears.Queue}", ActivityKind.Internal);
        while (from < to && open.Count(one => !one.Done.IsCompleted) < MostOpen)
        {
            var page = await pull.Feed(consumer.Hears.Producer, from, data: true, ct);
            if (page.Next == from) return to;
            foreach (var item in page.Items.Where(item => item.Position <= to && missing.Contains(item.Position)))
            {
                open.Add((item.Position, consumer.Take(Pull.ToDelivery(item, consumer.Hears))));
            }
            from = page.Next;
            await Settle(open, 2, ct);
        }
        return Math.Min(from, to);
    }

    private static Task Settle(List<(long Position, Task<Outcome> Done)> open, int seconds, CancellationToken ct) =>
        Task.WhenAny(Task.WhenAll(open.Select(one => one.Done)), Task.Delay(TimeSpan.FromSeconds(seconds), ct));

    /// <summary>How far the comparison is, and whether the bus has been silent for a while in all replicas.</summary>
    private async Task<(long Position, bool Idle)> Cursor(Consumer consumer, CancellationToken ct)
    {
        await using var ask = database.Source.CreateCommand("select pos, delivered_at is null or delivered_at < now() - $2 from pull_cursor where consumer = $1");
        ask.Parameters.Add(new() { Value = consumer.Hears.Queue });
        ask.Parameters.Add(new() { Value = times.Idle });
        await using var row = await ask.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetInt64(0), row.GetBoolean(1)) : (0, true);
    }

    private async Task Move(Consumer consumer, long to, long head, CancellationToken ct)
    {
        await using var move = database.Source.CreateCommand(
            """
            insert into pull_cursor (consumer, pos, head, updated_at) values ($1, $2, $3, $4)
            on conflict (consumer) do update set pos = excluded.pos, head = excluded.head, updated_at = excluded.updated_at
            """);
        move.Parameters.Add(new() { Value = consumer.Hears.Queue });
        move.Parameters.Add(new() { Value = to });
        move.Parameters.Add(new() { Value = head });
        move.Parameters.Add(new() { Value = database.Clock.GetUtcNow().UtcDateTime });
        await move.ExecuteNonQueryAsync(ct);
        health.PulledTo(consumer.Hears.Queue, to, head);
    }
}
