using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Testing;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class DeliveryTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_committed_fact_has_its_effect_once_and_what_is_not_published_stays_at_home()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        var stream = Guid.CreateVersion7();

        await walks.Append(stream, new StepTaken { Number = 1 }, new StepHidden { Number = 2 }, new StepTaken { Number = 3 });

        await Wait.Until(async () => (await watch.Numbers()).Count == 2, Long);
        (await watch.Numbers()).ShouldBe([1, 3]);
        (await watch.Ask<string>("select state from inbox")).ShouldBe(["done", "done"]);
        (await watch.Ask<long>("select applied_version from consumer_stream")).ShouldBe([3]);
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([3L]), Long);
    }

    [Fact]
    public async Task E3_E4_each_stream_is_published_and_applied_in_its_order_and_every_fact_once()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.WatchBusOnly();
        var streams = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToArray();

        await Task.WhenAll(streams.Select(async stream =>
        {
            for (var n = 1; n <= 30; n++) await walks.Append(stream, n % 5 == 0 ? new StepHidden { Number = n } : new StepTaken { Number = n });
        }));

        await Wait.Until(async () => (await watch.Numbers()).Count == 20 * 24, Long);
        var expected = Enumerable.Range(1, 30).Where(n => n % 5 != 0).ToArray();
        foreach (var stream in streams) (await watch.Ask<int>("select number from seen where stream_id = @stream order by place", new { stream })).ShouldBe(expected);
        (await watch.Ask<long>("select count(*) from inbox where state = 'done' and attempts = 1")).ShouldBe([20 * 24]);
    }

    [Fact]
    public async Task E5_a_fact_delivered_again_has_no_second_effect_also_when_it_is_old()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.WatchBusOnly();
        var stream = Guid.CreateVersion7();
        await walks.Append(stream, new StepTaken { Number = 1 }, new StepTaken { Number = 2 });
        var feed = await walks.Feed();

        foreach (var item in feed.Concat(feed).Concat(feed)) await walks.Publish(item);
        await Wait.Until(async () => (await watch.Numbers()).Count == 2, Long);
        await watch.Ask<int>("delete from inbox");   // as if it had been cleaned after years
        foreach (var item in feed) await walks.Publish(item);
        await walks.AppendOneEach(1, from: 9);
        await walks.Publish((await walks.Feed())[^1]);

        await Wait.Until(async () => (await watch.Numbers()).Contains(9), Long);
        (await watch.Numbers()).ShouldBe([1, 2, 9]);
        watch.Behaviour.Calls.Values.ShouldAllBe(calls => calls == 1);
    }

    [Fact]
    public async Task A_full_queue_is_emptied_in_order_also_when_its_producer_is_away()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var streams = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var n = 1; n <= 20; n++)
        {
            await walks.Database.Run("40", work =>
            {
                foreach (var stream in streams) work.Append("walk", stream, new StepTaken { Number = n });
                return Task.CompletedTask;
            });
        }
        var silent = await hosts.WatchBusOnly();
        await silent.Stop();
        await walks.Stop();
        var relaying = await hosts.Walks(owner: walks.Owner);
        await Wait.Until(async () => (await relaying.Ask<long>("select pos from relay_cursor")).SequenceEqual([2_000L]), Long);
        await relaying.Stop();
        hosts.HttpWorks = false;

        var watch = await hosts.Watch(owner: silent.Owner);

        await Wait.Until(async () => (await watch.Numbers()).Count == 2_000, Long);
        foreach (var stream in streams) (await watch.Ask<int>("select number from seen where stream_id = @stream order by place", new { stream })).ShouldBe(Enumerable.Range(1, 20));
    }

    [Fact]
    public async Task E4_a_whole_shuffle_is_applied_in_order()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.WatchBusOnly(reconcile: TimeSpan.FromSeconds(5));   // what comes too far ahead to be held is left to the feed
        var streams = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var stream in streams) await walks.Append(stream, [.. Enumerable.Range(1, 20).Select(n => n % 4 == 0 ? (object)new StepHidden { Number = n } : new StepTaken { Number = n })]);
        var shuffled = (await walks.Feed()).ToArray();
        Random.Shared.Shuffle(shuffled);

        await Task.WhenAll(shuffled.Select(item => walks.Publish(item)));

        await Wait.Until(async () => (await watch.Numbers()).Count == 5 * 15, Long);
        foreach (var stream in streams)
        {
            (await watch.Ask<int>("select number from seen where stream_id = @stream order by place", new { stream })).ShouldBe(Enumerable.Range(1, 20).Where(n => n % 4 != 0));
        }
    }

    [Fact]
    public async Task What_is_missing_before_a_fact_is_pulled_from_its_producer()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.WatchBusOnly();
        await walks.Append(Guid.CreateVersion7(), [.. Enumerable.Range(1, 5).Select(n => new StepTaken { Number = n })]);

        await walks.Publish((await walks.Feed())[^1]);

        await Wait.Until(async () => (await watch.Numbers()).Count == 5, Long);
        (await watch.Numbers()).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_fact_that_comes_while_a_gap_is_filled_waits_for_its_own_earlier_ones()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.WatchBusOnly();
        // Held back: the answer that there is nothing after the third, and the second question.
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (firstAsked, secondAsked) = (new TaskCompletionSource(), new TaskCompletionSource());
        hosts.BeforeAnswer = uri => uri.PathAndQuery switch
        {
            var path when !path.StartsWith("/internal/events", StringComparison.Ordinal) => Task.CompletedTask,
            var path when path.EndsWith("after=3", StringComparison.Ordinal) && firstAsked.TrySetResult() => first.Task,
            _ when firstAsked.Task.IsCompleted && secondAsked.TrySetResult() => second.Task,
            _ => Task.CompletedTask,
        };
        var stream = Guid.CreateVersion7();
        await walks.Append(stream, [.. Enumerable.Range(1, 3).Select(n => new StepTaken { Number = n })]);
        await walks.Publish((await walks.Feed())[2]);
        await firstAsked.Task.WaitAsync(Long);    // the producer has read up to the third; its answer is on the way

        await walks.Append(stream, new StepTaken { Number = 4 }, new StepTaken { Number = 5 });
        var feed = await walks.Feed();
        await walks.Publish(feed[4]);
        await secondAsked.Task.WaitAsync(Long);   // the fifth is held and asked for
        first.SetResult();
        await Wait.Until(async () => (await watch.Numbers()).Contains(3), Long);
        await walks.Publish(feed[3]);
        second.SetResult();

        await Wait.Until(async () => (await watch.Ask<long>("select applied_version from consumer_stream")).SequenceEqual([5L]), Long);
        (await watch.Numbers()).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_gap_that_cannot_be_pulled_waits_and_holds_up_no_other_stream()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.WatchBusOnly();
        hosts.HttpWorks = false;
        await walks.Append(Guid.CreateVersion7(), [.. Enumerable.Range(1, 3).Select(n => new StepTaken { Number = n })]);
        await walks.AppendOneEach(1, from: 9);
        var feed = await walks.Feed();

        await walks.Publish(feed[2]);
        await walks.Publish(feed[3]);
        await Wait.Until(async () => (await watch.Numbers()).SequenceEqual([9]), Long);
        await walks.Publish(feed[0]);
        await walks.Publish(feed[1]);

        await Wait.Until(async () => (await watch.Numbers()).Count == 4, Long);
        (await watch.Numbers()).ShouldBe([9, 1, 2, 3]);
    }

    [Fact]
    public async Task E9_the_loss_of_everything_in_the_broker_is_only_a_delay()
    {
        await using var hosts = await Hosts.Create();
        using var broker = new Broker(hosts);
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        await walks.AppendOneEach(1);
        await Wait.Until(async () => (await watch.Numbers()).Count == 1, Long);
        await watch.Stop();
        await walks.AppendOneEach(300, from: 2);
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([301L]), Long);

        await broker.Delete("queues", "watch-hears-walks");
        await broker.Delete("exchanges", "watch-hears-walks");
        var again = await hosts.Watch(owner: watch.Owner);

        await Wait.Until(async () => (await again.Numbers()).Count == 301, Long);
        (await again.Numbers()).Order().ShouldBe(Enumerable.Range(1, 301));
        (await broker.HasQueue("watch-hears-walks")).ShouldBeTrue();
        await walks.AppendOneEach(1, from: 302);
        await Wait.Until(async () => (await again.Numbers()).Contains(302), Long);
    }

    [Fact]
    public async Task Two_replicas_of_producer_and_consumer_give_the_figures_of_one()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var walksToo = await hosts.Walks(owner: walks.Owner);
        var watch = await hosts.Watch();
        await hosts.Watch(owner: watch.Owner);
        var streams = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray();

        await Task.WhenAll(streams.Select(async (stream, i) =>
        {
            for (var n = 1; n <= 20; n++) await (i % 2 == 0 ? walks : walksToo).Append(stream, new StepTaken { Number = n });
        }));

        await Wait.Until(async () => (await watch.Numbers()).Count >= 200, Long);
        foreach (var stream in streams) (await watch.Ask<int>("select number from seen where stream_id = @stream order by place", new { stream })).ShouldBe(Enumerable.Range(1, 20));
        (await walks.Ask<long>("select count(*) from feed")).ShouldBe([200]);
        (await walks.Ask<long>("select max(pos) from feed")).ShouldBe([200]);
    }

    [Fact]
    public async Task One_trace_crosses_the_event_the_relay_the_broker_and_the_reaction()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "CareerPlatform.Messaging" or "MassTransit" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.WatchBusOnly();
        ActivityTraceId trace;
        using (var request = source.StartActivity("POST /steps", ActivityKind.Server)!)
        {
            trace = request.TraceId;
            await walks.AppendOneEach(1);
        }

        await Wait.Until(() => spans.Any(span => span.TraceId == trace && span.OperationName == nameof(NoteStepWhenStepTaken)), Long);
        await Wait.Until(() => spans.Any(span => span.TraceId == trace && span.Source.Name == "MassTransit" && span.Kind == ActivityKind.Consumer), Long);
        var crossed = spans.Where(span => span.TraceId == trace).ToList();
        crossed.ShouldContain(span => span.OperationName == "relay step_taken");
        crossed.ShouldContain(span => span.Source.Name == "MassTransit" && span.Kind == ActivityKind.Producer);
        var reaction = crossed.Single(span => span.OperationName == nameof(NoteStepWhenStepTaken));
        reaction.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString())["messaging.destination.name"].ShouldBe("watch-hears-walks");
    }

    [Fact]
    public async Task Who_comes_later_hears_everything_from_the_beginning()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var stream = Guid.CreateVersion7();
        for (var n = 1; n <= 30; n++) await walks.Append(stream, new StepTaken { Number = n });

        var watch = await hosts.Watch();

        await Wait.Until(async () => (await watch.Numbers()).Count == 30, Long);
        (await watch.Numbers()).ShouldBe(Enumerable.Range(1, 30));
        await Wait.Until(async () =>
        {
            var status = (await watch.Http.GetFromJsonAsync<JsonNode>("/internal/status"))!;
            return (long)status["hears"]![0]!["position"]! == 30 && (long)status["hears"]![0]!["done"]! == 30;
        }, Long);
        await Wait.Until(async () => (long)(await walks.Http.GetFromJsonAsync<JsonNode>("/internal/status"))!["relayCursor"]! == 30, Long);
    }
}
