using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.ServiceDefaults;

/// <summary>
/// Applies what one producer's queue and feed deliver: many facts in one transaction, in order per stream, each with its effect once.
/// A fact that fails leaves the batch and is tried again on its own lane, so that its neighbours go on; only its own stream waits for it.
/// </summary>
internal sealed class Consumer(HearsFrom hears, Database database, IServiceScopeFactory scopes, Pull pull, ExclusiveGate gate, MessagingHealth health, MessagingTimes times, ILogger log)
{
    /// <summary>Messages the broker hands over before the first is acknowledged.</summary>
    internal const int Prefetch = 64;
    private const int BatchSize = 200;
    private const long BatchBytes = 256 * 1024;
    private const int MaxHeld = Prefetch / 3;   // behind slow facts, and as many in gaps: the rest is for those that can go on

    private readonly Channel<object> intake = Channel.CreateUnbounded<object>(new() { SingleReader = true });
    private readonly Inbox inbox = new(database, hears.Queue, hears.Producer);
    private readonly Dictionary<(string, Guid), Slowed> behind = [];   // streams with a fact on the slow lane, and what waits behind it
    private readonly Dictionary<(string, Guid), Gap> gaps = [];
    private readonly SemaphoreSlim slowLane = new(8);
    private long? noted;

    private sealed record StreamFree((string, Guid) Key, long Version);

    /// <summary>A stream whose fact of this version is on the slow lane; later versions wait, earlier ones go on.</summary>
    private sealed record Slowed(long Version, List<Delivery> Waiting);

    /// <summary>What the producer had between what was applied and what is held; null when it did not answer. It says nothing of versions after the last one held when it was asked.</summary>
    private sealed record Filled((string, Guid) Key, long Asked, MissingFacts? Facts);

    private sealed class Gap
    {
        internal List<Delivery> Held { get; } = [];
        internal long Since { get; init; }
        internal bool Asked { get; set; }
        internal int Failures { get; set; }
    }

    internal HearsFrom Hears => hears;
    internal Inbox Inbox => inbox;

    /// <summary>Takes a fact; the task ends when it is applied, known or parked, and fails when the process stops. A stopped consumer keeps it until the connection is closed.</summary>
    internal Task<Outcome> Take(Delivery delivery)
    {
        intake.Writer.TryWrite(delivery);
        return delivery.Done;
    }

    internal async Task Run(CancellationToken ct)
    {
        var work = new List<Delivery>();
        try
        {
            while (await Fill(work, ct))
            {
                try
                {
                    work = await Process(work, ct);
                }
                catch (Exception problem) when (!ct.IsCancellationRequested)
                {
                    // Away or not understood: nothing is lost, the same facts are tried again.
                    log.LogWarning("{Queue}: {Problem} at {Place}; again in a moment", hears.Queue, problem.GetType().Name, problem.StackTrace?.Split('\n').FirstOrDefault()?.Trim());
                    await Task.Delay(times.AwayPause, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping.
        }
        finally
        {
            intake.Writer.TryComplete();
            foreach (var delivery in work.Concat(behind.Values.SelectMany(slowed => slowed.Waiting)).Concat(gaps.Values.SelectMany(gap => gap.Held))) delivery.GiveUp();
            while (intake.Reader.TryRead(out var left)) (left as Delivery)?.GiveUp();
        }
    }

    /// <summary>Collects what has come, at most a batch; asks for gaps whose time is up.</summary>
    private async Task<bool> Fill(List<Delivery> work, CancellationToken ct)
    {
        while (work.Count == 0)
        {
            using var due = CancellationTokenSource.CreateLinkedTokenSource(ct);
            if (gaps.Count > 0) due.CancelAfter(times.GapPatience);
            try
            {
                if (!intake.Reader.TryPeek(out _) && !await intake.Reader.WaitToReadAsync(due.Token)) return false;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // A gap is due.
            }
            Drain(work);
            AskForGaps(ct);
        }
        Drain(work);
        if (gaps.Count > 0) AskForGaps(ct);
        return true;
    }

    private void Drain(List<Delivery> work)
    {
        var bytes = work.Sum(delivery => (long)delivery.Bytes);
        while (work.Count < BatchSize && bytes < BatchBytes && intake.Reader.TryRead(out var item))
        {
            switch (item)
            {
                case Delivery delivery when WaitsBehind(delivery):
                    break;
                case Delivery delivery:
                    Back([delivery]);
                    bytes += delivery.Bytes;
                    if (gaps.Remove(delivery.Key, out var perhapsFilled)) Back(perhapsFilled.Held);
                    break;
                case StreamFree free when behind.TryGetValue(free.Key, out var slowed) && slowed.Version == free.Version:
                    behind.Remove(free.Key);
                    Back(slowed.Waiting);
                    break;
                case Filled { Facts: null } filled when gaps.TryGetValue(filled.Key, out var gap):
                    (gap.Asked, gap.Failures) = (false, gap.Failures + 1);
                    break;
                case Filled { Facts: { } facts } filled when gaps.Remove(filled.Key, out var gap):
                    foreach (var held in gap.Held) held.GapChecked |= facts.Complete && held.Version <= Math.Max(filled.Asked, facts.Reached);
                    Back(facts.All);
                    Back(gap.Held);
                    break;
            }
        }

        void Back(IEnumerable<Delivery> deliveries)
        {
            foreach (var delivery in deliveries)
            {
                delivery.Elsewhere = false;
                work.Add(delivery);
            }
        }
    }

    /// <summary>Asks the producer for what is missing before a held fact, when it did not come by itself in a moment. What cannot be held is left to the feed.</summary>
    private void AskForGaps(CancellationToken ct)
    {
        foreach (var (key, gap) in gaps.ToList())
        {
            if (gap.Asked || database.Clock.GetElapsedTime(gap.Since) < times.GapPatience * Math.Min(40, 1 << Math.Min(gap.Failures, 6))) continue;
            gap.Asked = true;
            var last = gap.Held.Max(held => held.Version);
            _ = Task.Run(async () => intake.Writer.TryWrite(new Filled(key, last, await pull.Missing(this, key, ct))), CancellationToken.None);
        }
        while (gaps.Sum(gap => gap.Value.Held.Count) > MaxHeld)
        {
            var oldest = gaps.MinBy(gap => gap.Value.Since);
            gaps.Remove(oldest.Key);
            foreach (var held in oldest.Value.Held) held.Finish(Outcome.Left);
            log.LogWarning("{Queue}: {Count} facts of one stream wait for earlier ones; left to the producer's feed", hears.Queue, oldest.Value.Held.Count);
        }
    }

    /// <summary>Applies a batch and says what of it is still to be done.</summary>
    private async Task<List<Delivery>> Process(List<Delivery> work, CancellationToken ct)
    {
        work.RemoveAll(delivery => delivery.Done.IsCompleted || delivery.Elsewhere);
        work = Distinct(work);
        if (work.Exists(delivery => delivery.FromBus) && (noted is null || database.Clock.GetElapsedTime(noted.Value) > TimeSpan.FromSeconds(1)))
        {
            await inbox.NoteDelivery(ct);
            noted = database.Clock.GetTimestamp();
        }
        var begun = await Admit(work, ct);
        foreach (var (suspect, _) in begun.OrderBy(known => known.Attempts)) await Alone(suspect, ct);

        while (true)
        {
            work.RemoveAll(delivery => delivery.Done.IsCompleted || delivery.Elsewhere || WaitsBehind(delivery));
            if (work.Count == 0) return work;
            work = await Apply(work.OrderBy(delivery => delivery.Position).ThenBy(delivery => delivery.Version).ToList(), ct);
        }
    }

    private bool WaitsBehind(Delivery delivery)
    {
        if (!behind.TryGetValue(delivery.Key, out var slowed) || delivery.Version < slowed.Version) return false;
        delivery.Elsewhere = true;
        if (behind.Values.Sum(stream => stream.Waiting.Count) < MaxHeld) slowed.Waiting.Add(delivery);
        else delivery.Finish(Outcome.Left);   // or what waits here would be all that the broker delivers
        return true;
    }

    private void Hold(Delivery delivery)
    {
        if (!gaps.TryGetValue(delivery.Key, out var gap)) gaps.Add(delivery.Key, gap = new Gap { Since = database.Clock.GetTimestamp() });
        delivery.Elsewhere = true;
        gap.Held.Add(delivery);
    }

    /// <summary>One delivery for each event; the others of the same content share its fate.</summary>
    private static List<Delivery> Distinct(List<Delivery> work)
    {
        var distinct = new List<Delivery>(work.Count);
        var known = new Dictionary<Guid, Delivery>(work.Count);
        foreach (var delivery in work.OrderByDescending(delivery => delivery.Admitted))
        {
            if (!known.TryGetValue(delivery.EventId, out var first)) known.Add(delivery.EventId, first = delivery);
            if (first == delivery) distinct.Add(delivery);
            else if (first.Content.AsSpan().SequenceEqual(delivery.Content)) first.Repeats.Add(delivery);
            else distinct.Add(delivery);
        }
        return distinct;
    }

    /// <summary>Transaction A for those that come the first time; ends what is known; says what was begun before and never ended, in this process or in one that died.</summary>
    private async Task<List<(Delivery Delivery, int Attempts)>> Admit(List<Delivery> work, CancellationToken ct)
    {
        var begun = new List<(Delivery, int)>();
        var arrivals = work.Where(delivery => !delivery.Admitted).ToList();
        while (arrivals.Count > 0)
        {
            var batch = arrivals.DistinctBy(delivery => delivery.EventId).ToList();
            arrivals.RemoveAll(batch.Contains);
            var entries = await inbox.Admit(batch, ct);
            foreach (var delivery in batch)
            {
                var entry = entries[delivery.EventId];
                if (delivery.Fact is not null && entry.Content is { Length: 32 } other && !other.AsSpan().SequenceEqual(delivery.Content))
                {
                    await Park(delivery, ParkReasons.Conflict, "An event with this id and another content was heard before.", 0, ct);
                    delivery.Finish(Outcome.Parked);
                    continue;
                }
                if (entry.State == "done")
                {
                    delivery.Finish(Outcome.Duplicate);
                    continue;
                }

                delivery.Admitted = true;
                if (entry.State == "parked") delivery.PassOver = true;
                else if (delivery.Unreadable is { } reason)
                {
                    await Park(delivery, reason, "The fact does not fit the contract this service knows.", 1, ct);
                    delivery.PassOver = true;
                }
                else if (!entry.Fresh) begun.Add((delivery, entry.Attempts));
            }
        }
        return begun;
    }

    /// <summary>A fact that was begun before: it may be one that kills the process, so it is tried while nothing else is, and counted first.</summary>
    private async Task Alone(Delivery delivery, CancellationToken ct)
    {
        using (await gate.Exclusive(ct))
        {
            if (WaitsBehind(delivery)) return;
            if (await inbox.CountAttempt(delivery.EventId, ct) is not { } attempts)
            {
                delivery.Admitted = false;   // ended meanwhile: ask the inbox again
                await Admit([delivery], ct);
                return;
            }
            if (attempts > Inbox.MaxAttempts)
            {
                await Park(delivery, ParkReasons.Crashed, "Every attempt ended with the process, the last without an answer.", attempts - 1, ct);
                delivery.PassOver = true;
                return;
            }
            await ApplyNow([delivery], ct);
        }
    }

    private async Task<List<Delivery>> Apply(List<Delivery> work, CancellationToken ct)
    {
        using (await gate.Shared(ct)) return await ApplyNow(work, ct);
    }

    /// <summary>Transaction B, one for each tenant: effects, own facts, how far the streams are and the inbox commit together; the acknowledgements come after. Returns what is left to do.</summary>
    private async Task<List<Delivery>> ApplyNow(List<Delivery> work, CancellationToken ct)
    {
        var left = new List<Delivery>();
        foreach (var tenant in work.GroupBy(delivery => delivery.Tenant))
        {
            var deliveries = tenant.ToList();
            for (var conflicts = 0; deliveries.Count > 0;)
            {
                Delivery? at = null;
                try
                {
                    var result = await Commit(tenant.Key, deliveries, delivery => at = delivery, times.Soft, ct);
                    foreach (var delivery in result.Known) delivery.Finish(delivery.PassOver ? Outcome.Parked : Outcome.Duplicate);
                    foreach (var delivery in result.Applied) delivery.Finish(Outcome.Applied);
                    foreach (var delivery in result.Held) Hold(delivery);
                    left.AddRange(result.Left);
                    health.Applied(hears.Queue, result.Applied.Count);
                    break;
                }
                catch (Exception away) when (!ct.IsCancellationRequested && Database.IsAway(away))
                {
                    log.LogWarning("{Queue}: the database is away ({Problem}); {Count} facts wait", hears.Queue, away.GetType().Name, deliveries.Count);
                    await Task.Delay(times.AwayPause, ct);
                }
                catch (Exception conflict) when (Database.IsConflict(conflict) && conflicts < 5)
                {
                    conflicts++;
                    await Task.Delay(Random.Shared.Next(5, 50), ct);
                    if (!await StillOpen(deliveries, ct)) break;
                }
                catch (Exception problem) when (!ct.IsCancellationRequested)
                {
                    if (at is null && deliveries.Count > 1)
                    {
                        // Nobody in particular: the commit itself. One by one it shows whose fault it is.
                        foreach (var delivery in deliveries)
                        {
                            if (!WaitsBehind(delivery)) left.AddRange(await ApplyNow([delivery], ct));
                        }
                        break;
                    }
                    var offender = at ?? deliveries[0];
                    deliveries.Remove(offender);
                    Slow(offender, problem, ct);
                    deliveries.RemoveAll(WaitsBehind);
                }
            }
        }
        return left;
    }

    /// <summary>After a conflict another process may have ended some of these; says whether any is left.</summary>
    private async Task<bool> StillOpen(List<Delivery> deliveries, CancellationToken ct)
    {
        foreach (var delivery in deliveries) delivery.Admitted = delivery.PassOver;
        await Admit(deliveries, ct);
        deliveries.RemoveAll(delivery => delivery.Done.IsCompleted);
        return deliveries.Count > 0;
    }

    private sealed record Result(List<Delivery> Applied, List<Delivery> Known, List<Delivery> Held, List<Delivery> Left);

    private async Task<Result> Commit(string tenant, List<Delivery> deliveries, Action<Delivery?> at, TimeSpan patience, CancellationToken ct)
    {
        var result = new Result([], [], [], []);
        await using var work = await database.Begin(tenant, ct);
        var before = await inbox.Versions(work, deliveries.Select(delivery => delivery.Stream), ct);
        var after = new Dictionary<Guid, long>(before);
        var started = database.Clock.GetTimestamp();
        foreach (var delivery in deliveries)
        {
            var applied = after.GetValueOrDefault(delivery.Stream);
            if (delivery.Version <= applied)
            {
                result.Known.Add(delivery);
            }
            else if (!delivery.GapChecked && hears.Before(delivery.Previous) > applied)
            {
                result.Held.Add(delivery);
            }
            else if (result.Applied.Count > 0 && database.Clock.GetElapsedTime(started) > times.BatchLimit)
            {
                result.Left.Add(delivery);
            }
            else
            {
                if (!delivery.PassOver)
                {
                    at(delivery);
                    await React(delivery, work, patience, ct);
                    at(null);
                }
                after[delivery.Stream] = delivery.Version;
                (delivery.PassOver ? result.Known : result.Applied).Add(delivery);
            }
        }
        // A known version whose inbox row is still open (repeated after a crash) is closed with the rest.
        var closed = result.Applied.Concat(result.Known.Where(delivery => !delivery.PassOver)).Select(delivery => delivery.EventId).ToHashSet();
        await inbox.Note(work, closed, before, after, ct);
        await work.Commit();
        return result;
    }

    /// <summary>Lets the reactions work. A reaction that neither ends nor listens to its token is left behind; its unit of work is closed under it.</summary>
    private async Task React(Delivery delivery, Work work, TimeSpan patience, CancellationToken ct)
    {
        var heard = new Heard(delivery.EventId, delivery.Producer, delivery.Tenant, delivery.Stream, delivery.Version, delivery.RecordedAt) { Late = delivery.Late };
        work.CausationId = delivery.EventId.ToString();
        foreach (var reaction in hears.Types[delivery.Type].Reactions)
        {
            using var activity = Telemeter.Source.StartActivity(reaction.Name, ActivityKind.Consumer, delivery.Traceparent);
            activity?.SetTag("messaging.system", "rabbitmq").SetTag("messaging.destination.name", hears.Queue).SetTag("careerplatform.event", delivery.Type);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(patience);
            using var within = work.Within(limit.Token);
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                await Task.Run(() => reaction.When(scope.ServiceProvider, delivery.Fact!, heard, work, limit.Token), limit.Token).WaitAsync(patience + TimeSpan.FromSeconds(1), ct);
            }
            catch (Exception problem)
            {
                activity?.SetStatus(ActivityStatusCode.Error, problem.GetType().Name);
                // A statement that outlasts its time is the reaction's, not the database's: it counts.
                if (problem is TimeoutException or Npgsql.NpgsqlException { InnerException: TimeoutException } || (limit.IsCancellationRequested && !ct.IsCancellationRequested)) throw new ReactionHung(reaction.Name, patience);
                throw;
            }
        }
    }

    /// <summary>Takes a fact that failed out of the batch and tries it on its own, with growing pauses, while its stream waits and the others go on.</summary>
    private void Slow(Delivery delivery, Exception problem, CancellationToken ct)
    {
        behind[delivery.Key] = behind.TryGetValue(delivery.Key, out var slowed) ? slowed with { Version = Math.Min(slowed.Version, delivery.Version) } : new(delivery.Version, []);
        delivery.Elsewhere = true;
        log.LogWarning("{Queue}: {Type} {Event} failed ({Problem}); tried again on its own", hears.Queue, delivery.Type, delivery.EventId, Kind(problem));
        _ = Task.Run(async () =>
        {
            try
            {
                await Retry(delivery, problem, ct);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                delivery.GiveUp();
            }
            finally
            {
                if (!intake.Writer.TryWrite(new StreamFree(delivery.Key, delivery.Version))) delivery.GiveUp();
            }
        }, CancellationToken.None);
    }

    private async Task Retry(Delivery delivery, Exception problem, CancellationToken ct)
    {
        for (var (tried, attempts) = (1, 1); ;)
        {
            try
            {
                if (problem is RuleBroken rule)
                {
                    await ParkAndPass(delivery, "rule_broken", $"The reaction refused it: {rule.Code}.", attempts, ct);
                    return;
                }
                if (attempts >= Inbox.MaxAttempts)
                {
                    var (reason, detail) = problem is ReactionHung
                        ? (ParkReasons.Hung, "The reaction did not end in time.")
                        : (ParkReasons.Failed, $"The reaction failed, the last time with {Kind(problem)}.");
                    await ParkAndPass(delivery, reason, detail, attempts, ct);
                    return;
                }
                await Task.Delay(times.Backoff(tried++), ct);
                using var lane = await Enter(ct);
                if (await inbox.CountAttempt(delivery.EventId, ct) is not { } counted)
                {
                    delivery.Finish(Outcome.Duplicate);
                    return;
                }
                attempts = counted;
                await Once(delivery, ct);
                return;
            }
            catch (Exception again) when (!ct.IsCancellationRequested)
            {
                if (Database.IsAway(again)) await Task.Delay(times.AwayPause, ct);
                else problem = again;
            }
        }
    }

    private async Task<IDisposable> Enter(CancellationToken ct)
    {
        await slowLane.WaitAsync(ct);
        return new Release(() => slowLane.Release());
    }

    /// <summary>One attempt of one fact, given its full time; a database that goes away meanwhile does not count.</summary>
    private async Task Once(Delivery delivery, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var result = await Commit(delivery.Tenant, [delivery], _ => { }, times.Hard, ct);
                if (result.Applied.Count > 0) health.Applied(hears.Queue, 1);
                if (result.Held.Count == 0) delivery.Finish(result.Applied.Count > 0 ? Outcome.Applied : delivery.PassOver ? Outcome.Parked : Outcome.Duplicate);
                else intake.Writer.TryWrite(delivery);
                return;
            }
            catch (Exception away) when (!ct.IsCancellationRequested && Database.IsAway(away))
            {
                await Task.Delay(times.AwayPause, ct);
            }
        }
    }

    private async Task ParkAndPass(Delivery delivery, string reason, string detail, int attempts, CancellationToken ct)
    {
        await Park(delivery, reason, detail, attempts, ct);
        delivery.PassOver = true;
        await Once(delivery, ct);
    }

    private async Task Park(Delivery delivery, string reason, string detail, int attempts, CancellationToken ct)
    {
        await inbox.Park(delivery.EventId, delivery.Tenant, delivery.Stream, delivery.Version, delivery.Type, reason, detail, attempts, ct);
        health.Parked(hears.Queue, reason);
        log.LogError("ALARM: {Queue} parked {Type} {Event}: {Reason}. {Detail}", hears.Queue, delivery.Type, delivery.EventId, reason, detail);
    }

    /// <summary>Parks what never became a fact of this service.</summary>
    internal async Task ParkMessage(Guid? id, Intake.From? from, string? type, string reason, string detail, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await inbox.Park(id, from?.Tenant, from?.Stream, from?.Version, type, reason, detail, 1, ct);
                health.Parked(hears.Queue, reason);
                log.LogError("ALARM: {Queue} parked {Type} {Event}: {Reason}. {Detail}", hears.Queue, type, id, reason, detail);
                return;
            }
            catch (Exception away) when (!ct.IsCancellationRequested && Database.IsAway(away))
            {
                await Task.Delay(times.AwayPause, ct);
            }
        }
    }

    /// <summary>One more try of a parked fact, for the operator; its stream may be further already.</summary>
    internal async Task<bool> ApplyParked(Delivery delivery, CancellationToken ct)
    {
        try
        {
            await using var work = await database.Begin(delivery.Tenant, ct);
            if (!await inbox.Reopen(work, delivery, ct)) return false;
            await React(delivery, work, times.Hard, ct);
            await work.Commit();
            return true;
        }
        catch (Exception problem) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("{Queue}: parked {Type} {Event} failed again ({Problem})", hears.Queue, delivery.Type, delivery.EventId, Kind(problem));
            return false;
        }
    }

    private static string Kind(Exception problem) => problem is Npgsql.PostgresException server ? $"{problem.GetType().Name} {server.SqlState}" : problem.GetType().Name;
}

/// <summary>A reaction did not end in the time it has.</summary>
internal sealed class ReactionHung(string reaction, TimeSpan patience) : Exception($"{reaction} did not end in {patience.TotalSeconds} s.");

/// <summary>How long the messaging waits for what. The defaults are the promises; tests shorten them.</summary>
internal sealed record MessagingTimes
{
    /// <summary>A reaction that takes longer in a batch goes on alone.</summary>
    internal TimeSpan Soft { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A reaction that takes longer on its own has failed.</summary>
    internal TimeSpan Hard { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A batch is committed after this, with what it has.</summary>
    internal TimeSpan BatchLimit { get; init; } = TimeSpan.FromSeconds(2);

    internal TimeSpan GapPatience { get; init; } = TimeSpan.FromMilliseconds(250);
    internal TimeSpan AwayPause { get; init; } = TimeSpan.FromSeconds(1);
    internal TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(3);
    internal TimeSpan Reconcile { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A revocation is felt within 5 s also while the broker is away.</summary>
    internal TimeSpan ReconcileAccess { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What the bus has not delivered after this is pulled even while the bus delivers other things.</summary>
    internal TimeSpan Overdue { get; init; } = TimeSpan.FromSeconds(60);

    internal TimeSpan Stuck { get; init; } = TimeSpan.FromSeconds(60);
    internal TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeSpan Backoff(int tried) => TimeSpan.FromMilliseconds(200 * Math.Pow(2, Math.Min(tried - 1, 4)));
}

/// <summary>Lets a fact that may kill the process be tried while nothing else is in work, so that no neighbour is blamed.</summary>
internal sealed class ExclusiveGate
{
    private const int Places = 32;
    private readonly SemaphoreSlim places = new(Places);
    private readonly SemaphoreSlim one = new(1);

    internal async Task<IDisposable> Shared(CancellationToken ct)
    {
        await places.WaitAsync(ct);
        return new Release(() => places.Release());
    }

    internal async Task<IDisposable> Exclusive(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        var taken = 0;
        try
        {
            for (; taken < Places; taken++) await places.WaitAsync(ct);
            return new Release(() =>
            {
                places.Release(Places);
                one.Release();
            });
        }
        catch
        {
            if (taken > 0) places.Release(taken);
            one.Release();
            throw;
        }
    }
}

internal sealed class Release(Action release) : IDisposable
{
    private Action? release = release;

    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}

/// <summary>Runs the consumers of this service.</summary>
internal sealed class Consumers(BusSetup setup, Database database, IServiceScopeFactory scopes, Pull pull, ExclusiveGate gate, MessagingHealth health, MessagingTimes times, ILoggerFactory logs) : BackgroundService
{
    internal IReadOnlyDictionary<string, Consumer> All { get; } = setup.Heard.ToDictionary(
        hears => hears.Queue, hears => new Consumer(hears, database, scopes, pull, gate, health, times, logs.CreateLogger($"CareerPlatform.Messaging.{hears.Producer}")));

    protected override Task ExecuteAsync(CancellationToken ct) => Task.WhenAll(All.Values.Select(consumer => consumer.Run(ct)));
}
