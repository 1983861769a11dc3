using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class RelayTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task What_nobody_hears_stops_the_relay_with_an_alarm_and_goes_out_when_somebody_does()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        await walks.AppendOneEach(3);

        await Wait.Until(async () => (await Health(walks, "messaging")).Status == HealthStatus.Unhealthy, Long);
        (await walks.Ask<long>("select pos from relay_cursor")).ShouldBe([0]);
        await walks.AppendOneEach(1, from: 4);   // writes go on

        var watch = await hosts.WatchBusOnly();
        await Wait.Until(async () => (await watch.Numbers()).Count == 4, Long);
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([4L]), Long);
        await Wait.Until(async () => (await Health(walks, "messaging")).Status == HealthStatus.Healthy, Long);
    }

    [Fact]
    public async Task While_the_broker_is_away_writes_are_accepted_and_health_says_degraded()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks(builder => builder.Configuration["ConnectionStrings:messaging"] = "amqp://nobody:nothing@127.0.0.1:1/");

        await walks.AppendOneEach(3);

        await Wait.Until(async () => (await walks.Ask<long>("select count(*) from feed")).SequenceEqual([3L]), Long);
        var report = await walks.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        report.Status.ShouldBe(HealthStatus.Degraded);
        // Who hears it is not late either: the feed answers.
        var watch = await hosts.Watch();
        await Wait.Until(async () => (await watch.Numbers()).Count == 3, Long);
    }

    [Fact]
    public async Task E8_a_relay_and_a_sequencer_that_lose_their_connection_have_a_successor_within_seconds()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        for (var round = 0; round < 5; round++)
        {
            await walks.AppendOneEach(20, from: round * 20);
            await walks.Ask<bool>("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
        }

        await Wait.Until(async () => (await watch.Numbers()).Count == 100, Long);
        (await watch.Numbers()).Order().ShouldBe(Enumerable.Range(0, 100));
        (await walks.Ask<long>("select pos from feed order by pos")).ShouldBe(Enumerable.Range(1, 100).Select(n => (long)n));
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([100L]), Long);
    }

    [Fact]
    public async Task A_queue_that_exists_with_other_arguments_keeps_the_service_from_starting()
    {
        await using var hosts = await Hosts.Create();
        using var broker = new Broker(hosts);
        await broker.Declare("watch-hears-walks", "classic");

        var watch = await hosts.Watch();

        var stopping = watch.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await Wait.Until(() => stopping.IsCancellationRequested, Long);
        Environment.ExitCode.ShouldBe(1);
        Environment.ExitCode = 0;
    }

    [Fact]
    public async Task A_queue_that_was_deleted_while_the_service_runs_comes_back_and_what_it_held_is_pulled()
    {
        await using var hosts = await Hosts.Create();
        using var broker = new Broker(hosts);
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        await walks.AppendOneEach(5);
        await Wait.Until(async () => (await watch.Numbers()).Count == 5, Long);

        await broker.Delete("queues", "watch-hears-walks");
        await walks.AppendOneEach(5, from: 6);

        await Wait.Until(async () => (await watch.Numbers()).Count == 10, Long);
        await Wait.Until(() => broker.HasQueue("watch-hears-walks"), Long);
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([10L]), Long);
    }

    [Fact]
    public void A_log_that_stops_moving_while_everything_looks_connected_is_stuck_after_a_minute()
    {
        var clock = new HandClock();
        var health = new MessagingHealth(clock, new MessagingTimes());

        health.RelayAt(0, 0);
        clock.Forward(TimeSpan.FromHours(1));
        health.RelayAt(0, 10);
        health.Stuck().ShouldBeNull("nothing waited during the hour");
        clock.Forward(TimeSpan.FromSeconds(59));
        health.RelayAt(0, 12);
        health.Stuck().ShouldBeNull();
        clock.Forward(TimeSpan.FromSeconds(2));
        health.Stuck().ShouldBe("the relay does not move from position 0");

        health.Unrouted("step_taken");
        health.Stuck().ShouldBeNull("the broker answers; the relay waits for a hearer");
        health.Published("step_taken");
        health.RelayAt(5, 12);
        health.Stuck().ShouldBeNull();
        clock.Forward(TimeSpan.FromSeconds(61));
        health.Stuck().ShouldNotBeNull();
        health.RelayStopped();
        health.Stuck().ShouldBeNull("another process leads");

        health.OldestPending(7);
        clock.Forward(TimeSpan.FromSeconds(61));
        health.OldestPending(7);
        health.Stuck().ShouldBe("committed events get no position");
        health.OldestPending(8);
        health.Stuck().ShouldBeNull();
    }

    [Fact]
    public async Task A_process_whose_relay_is_stuck_ends_itself()
    {
        await using var hosts = await Hosts.Create();
        var ended = new TaskCompletionSource<int>();
        var walks = await hosts.Walks(builder =>
        {
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(Relay)));
            builder.Services.AddSingleton(new ProcessEnd(code => ended.TrySetResult(code)));
            builder.Services.AddSingleton(Hosts.Times with { Stuck = TimeSpan.FromSeconds(1), Watch = TimeSpan.FromMilliseconds(200) });
        });
        walks.Services.GetRequiredService<MessagingHealth>().RelayAt(3, 10);

        (await ended.Task.WaitAsync(Long)).ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_connects_as_the_owner_of_its_tables_does_not_start()
    {
        await using var hosts = await Hosts.Create();

        var walks = await hosts.Walks(builder => builder.Configuration["Database:AppPassword"] = null);

        var stopping = walks.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await Wait.Until(() => stopping.IsCancellationRequested, Long);
        Environment.ExitCode = 0;
    }

    [Fact]
    public async Task A_stream_that_was_changed_by_hand_is_reported()
    {
        await using var hosts = await Hosts.Create();
        var owner = await Log.Migrated();
        var walks = await hosts.WalksWithoutRelay(owner);
        await walks.AppendOneEach(3);
        await walks.Stop();
        await walks.Ask<int>("update mt_streams set version = 2 where id = (select id from mt_streams limit 1)");

        var again = await hosts.WalksWithoutRelay(owner);

        await Wait.Until(async () => (await Health(again, "messaging")).Description == "1 streams disagree with their events.", Long);
    }

    [Fact]
    public async Task E10_tables_made_by_hearing_are_the_same_when_everything_is_heard_again()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        for (var n = 1; n <= 3; n++) await walks.AppendOneEach(40, from: 1);
        await Wait.Until(async () => (await watch.Numbers()).Count == 120, Long);
        const string rows = "select event_id || ' ' || version || ' ' || number from seen order by 1";
        var live = await watch.Ask<string>(rows);
        await Should.ThrowAsync<InvalidOperationException>(() => Projections.HearAgain(watch.Database, ["watch-hears-walks"], ["seen"]));
        await watch.Stop();

        await Projections.HearAgain(watch.Database, ["watch-hears-walks"], ["seen"]);
        (await watch.Numbers()).ShouldBeEmpty();
        var again = await hosts.Watch(owner: watch.Owner);

        await Wait.Until(async () => (await again.Numbers()).Count == 120, Long);
        (await again.Ask<string>(rows)).ShouldBe(live);
    }

    [Fact]
    public async Task A_stopping_service_ends_in_bounded_time_and_loses_nothing()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.WatchBusOnly();
        var never = new TaskCompletionSource();
        watch.Behaviour.When = (fact, _, _) => fact.Number == 5 ? never.Task : Task.CompletedTask;
        await walks.AppendOneEach(10);
        await Wait.Until(() => !watch.Behaviour.Calls.IsEmpty, Long);

        await watch.Stop().WaitAsync(TimeSpan.FromSeconds(40));
        never.SetResult();
        hosts.HttpWorks = false;   // what it had in hand comes back from the broker itself
        var again = await hosts.Watch(owner: watch.Owner);

        await Wait.Until(async () => (await again.Numbers()).Count == 10, Long);
        (await again.Numbers()).Order().ShouldBe(Enumerable.Range(1, 10));
    }

    private static async Task<HealthReportEntry> Health(Host host, string name) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == name)).Entries[name];

    private sealed class HandClock : TimeProvider
    {
        private long now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => now;
        internal void Forward(TimeSpan by) => now += by.Ticks;
    }
}
