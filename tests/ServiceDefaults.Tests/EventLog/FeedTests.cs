using System.Collections.Concurrent;
using CareerPlatform.Testing;
using Dapper;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class FeedTests
{
    private const int Writers = 32;

    [Fact]
    public async Task E6_many_writers_with_rollbacks_two_sequencers_and_a_reader_miss_repeat_and_reorder_nothing_and_leave_no_hole()
    {
        await using var log = await Log.Create();
        var streams = Enumerable.Range(0, 200).Select(_ => Guid.CreateVersion7()).ToArray();
        using var writing = new CancellationTokenSource(TimeSpan.FromSeconds(6));
        using var reading = new CancellationTokenSource();
        var committed = new ConcurrentBag<int>();
        var number = 0;

        var sequencers = Enumerable.Range(0, 2).Select(_ => Sequence(log, reading.Token)).ToArray();
        var reader = Read(log, reading.Token);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (!writing.IsCancellationRequested)
            {
                var n = Interlocked.Increment(ref number);
                try
                {
                    await using var work = await log.Database.Begin("40");
                    var stream = streams[Random.Shared.Next(streams.Length)];
                    work.Append("walk", stream, [.. Enumerable.Repeat(new StepTaken { Number = n }, 1 + (n % 3))]);
                    await work.Flush();
                    await Task.Delay(Random.Shared.Next(0, 20));
                    if (Random.Shared.Next(20) == 0) continue;
                    await work.Commit();
                    committed.Add(n);
                }
                catch (VersionConflict)
                {
                    // Somebody else was first on this stream.
                }
            }
        })));
        var total = await log.Ask<long>("select count(*) from mt_events");
        await Wait.Until(async () => (await log.Ask<long>("select count(*) from event_pending")).Single() == 0);
        await Wait.Until(async () => (await log.Ask<long>($"select count(*) from feed")).Single() == total.Single());
        await Wait.Until(() => reader.Seen.Count >= total.Single());
        await reading.CancelAsync();
        await Task.WhenAll([.. sequencers, reader.Done]);

        committed.Count.ShouldBeGreaterThan(100);
        reader.Seen.Select(item => item.Position).ShouldBe(Enumerable.Range(1, (int)total.Single()).Select(n => (long)n));   // no hole, no repeat, none missed
        reader.Seen.Select(item => item.Id).Distinct().Count().ShouldBe((int)total.Single());
        reader.Seen.Select(item => item.Number).ToHashSet().ShouldBe(committed.ToHashSet(), ignoreOrder: true);
        foreach (var stream in reader.Seen.GroupBy(item => item.Stream))
        {
            stream.Select(item => item.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(n => (long)n));
        }
        (await log.Ask<long>("select pos from feed_head")).ShouldBe(total);
    }

    [Fact]
    public async Task A_long_foreign_transaction_delays_its_own_events_only()
    {
        await using var log = await Log.Create();
        await using var foreign = await log.Database.Begin("40");
        foreign.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
        await foreign.Flush();

        await log.Database.Run("40", work =>
        {
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 2 });
            return Task.CompletedTask;
        });
        await SequenceOnce(log);
        (await Numbers(log)).ShouldBe([2]);

        await foreign.Commit();
        await SequenceOnce(log);
        (await Numbers(log)).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task A_backlog_that_comes_after_a_quiet_time_gets_its_positions_within_the_time_a_statement_has()
    {
        await using var log = await Log.Create();
        await using var connection = new NpgsqlConnection(log.Application + ";Pooling=false;Max Auto Prepare=10;Auto Prepare Min Usages=2");
        await connection.OpenAsync();
        // Planned and kept while hardly anything waits: the plan must serve a backlog as well.
        await log.Database.Run("40", work =>
        {
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
            return Task.CompletedTask;
        });
        await log.Ask<int>("vacuum analyze event_pending");
        await connection.ExecuteAsync("set plan_cache_mode = force_generic_plan; select set_config('app.tenant', '*', false)");
        for (var n = 0; n < 5; n++) await Sequencer.Once(connection, CancellationToken.None);
        const int Backlog = 40_000;
        await log.Ask<int>(
            $"""
            insert into mt_streams (tenant_id, id, version) select '40', ('6f1f2a0e-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 1 from generate_series(1, {Backlog}) n;
            insert into mt_events (seq_id, id, stream_id, version, data, type, tenant_id)
              select nextval('mt_events_sequence'), gen_random_uuid(), ('6f1f2a0e-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 1, '{"{}"}', 'step_taken', '40' from generate_series(1, {Backlog}) n;
            """);

        var moved = 0;
        while (moved < Backlog) moved += await Sequencer.Once(connection, CancellationToken.None);

        (await log.Ask<long>("select count(*) from feed")).Single().ShouldBe(Backlog + 1);
    }

    [Fact]
    public async Task A_page_tells_what_the_stream_held_before_and_passes_over_what_is_not_published()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();
        await log.Database.Run("40", work =>
        {
            work.Append("walk", stream, new StepTaken { Number = 1 }, new StepHidden { Number = 2 }, new StepTaken { Number = 3 }, new StepHidden { Number = 4 });
            return Task.CompletedTask;
        });
        await SequenceOnce(log);

        var first = await Page(log, 0, limit: 2);
        var second = await Page(log, first.Next, limit: 10);

        first.Items.Select(item => item.Version).ShouldBe([1]);
        first.Next.ShouldBe(2);
        second.Items.Select(item => item.Version).ShouldBe([3]);
        second.Items[0].Previous.ShouldBe(new Dictionary<string, long> { ["step_taken"] = 1 });
        second.Next.ShouldBe(4);
        second.Head.ShouldBe(4);
        (await Page(log, 4, limit: 10)).Next.ShouldBe(4);
    }

    [Fact]
    public async Task A_page_of_large_facts_ends_early_and_nothing_is_skipped()
    {
        await using var log = await Log.Create();
        var noise = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(180_000));
        await log.Database.Run("40", work =>
        {
            for (var n = 1; n <= 12; n++) work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = n, Note = noise });
            return Task.CompletedTask;
        });
        await SequenceOnce(log);

        var numbers = new List<long>();
        var pages = 0;
        for (long after = 0; after < 12; pages++)
        {
            var page = await Page(log, after, limit: 500);
            numbers.AddRange(page.Items.Select(item => item.Position));
            after = page.Next;
        }

        numbers.ShouldBe(Enumerable.Range(1, 12).Select(n => (long)n));
        pages.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Tombstones_and_gaps_in_the_sequence_do_not_reach_the_feed()
    {
        await using var log = await Log.Create();
        await log.Ask<long>("select nextval('mt_events_sequence')");
        await log.Ask<int>("insert into mt_streams (tenant_id, id, version) values ('40', '6f1f2a0e-0000-4000-8000-000000000001', 0)");
        await log.Ask<int>("insert into mt_events (seq_id, id, stream_id, version, data, type, tenant_id) values (nextval('mt_events_sequence'), gen_random_uuid(), '6f1f2a0e-0000-4000-8000-000000000001', 2, '{}', 'tombstone', '40')");
        await log.Database.Run("40", work =>
        {
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
            return Task.CompletedTask;
        });
        await SequenceOnce(log);

        (await Numbers(log)).ShouldBe([1]);
        (await log.Ask<long>("select pos from feed")).ShouldBe([1]);
    }

    private static Task<IReadOnlyList<int>> Numbers(Log log) => log.Ask<int>("select (e.data->>'number')::int from feed f join mt_events e using (seq_id) order by f.pos");

    private static async Task<FeedPage> Page(Log log, long after, int limit)
    {
        await using var work = await log.Database.Begin("*");
        return await EventFeed.Page(work.Connection, after, limit, log.Database.Types.Published, data: true, CancellationToken.None);
    }

    private static async Task SequenceOnce(Log log)
    {
        await using var connection = await AsSystem(log);
        await Sequencer.Once(connection, CancellationToken.None);
    }

    private static async Task<NpgsqlConnection> AsSystem(Log log)
    {
        var connection = await log.Source.OpenConnectionAsync();
        await connection.ExecuteAsync("select set_config('app.tenant', '*', false)");
        return connection;
    }

    private static async Task Sequence(Log log, CancellationToken ct)
    {
        await using var connection = await AsSystem(log);
        while (!ct.IsCancellationRequested)
        {
            if (await Sequencer.Once(connection, CancellationToken.None) == 0) await Task.Delay(5, CancellationToken.None);
        }
    }

    private sealed record Seen(long Position, Guid Id, Guid Stream, long Version, int Number);

    private sealed record Reader(ConcurrentQueue<Seen> SeenQueue, Task Done)
    {
        internal IReadOnlyCollection<Seen> Seen => SeenQueue;
    }

    private static Reader Read(Log log, CancellationToken ct)
    {
        var seen = new ConcurrentQueue<Seen>();
        return new(seen, Task.Run(async () =>
        {
            await using var connection = await AsSystem(log);
            for (long cursor = 0; !ct.IsCancellationRequested;)
            {
                var page = await EventFeed.Page(connection, cursor, 200, log.Database.Types.Published, data: true, CancellationToken.None);
                foreach (var item in page.Items) seen.Enqueue(new(item.Position, item.Id, item.StreamId, item.Version, item.Data!.Value.GetProperty("number").GetInt32()));
                cursor = page.Next;
                if (page.Items.Count == 0) await Task.Delay(5, CancellationToken.None);
            }
        }, CancellationToken.None));
    }
}
