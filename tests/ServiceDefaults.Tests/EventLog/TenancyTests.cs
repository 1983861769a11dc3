using CareerPlatform.Testing;
using Dapper;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class TenancyTests
{
    [Fact]
    public async Task A_province_sees_and_writes_its_own_rows_only()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();
        await log.Database.Run("40", work =>
        {
            work.Append("walk", stream, new StepTaken { Number = 1 });
            return Task.CompletedTask;
        });

        await using var other = await log.Database.Begin("97");
        (await other.Stream(stream)).ShouldBeEmpty();
        foreach (var table in new[] { "mt_streams", "mt_events", "event_pending" }) (await other.Single<long>($"select count(*) from {table}")).ShouldBe(0);
        (await other.Execute("update mt_streams set version = 9")).ShouldBe(0);
        await Should.ThrowAsync<PostgresException>(() => other.Execute("insert into mt_streams (tenant_id, id, version) values ('40', gen_random_uuid(), 0)"));

        await using var system = await log.Database.Begin("*");
        (await system.Single<long>("select count(*) from mt_events")).ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_tenant_there_is_no_row_and_no_write()
    {
        await using var log = await Log.Create();
        await log.Database.Run("40", work =>
        {
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 });
            return Task.CompletedTask;
        });
        await using var connection = await NpgsqlDataSource.Create(log.Application).OpenConnectionAsync();

        await Should.ThrowAsync<PostgresException>(() => connection.ExecuteScalarAsync<long>("select count(*) from mt_events"));
        await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync("insert into mt_streams (tenant_id, id, version) values ('40', gen_random_uuid(), 0)"));

        // A session that had a tenant once keeps an empty setting, which is no tenant either.
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("select set_config('app.tenant', '40', true)", transaction: transaction);
            await transaction.CommitAsync();
        }
        (await connection.ExecuteScalarAsync<long>("select count(*) from mt_events")).ShouldBe(0);
    }

    [Fact]
    public async Task The_services_role_owns_nothing_and_stands_above_nothing()
    {
        await using var log = await Log.Create();

        (await log.Ask<bool>($"select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole from pg_roles where rolname = '{Log.Role}'")).ShouldBe([false]);
        (await log.Ask<long>($"select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = '{Log.Role}'")).ShouldBe([0]);
        await using var connection = await NpgsqlDataSource.Create(log.Application).OpenConnectionAsync();
        foreach (var forbidden in new[]
        {
            "alter table mt_events disable row level security", "drop table feed", "create table mine (id int)", "truncate mt_events", "alter table mt_events disable trigger event_append_only",
            "insert into schema_migrations (version, hash) values ('x', 'x')", "set role postgres",
        })
        {
            await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(forbidden), forbidden);
        }
    }

    [Fact]
    public async Task Every_table_with_a_tenant_is_forced_under_the_policy()
    {
        var owner = await TestServers.NewDatabase("tenancy");
        await using (var connection = new NpgsqlConnection(owner))
        {
            await Migrations.Apply(owner, typeof(Migrations).Assembly, Log.Role, Log.Password);
            await connection.ExecuteAsync("create table later (tenant_id varchar not null, id int)");
            await Migrations.Apply(owner, typeof(Migrations).Assembly, Log.Role, Log.Password);
        }

        await using var asked = new NpgsqlConnection(owner);
        (await asked.QueryAsync<string>(
            """
            select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)
            """)).ShouldBeEmpty();
        (await asked.ExecuteScalarAsync<long>("select count(*) from pg_policy where polrelid = 'later'::regclass and polname = 'tenant'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_parked_message_is_seen_by_its_province_and_one_without_an_address_by_the_system_only()
    {
        await using var log = await Log.Create();
        var inbox = new Inbox(log.Database, "watch-hears-walks", "walks");
        await inbox.Park(Guid.CreateVersion7(), "40", Guid.CreateVersion7(), 1, "step_taken", ParkReasons.Failed, "It failed.", 5, CancellationToken.None);
        await inbox.Park(null, null, null, null, null, ParkReasons.NoAddress, "It says nothing.", 1, CancellationToken.None);

        foreach (var (tenant, seen) in new[] { ("40", 1L), ("97", 0L), ("*", 2L) })
        {
            await using var work = await log.Database.Begin(tenant);
            (await work.Single<long>("select count(*) from parked_event")).ShouldBe(seen, tenant);
        }
    }

    [Fact]
    public async Task The_systems_own_work_cannot_append()
    {
        await using var log = await Log.Create();
        await using var system = await log.Database.Begin("*");

        Should.Throw<InvalidOperationException>(() => system.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1 }));
    }
}

public sealed class MigrationsTests
{
    [Fact]
    public async Task Migrations_can_run_again_and_together()
    {
        var owner = await TestServers.NewDatabase("migrations");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Migrations.Apply(owner, typeof(Migrations).Assembly, Log.Role, Log.Password)));

        await using var connection = new NpgsqlConnection(owner);
        (await connection.QueryAsync<string>("select version from schema_migrations order by at")).First().ShouldBe("event-log.sql");
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_had_been_applied_is_refused()
    {
        var owner = await Log.Migrated();
        await using var connection = new NpgsqlConnection(owner);
        await connection.ExecuteAsync("update schema_migrations set hash = 'other' where version = 'event-log.sql'");

        (await Should.ThrowAsync<InvalidOperationException>(() => Migrations.Apply(owner, typeof(Migrations).Assembly, Log.Role, Log.Password))).Message.ShouldContain("event-log.sql");
    }

    [Fact]
    public void The_service_connects_as_its_own_role_with_short_patience()
    {
        var settings = new DatabaseSettings("schoolsdb", typeof(Migrations).Assembly);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:schoolsdb"] = "Host=db;Username=owner;Password=of-the-owner;Maximum Pool Size=7",
            ["Database:AppPassword"] = "of-the-service",
        }).Build();

        var connection = new NpgsqlConnectionStringBuilder(settings.Application(configuration));

        (connection.Username, connection.Password, connection.Timeout, connection.MaxPoolSize, connection.MaxAutoPrepare, connection.Timezone).ShouldBe(("schools_app", "of-the-service", 2, 7, 50, "UTC"));
        connection.IncludeErrorDetail.ShouldBeFalse("details of an error may hold values");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_created()
    {
        var owner = new NpgsqlConnectionStringBuilder(await TestServers.NewDatabase("created"));
        await using (var server = new NpgsqlConnection(await TestServers.Postgres())) await server.ExecuteAsync($"drop database \"{owner.Database}\"");

        await Migrations.Apply(owner.ConnectionString, typeof(Migrations).Assembly, Log.Role, Log.Password);

        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        (await connection.ExecuteScalarAsync<long>("select pos from feed_head")).ShouldBe(0);
    }
}
