using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Traces and figures of the messaging: names of types and queues, never ids of persons or data.</summary>
internal static class Telemeter
{
    internal const string Name = "CareerPlatform.Messaging";

    internal static ActivitySource Source { get; } = new(Name);
    internal static Meter Meter { get; } = new(Name);
    internal static Counter<long> Applied { get; } = Meter.CreateCounter<long>("careerplatform.events.applied", description: "Facts whose effect was committed.");
    internal static Counter<long> Published { get; } = Meter.CreateCounter<long>("careerplatform.events.published", description: "Facts the broker confirmed.");
    internal static Counter<long> Parked { get; } = Meter.CreateCounter<long>("careerplatform.events.parked", description: "Facts given to the operator.");
}

/// <summary>How the messaging of this process stands; health is progress, not connection.</summary>
internal sealed class MessagingHealth : IHealthCheck
{
    private readonly TimeProvider clock;
    private readonly MessagingTimes times;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, (long Since, long Last)> unrouted = [];
    private readonly ConcurrentDictionary<string, (long Position, long Head)> pulled = [];
    private readonly ConcurrentDictionary<string, string> alarms = [];
    private (bool Leads, long Cursor, long Head, long Moved) relay;
    private (long? Oldest, long Since) pending;
    private long parked;

    public MessagingHealth(TimeProvider clock, MessagingTimes times)
    {
        (this.clock, this.times) = (clock, times);
        Telemeter.Meter.CreateObservableGauge("careerplatform.relay.lag", () => relay.Leads ? [new Measurement<long>(relay.Head - relay.Cursor)] : (IEnumerable<Measurement<long>>)[],
            description: "Positions of the feed that are not relayed yet.");
        Telemeter.Meter.CreateObservableGauge("careerplatform.pull.lag",
            () => pulled.Select(consumer => new Measurement<long>(consumer.Value.Head - consumer.Value.Position, new KeyValuePair<string, object?>("queue", consumer.Key))),
            description: "Positions of a producer's feed that are not compared yet.");
        Telemeter.Meter.CreateObservableGauge("careerplatform.parked", () => Interlocked.Read(ref parked), description: "Parked facts that nobody has solved.");
    }

    /// <summary>Names of event types that no queue is bound to.</summary>
    internal IReadOnlyCollection<string> UnroutedTypes => [.. unrouted.Keys];

    internal void RelayAt(long cursor, long head)
    {
        lock (gate)
        {
            // Waiting begins when there is something to wait for.
            var moved = !relay.Leads || cursor != relay.Cursor || relay.Head <= relay.Cursor;
            relay = (true, cursor, head, moved ? clock.GetTimestamp() : relay.Moved);
        }
    }

    internal void RelayStopped()
    {
        lock (gate) relay = default;
    }

    internal void Published(string type)
    {
        Telemeter.Published.Add(1, new KeyValuePair<string, object?>("type", type));
        unrouted.TryRemove(type, out _);
    }

    internal void Unrouted(string type)
    {
        var now = clock.GetTimestamp();
        unrouted.AddOrUpdate(type, _ => (now, now), (_, known) => (known.Since, now));
    }

    internal void Applied(string queue, int count)
    {
        if (count > 0) Telemeter.Applied.Add(count, new KeyValuePair<string, object?>("queue", queue));
    }

    internal void Parked(string queue, string reason)
    {
        Telemeter.Parked.Add(1, new("queue", queue), new("reason", reason));
        Interlocked.Increment(ref parked);
    }

    internal void PulledTo(string queue, long position, long head) => pulled[queue] = (position, head);

    internal void ParkedCount(long count) => Interlocked.Exchange(ref parked, count);

    /// <summary>What the operator must look at, in English.</summary>
    internal IReadOnlyCollection<string> Alarms => [.. alarms.Values];

    /// <summary>Sets or clears what the operator must look at.</summary>
    internal void Alarm(string what, string? text)
    {
        if (text is null) alarms.TryRemove(what, out _);
        else alarms[what] = text;
    }

    /// <summary>The oldest committed event without a position, null when there is none.</summary>
    internal void OldestPending(long? seqId)
    {
        lock (gate)
        {
            if (pending.Oldest != seqId || seqId is null) pending = (seqId, clock.GetTimestamp());
        }
    }

    /// <summary>Why nothing moves although there is something to move, or null. An unrouted event is not this: the broker answers, and the relay waits for its hearer.</summary>
    internal string? Stuck()
    {
        lock (gate)
        {
            if (pending.Oldest is not null && clock.GetElapsedTime(pending.Since) > times.Stuck) return "committed events get no position";
            var answered = unrouted.Values.Any(type => clock.GetElapsedTime(type.Last) < times.Stuck);
            return relay.Leads && relay.Head > relay.Cursor && clock.GetElapsedTime(relay.Moved) > times.Stuck && !answered ? $"the relay does not move from position {relay.Cursor}" : null;
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default)
    {
        if (Stuck() is { } stuck) return Task.FromResult(HealthCheckResult.Unhealthy(stuck));
        if (unrouted.FirstOrDefault(type => clock.GetElapsedTime(type.Value.Since) > times.Stuck / 2) is { Key: { } type })
        {
            return Task.FromResult(HealthCheckResult.Unhealthy($"Nobody hears {type}; the relay waits."));
        }
        if (!unrouted.IsEmpty) return Task.FromResult(HealthCheckResult.Degraded("A published type has no hearer yet."));
        if (alarms.Values.FirstOrDefault() is { } alarm) return Task.FromResult(HealthCheckResult.Degraded(alarm));
        var count = Interlocked.Read(ref parked);
        return Task.FromResult(count > 0 ? HealthCheckResult.Degraded($"{count} facts are parked.") : HealthCheckResult.Healthy());
    }
}

/// <summary>Ends a process whose log has stopped moving while everything looks connected; whoever supervises it starts it again.</summary>
internal sealed class Watchdog(Database database, MessagingHealth health, IConfiguration configuration, MessagingTimes times, ProcessEnd end, ILogger<Watchdog> log) : BackgroundService
{
    private static readonly TimeSpan Nightly = TimeSpan.FromHours(24);
    private long? compared;

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Look(ct);
            }
            catch (Exception problem) when (!ct.IsCancellationRequested)
            {
                log.LogDebug("Watchdog: {Problem}", problem.GetType().Name);
            }
            await Task.Delay(times.Watch, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task Look(CancellationToken ct)
    {
        await using (var work = await database.Begin("*", ct))
        {
            health.OldestPending(await work.Single<long?>("select min(seq_id) from event_pending"));
            health.ParkedCount(await work.Single<long>("select count(*) from parked_event where solved_at is null"));
        }
        if (compared is null || database.Clock.GetElapsedTime(compared.Value) > Nightly)
        {
            compared = database.Clock.GetTimestamp();
            await CompareStreams(ct);
            await Clean(ct);
        }
        if (health.Stuck() is not { } stuck) return;
        // Asked on a connection of its own, which fails while the broker is away: a bus that does not find back to a broker that answers is stuck as well.
        if (await TopologyCheck.IsBlocked(configuration, ct) is not { } blocked) return;
        if (blocked)
        {
            log.LogError("ALARM: {Stuck}: the broker blocks its publishers (memory or disk). Events wait in the log", stuck);
            return;
        }

        log.LogCritical("ALARM: {Stuck} for {Time} although database and broker answer. The process ends so that it is started anew", stuck, times.Stuck);
        end.Now(1);
    }

    /// <summary>An answer is kept for its Idempotency-Key for the 7 days that are promised.</summary>
    private async Task Clean(CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        await work.Execute("delete from idempotency where at < @before", new { before = database.Clock.GetUtcNow() - Idempotent.Kept });
        await work.Commit();
    }

    private async Task CompareStreams(CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        var wrong = await work.Single<long>(
            """
            select count(*) from mt_streams s full join
              (select tenant_id, stream_id, count(*) as events, max(version) as version from mt_events where type <> 'tombstone' group by tenant_id, stream_id) e
              on e.tenant_id = s.tenant_id and e.stream_id = s.id
            where coalesce(s.version, 0) <> coalesce(e.version, 0) or coalesce(e.version, 0) <> coalesce(e.events, 0)
            """);
        health.Alarm("streams", wrong > 0 ? $"{wrong} streams disagree with their events." : null);
        if (wrong > 0) log.LogCritical("ALARM: {Count} streams disagree with their events: somebody changed the log by hand", wrong);
    }
}

/// <summary>How a process ends itself; a test puts its own in place.</summary>
internal sealed record ProcessEnd(Action<int> Now);

/// <summary>Looks at this service's queues: refuses to start where one exists with other arguments, and tells when one is missing or has dead letters.</summary>
internal sealed class TopologyCheck(BusSetup setup, IConfiguration configuration, MessagingHealth health, IHostApplicationLifetime process, ILogger<TopologyCheck> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var declared = false;
        var pause = TimeSpan.FromMilliseconds(500);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var factory = new ConnectionFactory { Uri = new Uri(configuration.GetConnectionString(MessagingExtensions.Connection)!), AutomaticRecoveryEnabled = false, ClientProvidedName = $"{setup.Service} topology" };
                await using var connection = await factory.CreateConnectionAsync(ct);
                foreach (var hears in setup.Heard) await Look(connection, hears, declare: !declared, ct);
                declared = true;
                pause = Every;
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == 406)
            {
                log.LogCritical("ALARM: a queue or exchange of {Service} exists with other arguments: {Refusal}. The service does not start; delete or migrate it", setup.Service, refused.ShutdownReason.ReplyText);
                Environment.ExitCode = 1;
                process.StopApplication();
                return;
            }
            catch (Exception problem) when (!ct.IsCancellationRequested)
            {
                log.LogDebug("The broker is not there ({Problem})", problem.GetType().Name);
                pause = TimeSpan.FromSeconds(Math.Min(5, Math.Max(0.5, pause.TotalSeconds * 1.5)));
            }
            await Task.Delay(pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>True when the broker answers but takes no messages: it says so to a connection that tries to publish. Null when it does not answer.</summary>
    internal static async Task<bool?> IsBlocked(IConfiguration configuration, CancellationToken ct)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new Uri(configuration.GetConnectionString(MessagingExtensions.Connection)!), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(ct);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.ConnectionBlockedAsync += (_, _) =>
            {
                blocked.TrySetResult();
                return Task.CompletedTask;
            };
            await channel.BasicPublishAsync("", "nobody", ReadOnlyMemory<byte>.Empty, ct);
            return await Task.WhenAny(blocked.Task, Task.Delay(TimeSpan.FromSeconds(2), ct)) == blocked.Task;
        }
        catch (Exception problem) when (problem is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
        {
            return null;
        }
    }

    private async Task Look(IConnection connection, HearsFrom hears, bool declare, CancellationToken ct)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        if (declare)
        {
            // The dead-letter exchange and queue first: a queue that points to a missing one keeps its dead letters for ever.
            await channel.ExchangeDeclareAsync(hears.DeadLetters, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: ct);
            await channel.QueueDeclareAsync(hears.DeadLetters, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
            await channel.QueueBindAsync(hears.DeadLetters, hears.DeadLetters, "", cancellationToken: ct);
            await channel.QueueDeclareAsync(hears.Queue, durable: true, exclusive: false, autoDelete: false, hears.QueueArguments, cancellationToken: ct);
            return;
        }

        foreach (var queue in new[] { hears.Queue, hears.DeadLetters })
        {
            try
            {
                await using var look = await connection.CreateChannelAsync(cancellationToken: ct);
                var found = await look.QueueDeclarePassiveAsync(queue, ct);
                health.Alarm($"missing {queue}", null);
                if (queue != hears.DeadLetters) continue;
                health.Alarm($"dead {queue}", found.MessageCount > 0 ? $"{found.MessageCount} dead letters in {queue}." : null);
                if (found.MessageCount > 0) log.LogError("ALARM: {Count} dead letters in {Queue}", found.MessageCount, queue);
            }
            catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == 404)
            {
                health.Alarm($"missing {queue}", $"The queue {queue} is missing.");
                log.LogError("ALARM: the queue {Queue} is missing; it is declared again, and what it held is pulled from the feed", queue);
                await Look(connection, hears, declare: true, ct);
            }
        }
    }
}

/// <summary>How a service's log stands: how far it is relayed, and how far it has heard the others.</summary>
internal sealed class LogStatus(Database database, BusSetup setup, MessagingHealth health)
{
    internal sealed record Status(
        string Service, long Head, long Pending, long RelayCursor, long Lag, IReadOnlyCollection<string> Unrouted, long Parked, IReadOnlyList<HeardStatus> Hears,
        IReadOnlyCollection<string> Alarms, DatabaseStatus Database);

    /// <summary>The service's database, and the archive of its server's write-ahead log, from which a backup is brought up to the minute.</summary>
    internal sealed record DatabaseStatus
    {
        public required string Version { get; init; }
        public required long Bytes { get; init; }
        public required int Connections { get; init; }
        public required int MaxConnections { get; init; }

        /// <summary>Whether the server archives at all.</summary>
        public required bool Archiving { get; init; }
        public DateTimeOffset? ArchivedAt { get; init; }

        /// <summary>The last time that archiving failed; null when never.</summary>
        public DateTimeOffset? FailedAt { get; init; }
        public required long Failures { get; init; }
    }

    internal sealed record HeardStatus(string Producer, string Queue, long Position, long Head, long Lag, long Done, long Open, long Parked);

    internal async Task<Status> Read(CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        var head = await work.Single<long>("select pos from feed_head");
        var pending = await work.Single<long>("select count(*) from event_pending");
        var cursor = await work.Single<long>("select coalesce(max(pos), 0) from relay_cursor where name = 'bus'");
        var inbox = (await work.Query<(string Consumer, string State, long Count)>("select consumer, state, count(*) from inbox group by consumer, state")).ToLookup(row => row.Consumer);
        var parked = (await work.Query<(string Consumer, long Count)>("select consumer, count(*) from parked_event where solved_at is null group by consumer")).ToDictionary(row => row.Consumer, row => row.Count);
        var pulled = (await work.Query<(string Consumer, long Pos, long Head)>("select consumer, pos, head from pull_cursor")).ToDictionary(row => row.Consumer);
        var server = (await work.Single<DatabaseStatus>(
            """
            select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
                   (select count(*)::int from pg_stat_activity where datname = current_database()) as connections, current_setting('max_connections')::int as max_connections,
                   current_setting('archive_mode') <> 'off' as archiving, a.last_archived_time as archived_at, a.last_failed_time as failed_at, a.failed_count as failures
            from pg_stat_archiver a
            """))!;
        return new(setup.Service, head, pending, cursor, head - cursor, health.UnroutedTypes, parked.Values.Sum(),
        [
            .. setup.Heard.Select(hears =>
            {
                var at = pulled.GetValueOrDefault(hears.Queue);
                var states = inbox[hears.Queue].ToDictionary(row => row.State, row => row.Count);
                return new HeardStatus(hears.Producer, hears.Queue, at.Pos, at.Head, at.Head - at.Pos, states.GetValueOrDefault("done"), states.GetValueOrDefault("new"), parked.GetValueOrDefault(hears.Queue));
            }),
        ], health.Alarms, server);
    }
}

/// <summary>A fact that lies with the operator. Never its data.</summary>
public sealed record ParkedEvent(Guid ParkedId, string Consumer, string Producer, Guid? EventId, string? Tenant, Guid? StreamId, long? Version, string? Type, string Reason, string Detail, int Attempts, DateTimeOffset At);

/// <summary>What could not be applied, and another try once the cause is gone: the fact is pulled again from its producer. What has no cause that could go is dismissed.</summary>
public sealed class ParkedEvents
{
    private readonly Database database;
    private readonly Consumers consumers;
    private readonly Pull pull;
    private readonly TimeProvider clock;

    internal ParkedEvents(Database database, Consumers consumers, Pull pull, TimeProvider clock) =>
        (this.database, this.consumers, this.pull, this.clock) = (database, consumers, pull, clock);

    private const string Columns = "parked_id, consumer, producer, event_id, tenant_id as tenant, stream_id, version, type, reason, detail, attempts, at";

    /// <summary>What is parked and not solved, oldest first.</summary>
    public async Task<IReadOnlyList<ParkedEvent>> List(CancellationToken ct = default)
    {
        await using var work = await database.Begin("*", ct);
        return await work.Query<ParkedEvent>($"select {Columns} from parked_event where solved_at is null order by at limit 1000");
    }

    /// <summary>Tries one parked fact again. True: its effect is committed; false: it failed again or cannot be pulled and stays parked; null: there is none of this id.</summary>
    /// <remarks>Later facts of its stream may have been applied meanwhile; the reaction sees it by <see cref="Heard.Late"/>.</remarks>
    public async Task<bool?> Retry(Guid parkedId, CancellationToken ct = default)
    {
        ParkedEvent? parked;
        await using (var work = await database.Begin("*", ct))
        {
            parked = await work.Single<ParkedEvent>($"select {Columns} from parked_event where parked_id = @parkedId and solved_at is null", new { parkedId });
        }
        if (parked is null) return null;
        if (parked is not { Tenant: { } tenant, StreamId: { } stream, Version: { } version } || !consumers.All.TryGetValue(parked.Consumer, out var consumer)) return false;

        var page = await pull.Stream(parked.Producer, (tenant, stream), version - 1, ct);
        var item = page.Items.FirstOrDefault(item => item.Version == version);
        if (item is null || !consumer.Hears.Types.ContainsKey(item.Type)) return false;

        var delivery = Pull.ToDelivery(item, consumer.Hears, late: true);
        if (delivery.Unreadable is not null || !await consumer.ApplyParked(delivery, ct)) return false;

        await using var solve = await database.Begin("*", ct);
        await solve.Execute("update parked_event set solved_at = @now where consumer = @Consumer and event_id = @Id and solved_at is null", new { parked.Consumer, item.Id, now = clock.GetUtcNow() });
        await solve.Commit();
        return true;
    }

    /// <summary>Takes off the list what no other try can mend: a message without an address, an id heard with another content, a fact that was corrected at its source. False: there is none of this id.</summary>
    public async Task<bool> Dismiss(Guid parkedId, CancellationToken ct = default)
    {
        await using var work = await database.Begin("*", ct);
        var dismissed = await work.Execute("update parked_event set solved_at = @now where parked_id = @parkedId and solved_at is null", new { parkedId, now = clock.GetUtcNow() });
        await work.Commit();
        return dismissed == 1;
    }
}
