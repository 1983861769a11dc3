using System.Net;
using System.Net.Http.Json;
using System.Text;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class PoisonTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);
    private const int Poison = 13;

    [Fact]
    public async Task E7_a_fact_whose_reaction_always_fails_is_parked_after_five_attempts_and_nobody_else_is()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        watch.Behaviour.When = (fact, _, _) => fact.Number == Poison ? throw new InvalidOperationException("no") : Task.CompletedTask;

        await walks.AppendOneEach(60);
        await Wait.Until(async () => (await watch.Ask<string>("select reason from parked_event")).Count == 1, Long);
        await Wait.Until(async () => (await watch.Numbers()).Count == 59, Long);

        (await watch.Numbers()).Order().ShouldBe(Enumerable.Range(1, 60).Where(n => n != Poison));
        var parked = (await watch.Services.GetRequiredService<ParkedEvents>().List()).Single();
        (parked.Reason, parked.Attempts, parked.Type, parked.Producer).ShouldBe(("reaction_failed", 5, "step_taken", "walks"));
        watch.Behaviour.Calls[parked.EventId!.Value].ShouldBe(5);
        watch.Behaviour.Calls.Where(call => call.Key != parked.EventId).ShouldAllBe(call => call.Value <= 2);   // a neighbour's batch may be rolled back once
        (await watch.Ask<string>("select state from inbox where attempts > 1")).ShouldBe(["parked"]);
    }

    [Fact]
    public async Task The_stream_of_a_parked_fact_goes_on_and_the_fact_can_be_tried_again()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        var stream = Guid.CreateVersion7();
        watch.Behaviour.When = (fact, _, _) => fact.Number == 2 ? throw new InvalidOperationException("no") : Task.CompletedTask;
        await walks.Append(stream, new StepTaken { Number = 1 }, new StepTaken { Number = 2 }, new StepTaken { Number = 3 });
        await Wait.Until(async () => (await watch.Numbers()).SequenceEqual([1, 3]), Long);
        var events = watch.Services.GetRequiredService<ParkedEvents>();
        var parked = (await events.List()).Single();

        (await events.Retry(parked.ParkedId)).ShouldBe(false);
        Heard? heard = null;
        watch.Behaviour.When = (_, about, _) =>
        {
            heard = about;
            return Task.CompletedTask;
        };
        (await events.Retry(parked.ParkedId)).ShouldBe(true);

        (await watch.Numbers()).ShouldBe([1, 3, 2]);
        heard!.Late.ShouldBeTrue();
        heard.StreamVersion.ShouldBe(2);
        (await events.List()).ShouldBeEmpty();
        (await events.Retry(parked.ParkedId)).ShouldBeNull();
    }

    [Fact]
    public async Task A_rule_that_refuses_a_fact_parks_it_at_once()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        watch.Behaviour.When = (fact, _, _) => fact.Number == Poison ? throw new RuleBroken("walk_closed", "Đã đóng", "The walk is closed.") : Task.CompletedTask;

        await walks.AppendOneEach(20);

        await Wait.Until(async () => (await watch.Ask<string>("select detail from parked_event")).SequenceEqual(["The reaction refused it: walk_closed."]), Long);
        await Wait.Until(async () => (await watch.Numbers()).Count == 19, Long);
        watch.Behaviour.Calls[(await watch.Ask<Guid>("select event_id from parked_event")).Single()].ShouldBe(1);
    }

    [Fact]
    public async Task A_reaction_that_hangs_and_listens_to_nobody_is_parked_and_the_others_go_on_meanwhile()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        var never = new TaskCompletionSource();
        watch.Behaviour.When = (fact, _, _) => fact.Number == Poison ? never.Task : Task.CompletedTask;

        await walks.AppendOneEach(30);
        await Wait.Until(async () => (await watch.Numbers()).Count == 29, Long);
        (await watch.Ask<long>("select count(*) from parked_event")).ShouldBe([0], "the neighbours did not wait for the five attempts");

        await Wait.Until(async () => (await watch.Ask<string>("select reason from parked_event")).SequenceEqual(["reaction_timeout"]), Long);
        never.SetResult();
        (await watch.Numbers()).Count.ShouldBe(29);
    }

    [Fact]
    public async Task Facts_whose_statements_end_with_the_commands_timeout_are_parked_and_do_not_keep_the_lanes_for_good()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var owner = new NpgsqlConnectionStringBuilder(await Hosts.WatchDatabase()) { CommandTimeout = 1 };
        var watch = await hosts.Watch(builder => builder.Services.AddSingleton(Hosts.Times with { Soft = TimeSpan.FromSeconds(3), Hard = TimeSpan.FromSeconds(3) }), owner.ConnectionString);
        watch.Behaviour.Sql = fact => fact.Number <= 9 ? "select pg_sleep(1000)" : null;

        await walks.AppendOneEach(20);

        await Wait.Until(async () => (await watch.Numbers()).Count == 11, Long);
        await Wait.Until(async () => (await watch.Ask<string>("select reason from parked_event")).Count == 9, Long);
        (await watch.Ask<string>("select distinct reason from parked_event")).ShouldBe(["reaction_timeout"]);
        (await watch.Ask<int>("select distinct attempts from parked_event")).ShouldBe([5]);
    }

    [Fact]
    public async Task A_statement_that_outlasts_its_reaction_ends_with_it()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        watch.Behaviour.Sql = fact => fact.Number == Poison ? "select pg_sleep(1000)" : null;

        await walks.AppendOneEach(20);

        await Wait.Until(async () => (await watch.Ask<string>("select reason from parked_event")).SequenceEqual(["reaction_timeout"]), Long);
        await Wait.Until(async () => (await watch.Ask<long>("select count(*) from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()")).SequenceEqual([0L]), Long);
    }

    [Fact]
    public async Task What_waits_behind_a_slow_fact_is_bounded_and_other_streams_are_heard_meanwhile()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.WatchBusOnly(Hosts.Times with { Hard = TimeSpan.FromMinutes(10) });
        var slow = new TaskCompletionSource();
        watch.Behaviour.When = (fact, _, _) => fact.Number == 1 ? slow.Task : Task.CompletedTask;
        var stream = Guid.CreateVersion7();
        await walks.Append(stream, [.. Enumerable.Range(1, 300).Select(n => new StepTaken { Number = n })]);
        await walks.AppendOneEach(1, from: 1_000);

        await Wait.Until(async () => (await watch.Numbers()).SequenceEqual([1_000]), Long);
        slow.SetResult();
        await Wait.Until(async () => (await watch.Numbers()).Contains(1), Long);
        await walks.Append(stream, new StepTaken { Number = 301 });

        await Wait.Until(async () => (await watch.Numbers()).Count == 302, Long);
        (await watch.Numbers()).ShouldBe([1_000, .. Enumerable.Range(1, 301)]);
        (await watch.Ask<long>("select count(*) from parked_event")).ShouldBe([0]);
    }

    [Fact]
    public async Task Attempts_that_died_with_their_process_count_and_the_neighbours_are_not_blamed()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        await walks.AppendOneEach(6);
        var feed = await walks.Feed();
        var owner = await Hosts.WatchDatabase();
        // As five processes left it that died over the third fact: counted before the work, never ended.
        await Execute(owner, $"insert into inbox (consumer, event_id, attempts) values ('watch-hears-walks', '{feed[2].Id}', 5), ('watch-hears-walks', '{feed[3].Id}', 1), ('watch-hears-walks', '{feed[4].Id}', 4)");

        var watch = await hosts.Watch(owner: owner);

        await Wait.Until(async () => (await watch.Numbers()).Count == 5, Long);
        (await watch.Numbers()).Order().ShouldBe([1, 2, 4, 5, 6]);
        (await watch.Ask<string>("select reason from parked_event")).ShouldBe(["attempts_exhausted"]);
        watch.Behaviour.Calls.ShouldNotContainKey(feed[2].Id);
        var attempts = (await watch.Ask<(Guid Id, int Attempts)>("select event_id, attempts from inbox")).ToDictionary(row => row.Id, row => row.Attempts);
        feed.Select(item => attempts[item.Id]).ShouldBe([1, 1, 6, 2, 5, 1]);
    }

    [Fact]
    public async Task What_fails_leaves_no_effect_and_no_fact_of_its_own_behind()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var echo = await hosts.Start("echo", bus =>
        {
            bus.Logs<StepHidden>();
            bus.Hears("walks").With<StepTaken, HideStepWhenStepTaken>();
        });

        await walks.AppendOneEach(10);

        await Wait.Until(async () => (await echo.Ask<long>("select count(*) from inbox where state <> 'new'")).SequenceEqual([10L]), Long);
        (await echo.Ask<int>("select (data->>'number')::int from mt_events order by 1")).ShouldBe([1, 2, 3, 4, 6, 7, 8, 9]);   // 5 and 10 fail after they appended
        (await echo.Ask<long>("select count(*) from parked_event")).ShouldBe([2]);
        (await echo.Ask<string>("select distinct causation_id from mt_events")).Count.ShouldBe(8);
    }

    public sealed class HideStepWhenStepTaken : IReaction<StepTaken>
    {
        public async Task When(StepTaken fact, Heard heard, Work work, CancellationToken ct)
        {
            work.Append("hidden", heard.EventId, 0, new StepHidden { Number = fact.Number });
            await work.Stream(heard.EventId);
            if (fact.Number % 5 == 0) throw new InvalidOperationException("after the append");
        }
    }

    [Fact]
    public async Task Messages_that_are_no_facts_are_parked_with_a_reason_and_stop_nobody()
    {
        await using var hosts = await Hosts.Create();
        using var broker = new Broker(hosts);
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.Watch();
        await walks.AppendOneEach(5);
        var feed = await walks.Feed();
        await Wait.Until(async () => (await watch.Numbers()).Count == 5, Long);   // pulled; what follows comes by the broker
        await Wait.Until(() => broker.HasQueue("watch-hears-walks"), Long);
        FeedItem Other(int version) => feed[0] with { Id = Guid.CreateVersion7(), StreamId = Guid.CreateVersion7(), Version = version };

        await broker.Send("watch-hears-walks", Broker.Envelope("Somewhere:StepFlownV99", """{"number":1}"""), Other(1) with { Type = "step_flown" });
        await broker.Send("watch-hears-walks", Broker.Envelope("CareerPlatform.ServiceDefaults.Tests:StepTaken", """{"note":"no number"}"""), Other(1));
        await broker.Send("watch-hears-walks", Encoding.UTF8.GetBytes("{ this is not json"), Other(1));
        await broker.Send("watch-hears-walks", new byte[10 * 1024 * 1024], Other(1));
        await broker.Send("watch-hears-walks", Broker.Envelope("CareerPlatform.ServiceDefaults.Tests:StepTaken", """{"number":1}"""));
        await broker.Send("watch-hears-walks", Broker.Envelope("CareerPlatform.ServiceDefaults.Tests:StepTaken", """{"number":77,"later":"optional members of a newer version are ignored"}"""), Other(1));

        await Wait.Until(async () => (await watch.Numbers()).Contains(77), Long);
        await Wait.Until(async () => (await watch.Ask<long>("select count(*) from parked_event")).SequenceEqual([5L]), Long);
        (await watch.Ask<string>("select reason from parked_event order by reason")).ShouldBe(["address_missing", "event_too_large", "schema_invalid", "schema_invalid", "unknown_type"]);
        await Wait.Until(async () => (int?)(await broker.Queue("watch-hears-walks"))["messages"] == 0, Long);
        (await broker.HasQueue("watch-hears-walks_error")).ShouldBeFalse();
        (await broker.HasQueue("watch-hears-walks_skipped")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_id_with_another_content_is_parked_and_changes_nothing()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var watch = await hosts.Watch();
        await walks.AppendOneEach(1);
        var item = (await walks.Feed()).Single();
        await Wait.Until(async () => (await watch.Numbers()).Count == 1, Long);

        await Wait.Until(async () =>
        {
            await walks.Publish(item, new StepTaken { Number = 666 });
            return true;
        }, Long);

        await Wait.Until(async () => (await watch.Ask<string>("select reason from parked_event")).SequenceEqual(["event_id_conflict"]), Long);
        (await watch.Numbers()).ShouldBe([1]);
        (await watch.Ask<string>("select state from inbox")).ShouldBe(["done"]);

        // No try can mend it: the operator takes it off the list, and health is well again.
        var parked = (await watch.Http.GetFromJsonAsync<ParkedEvent[]>("/internal/parked"))!.Single();
        (await watch.Http.PostAsync($"/internal/parked/{parked.ParkedId}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await Wait.Until(async () => await Health(watch) == HealthStatus.Degraded, Long);
        (await watch.Http.PostAsync($"/internal/parked/{parked.ParkedId}/dismissal", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await watch.Http.PostAsync($"/internal/parked/{parked.ParkedId}/dismissal", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Wait.Until(async () => await Health(watch) == HealthStatus.Healthy, Long);
        (await watch.Numbers()).ShouldBe([1]);
    }

    private static async Task<HealthStatus> Health(Host host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "messaging")).Status;

    private static async Task Execute(string owner, string sql)
    {
        await using var connection = new NpgsqlConnection(owner);
        await Dapper.SqlMapper.ExecuteAsync(connection, sql);
    }
}
