using System.Reflection;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;
using Dapper;
using Npgsql;

namespace CareerPlatform.Gateway.Tests;

/// <summary>The tables of all services as their migrations make them: every row belongs to a province, and to its service alone.</summary>
public sealed class TenancyTests
{
    private const string Password = "of-the-tenancy-tests-only";

    private static readonly Dictionary<string, Assembly> Services = new()
    {
        ["identity"] = typeof(TokenWriter).Assembly,
        ["schools"] = typeof(ShowRounds.Shown).Assembly,
        ["enrolment"] = typeof(GrantLeads).Assembly,
        ["destinations"] = typeof(Standings).Assembly,
        ["targets"] = typeof(PlanRegistry).Assembly,
    };

    /// <summary>Tables without a province, and why. Whoever adds one says it here.</summary>
    private static readonly Dictionary<string, string> OfNoProvince = new()
    {
        ["schema_migrations"] = "what was done to the database; the service's role cannot write it",
        ["feed_head"] = "one number: how long the feed is",
        ["relay_cursor"] = "one number: how far the feed is relayed",
        ["pull_cursor"] = "one number for each producer: how far its feed is compared",
        ["inbox"] = "ids and hashes of facts of all provinces, noted before a message is opened; no data",
        ["pii_access_head"] = "one hash: where the chain over the reads of all provinces ends; no data",
        ["ledger_head"] = "one number: how far the ledger of withdrawals is known",
        ["feed_epoch"] = "one row: which database this is and how often it was restored; no data",
        ["signing_key"] = "the platform's keys sign for every province; sealed",
        ["data_protection_key"] = "the platform's keys protect every browser's cookies; sealed",
        ["client_assertion"] = "an assertion is used up before it is known whose it is; a client id, a random number and an hour",
        ["throttle"] = "who guesses is slowed down before it is known where they belong; hashes only",
    };

    [Theory]
    [InlineData("identity")]
    [InlineData("schools")]
    [InlineData("enrolment")]
    [InlineData("destinations")]
    [InlineData("targets")]
    public async Task Every_table_has_a_province_and_is_forced_under_it_or_is_named_with_a_reason(string service)
    {
        await using var database = await Migrated(service);

        var open = await database.QueryAsync<string>(
            """
            select c.relname from pg_class c
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relispartition
              and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
            order by 1
            """);
        open.Where(table => !OfNoProvince.ContainsKey(table)).ShouldBeEmpty("each has a tenant_id, or stands in the list with its reason");
        (await database.QueryAsync<string>(
            """
            select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relispartition
              and not (c.relrowsecurity and c.relforcerowsecurity and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'))
            """)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_exception_is_a_table_that_exists()
    {
        var all = new HashSet<string>();
        foreach (var service in Services.Keys)
        {
            await using var database = await Migrated(service);
            all.UnionWith(await database.QueryAsync<string>("select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"));
        }

        OfNoProvince.Keys.Where(table => !all.Contains(table)).ShouldBeEmpty();
    }

    [Fact]
    public async Task S15_the_role_of_one_service_gets_neither_into_anothers_database_nor_at_its_tables()
    {
        await using var own = await Migrated("schools");
        await using var others = await Migrated("enrolment");
        var intruder = new NpgsqlConnectionStringBuilder(others.ConnectionString) { Username = Role("schools"), Password = Password, Pooling = false };

        await using (var connection = new NpgsqlConnection(intruder.ConnectionString))
        {
            (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
        await others.ExecuteAsync($"grant connect on database \"{others.Database}\" to {Role("schools")}");   // even if somebody opened that door
        await using (var connection = new NpgsqlConnection(intruder.ConnectionString))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync("select set_config('app.tenant', '*', false)");
            foreach (var table in new[] { "mt_events", "lead_grant", "pii_access" })
            {
                (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteScalarAsync($"select count(*) from {table}"))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
            }
        }
        intruder.Database = own.Database;
        await using var home = new NpgsqlConnection(intruder.ConnectionString);
        await home.ExecuteAsync("select set_config('app.tenant', '*', false); select count(*) from mt_events");
    }

    private static string Role(string service) => $"tenancy_test_{service}_app";

    private static async Task<NpgsqlConnection> Migrated(string service)
    {
        var owner = await TestServers.NewDatabase(service);
        await Migrations.Apply(owner, Services[service], Role(service), Password);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { PersistSecurityInfo = true, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
