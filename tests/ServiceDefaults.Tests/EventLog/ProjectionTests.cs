using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class ProjectionTests
{
    private sealed class Distance : IProjection
    {
        public IReadOnlyList<string> Tables => ["distance"];

        public async Task Apply(Work work, IReadOnlyList<StoredEvent> events)
        {
            foreach (var stored in events)
            {
                if (stored.Data is not StepTaken step) continue;
                await work.Execute(
                    """
                    insert into distance (tenant_id, walk, steps, last, at) values (@Tenant, @StreamId, @Number, @Version, @Timestamp)
                    on conflict (tenant_id, walk) do update set steps = distance.steps + excluded.steps, last = excluded.last, at = excluded.at
                    """, new { stored.Tenant, stored.StreamId, step.Number, stored.Version, stored.Timestamp });
            }
        }
    }

    [Fact]
    public async Task A_projection_is_up_to_date_in_the_transaction_of_its_events()
    {
        await using var log = await Walked();
        await using var work = await log.Database.Begin("40");
        var walk = Guid.CreateVersion7();

        work.Append("walk", walk, new StepTaken { Number = 4 });
        work.Append("walk", walk, new StepTaken { Number = 5 });

        (await work.Single<long>("select steps from distance where walk = @walk", new { walk })).ShouldBe(9);
        await work.DisposeAsync();
        (await log.Ask<long>($"select count(*) from distance where walk = '{walk}'")).ShouldBe([0]);
    }

    [Fact]
    public async Task E10_a_rebuild_from_the_log_gives_the_same_rows()
    {
        await using var log = await Walked();
        var live = await log.Database.Projections.Hash(log.Database);

        await log.Database.Projections.Rebuild(log.Database);

        (await log.Database.Projections.Hash(log.Database)).ShouldBe(live);
        (await log.Ask<long>("select count(*) from distance")).ShouldBe([60]);
    }

    [Fact]
    public async Task A_row_that_was_changed_by_hand_shows_in_the_hash_and_is_mended_by_the_rebuild()
    {
        await using var log = await Walked();
        var live = await log.Database.Projections.Hash(log.Database);
        await log.Ask<int>("update distance set steps = steps + 1 where walk = (select walk from distance limit 1)");

        (await log.Database.Projections.Hash(log.Database)).ShouldNotBe(live);
        await log.Database.Projections.Rebuild(log.Database);
        (await log.Database.Projections.Hash(log.Database)).ShouldBe(live);
    }

    [Fact]
    public async Task A_very_large_unit_of_work_reaches_the_projection_in_the_order_of_its_facts()
    {
        await using var log = await Walked();
        var walk = Guid.CreateVersion7();

        await log.Database.Run("40", work =>
        {
            for (var n = 1; n <= 5_000; n++) work.Append("walk", walk, new StepTaken { Number = 1 });
            return Task.CompletedTask;
        });

        (await log.Ask<(long, long)>($"select steps, last from distance where walk = '{walk}'")).ShouldBe([(5_000, 5_000)]);
        var live = await log.Database.Projections.Hash(log.Database);
        await log.Database.Projections.Rebuild(log.Database);
        (await log.Database.Projections.Hash(log.Database)).ShouldBe(live);
    }

    [Fact]
    public async Task Writers_during_a_rebuild_lose_and_double_nothing()
    {
        await using var log = await Walked();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await log.Database.Run("40", work =>
                {
                    work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = n });
                    return Task.CompletedTask;
                });
            }
        });
        for (var i = 0; i < 3; i++) await log.Database.Projections.Rebuild(log.Database);
        await stop.CancelAsync();
        await writing;

        var live = await log.Database.Projections.Hash(log.Database);
        await log.Database.Projections.Rebuild(log.Database);
        (await log.Database.Projections.Hash(log.Database)).ShouldBe(live);
    }

    [Fact]
    public async Task A_service_that_has_nothing_to_rebuild_says_so_instead_of_finding_no_difference()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:walksdb"] = await Log.Migrated(), ["Projections:Rebuild"] = "only" });
        builder.AddServiceDefaults("walks");
        builder.AddDatabase("walksdb", typeof(Migrations).Assembly);
        builder.AddMessaging("walks", bus => bus.Publishes<StepTaken>());
        await using var app = builder.Build();

        (await Should.ThrowAsync<InvalidOperationException>(() => app.RunMigrationsOnly())).Message.ShouldContain("Projections__Rebuild");
    }

    private static async Task<Log> Walked()
    {
        var log = await Log.Create(new Distance());
        await using (var connection = new NpgsqlConnection(log.Owner))
        {
            await connection.ExecuteAsync("create table distance (tenant_id varchar not null, walk uuid not null, steps bigint not null, last bigint not null, at timestamptz not null, primary key (tenant_id, walk))");
            await Migrations.Apply(log.Owner, typeof(Migrations).Assembly, Log.Role, Log.Password);
        }
        foreach (var tenant in new[] { "40", "97" })
        {
            await log.Database.Run(tenant, work =>
            {
                for (var walk = 0; walk < 30; walk++)
                {
                    var stream = Guid.CreateVersion7();
                    for (var n = 1; n <= 3; n++) work.Append("walk", stream, new StepTaken { Number = n }, new StepHidden { Number = n });
                }
                return Task.CompletedTask;
            });
        }
        return log;
    }
}
