using System.Diagnostics;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class AppendTests
{
    [Fact]
    public async Task Appended_facts_get_the_next_versions_of_their_stream()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();

        await log.Database.Run("40", work =>
        {
            work.Append("walk", stream, new StepTaken { Number = 1 }, new StepTaken { Number = 2, Note = "Nguyễn Thị Đặng" });
            return Task.CompletedTask;
        });
        await log.Database.Run("40", work =>
        {
            work.Append("walk", stream, new StepHidden { Number = 3 });
            return Task.CompletedTask;
        });

        await using var reading = await log.Database.Begin("40");
        var events = await reading.Stream(stream);
        events.Select(e => e.Version).ShouldBe([1, 2, 3]);
        events.Select(e => e.Type).ShouldBe(["step_taken", "step_taken", "step_hidden"]);
        events[1].Data.ShouldBe(new StepTaken { Number = 2, Note = "Nguyễn Thị Đặng" });
        (await reading.Single<long>("select version from mt_streams where id = @stream", new { stream })).ShouldBe(3);
        (await reading.Single<string>("select data::text from mt_events where version = 2")).ShouldBe("""{"note": "Nguyễn Thị Đặng", "number": 2}""");
    }

    [Fact]
    public async Task Facts_appended_to_many_streams_in_one_unit_of_work_keep_the_order_of_the_code()
    {
        await using var log = await Log.Create();
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await log.Database.Run("40", work =>
        {
            work.Append("walk", two, new StepTaken { Number = 1 });
            work.Append("walk", one, new StepTaken { Number = 2 });
            work.Append("walk", two, new StepTaken { Number = 3 });
            return Task.CompletedTask;
        });

        (await log.Ask<int>("select (data->>'number')::int from mt_events order by seq_id")).ShouldBe([1, 2, 3]);
        (await log.Ask<int>("select (data->>'number')::int from mt_events order by version, seq_id")).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task An_expected_version_that_is_not_the_streams_version_is_a_conflict()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();
        await Append(log, stream, 0);

        await Should.ThrowAsync<VersionConflict>(() => Append(log, stream, 0));
        await Should.ThrowAsync<VersionConflict>(() => Append(log, stream, 2));
        await Append(log, stream, 1);

        (await log.Ask<long>("select version from mt_events order by version")).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Of_two_writers_of_one_version_one_gets_the_conflict_and_leaves_nothing_behind()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();
        await Append(log, stream, 0);
        await using var first = await log.Database.Begin("40");
        await using var second = await log.Database.Begin("40");
        first.Append("walk", stream, new StepTaken { Number = 1 });
        second.Append("walk", stream, new StepTaken { Number = 2 });

        await first.Flush();
        var late = second.Flush();
        await log.SomebodyWaits();
        await first.Commit();

        await Should.ThrowAsync<VersionConflict>(() => late);
        await second.DisposeAsync();
        (await log.Ask<long>("select version from mt_streams")).ShouldBe([2]);
        (await log.Ask<long>("select count(*) from mt_events")).ShouldBe([2]);
    }

    [Fact]
    public async Task Two_writers_that_create_the_same_stream_do_not_both_succeed()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();
        await using var first = await log.Database.Begin("40");
        await using var second = await log.Database.Begin("40");
        first.Append("walk", stream, new StepTaken { Number = 1 });
        second.Append("walk", stream, new StepTaken { Number = 2 });

        await first.Flush();
        var late = second.Flush();
        await log.SomebodyWaits();
        await first.Commit();

        await Should.ThrowAsync<VersionConflict>(() => late);
    }

    [Fact]
    public async Task A_conflict_without_an_expected_version_is_done_again_as_a_whole()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();

        await Task.WhenAll(Enumerable.Range(1, 12).Select(n => log.Database.Run("40", work =>
        {
            work.Append("walk", stream, new StepTaken { Number = n });
            return Task.CompletedTask;
        })));

        (await log.Ask<long>("select version from mt_events order by version")).ShouldBe(Enumerable.Range(1, 12).Select(n => (long)n));
        (await log.Ask<long>("select version from mt_streams")).ShouldBe([12]);
    }

    [Fact]
    public async Task E2_what_is_not_committed_was_never_there()
    {
        await using var log = await Log.Create();
        await using (var work = await log.Database.Begin("40"))
        {
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
            await work.Flush();
        }

        (await log.Ask<long>("select count(*) from mt_events")).ShouldBe([0]);
        (await log.Ask<long>("select count(*) from mt_streams")).ShouldBe([0]);
        (await log.Ask<long>("select count(*) from event_pending")).ShouldBe([0]);
    }

    [Fact]
    public async Task An_event_carries_the_trace_and_who_acted_in_its_headers_and_what_the_layout_asks_for()
    {
        await using var log = await Log.Create();
        using var activity = new Activity("request").Start();
        await using (var work = await log.Database.Begin("40"))
        {
            work.Actor = "officer-7";
            work.CausationId = "cause";
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
            await work.Commit();
        }

        var row = (await log.Ask<(string Traceparent, string Actor, string Correlation, string Causation, string? DotnetType, bool Archived, string Tenant)>(
            "select headers->>'traceparent', headers->>'actor', correlation_id, causation_id, mt_dotnet_type, is_archived, tenant_id from mt_events")).Single();
        row.ShouldBe((activity.Id!, "officer-7", activity.TraceId.ToString(), "cause", null, false, "40"));
    }

    [Fact]
    public async Task A_fact_that_no_one_registered_cannot_be_appended()
    {
        await using var log = await Log.Create();
        await using var work = await log.Database.Begin("40");

        Should.Throw<InvalidOperationException>(() => work.Append("walk", Guid.CreateVersion7(), new { Number = 1 }));
    }

    [Fact]
    public async Task The_log_is_append_only_but_a_stream_can_be_archived()
    {
        await using var log = await Log.Create();
        await Append(log, Guid.CreateVersion7(), 0);

        await Should.ThrowAsync<Npgsql.PostgresException>(() => log.Ask<int>("update mt_events set data = '{}'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => log.Ask<int>("delete from mt_events"));
        await log.Ask<int>("update mt_events set is_archived = true");
    }

    private static async Task Append(Log log, Guid stream, long expected)
    {
        await using var work = await log.Database.Begin("40");
        work.Append("walk", stream, expected, new StepTaken { Number = (int)expected + 1 });
        await work.Commit();
    }
}
