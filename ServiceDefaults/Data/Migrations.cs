using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>The database's migrations: plain SQL files in order, each in its own transaction, run as their own step by the owner of the database.</summary>
public static class Migrations
{
    /// <summary>The database's name in capitals: one migration step at a time.</summary>
    private const long Lock = 0x4361_7265_6572;

    /// <summary>With Migrations__Run=only: applies the migrations and says true, so that the program ends. With Projections__Rebuild=only: rebuilds what is made from facts.</summary>
    public static async Task<bool> RunMigrationsOnly(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("CareerPlatform.Migrations");
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        if (app.Configuration["Migrations:Run"] == "only")
        {
            var settings = app.Services.GetRequiredService<DatabaseSettings>();
            await Apply(settings.Owner(app.Configuration), settings.Migrations, settings.Role(app.Configuration), app.Configuration["Database:AppPassword"], log, stopping);
            return true;
        }
        if (app.Configuration["Projections:Rebuild"] == "only")
        {
            var (database, projections) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<Projections>());
            var bus = app.Services.GetService<BusSetup>();
            if (!projections.Any && bus is not { HeardTables.Count: > 0 })
            {
                throw new InvalidOperationException("Projections__Rebuild: no table of this service is made from its log, or from what it heard, alone. What it keeps is written beside the log, in the transaction of its events.");
            }
            if (projections.Any)
            {
                var before = await projections.Hash(database, stopping);
                await projections.Rebuild(database, stopping);
                var after = await projections.Hash(database, stopping);
                log.LogInformation("Projections rebuilt; {Outcome}: {Hash}", before == after ? "nothing differed" : "they differed before", after);
            }
            if (bus is { HeardTables.Count: > 0 })
            {
                await Projections.HearAgain(database, [.. bus.Heard.Select(hears => hears.Queue)], bus.HeardTables, stopping);
                log.LogInformation("The tables made from heard facts are empty; the next start fills them from the producers' feeds");
            }
            return true;
        }
        return false;
    }

    /// <summary>
    /// Applies what is missing: the event log's tables, ServiceDefaults' own, then the service's files by name. Then makes the application's role,
    /// grants it the rows (never the tables) and forces row-level security on every table with a tenant_id.
    /// </summary>
    public static async Task Apply(string owner, Assembly service, string role, string? password, ILogger? log = null, CancellationToken ct = default)
    {
        var connection = new NpgsqlConnectionStringBuilder(owner) { Pooling = false, Timezone = "UTC", CommandTimeout = 600 };
        await using var database = await Open(connection, log, ct);
        await database.ExecuteAsync("select pg_advisory_lock(@Lock)", new { Lock });
        await database.ExecuteAsync("set client_min_messages = warning; create table if not exists schema_migrations (version text primary key, hash text not null, at timestamptz not null default now())");
        var applied = (await database.QueryAsync<(string Version, string Hash)>("select version, hash from schema_migrations")).ToDictionary(row => row.Version, row => row.Hash);

        foreach (var (version, sql) in Files(service))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(version, out var known))
            {
                if (known != hash) throw new InvalidOperationException($"Migration {version} was changed after it had been applied. Put it back and write a new one.");
                continue;
            }
            await using var transaction = await database.BeginTransactionAsync(ct);
            await database.ExecuteAsync("select set_config('app.tenant', '*', true)", transaction: transaction);
            await using (var run = new NpgsqlCommand(sql, database, transaction)) await run.ExecuteNonQueryAsync(ct);
            await database.ExecuteAsync("insert into schema_migrations (version, hash) values (@version, @hash)", new { version, hash }, transaction);
            await transaction.CommitAsync(ct);
            log?.LogInformation("Migration {Version} applied", version);
        }

        await Secure(database, role, password, ct);
        log?.LogInformation("Database {Database} is up to date; {Role} may use it", database.Database, role);
    }

    private static IEnumerable<(string Version, string Sql)> Files(Assembly service)
    {
        var own = typeof(Migrations).Assembly;
        foreach (var name in own.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .OrderBy(name => !name.EndsWith("event-log.sql", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal))
        {
            yield return (string.Join('.', name.Split('.')[^2..]), Read(own, name));
        }
        if (service == own) yield break;
        foreach (var name in service.GetManifestResourceNames().Where(name => name.Contains(".Data.Migrations.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            yield return (string.Join('.', name.Split('.')[^2..]), Read(service, name));
        }
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>Waits until PostgreSQL is there, at most two minutes; creates the database where the server has none of that name.</summary>
    private static async Task<NpgsqlConnection> Open(NpgsqlConnectionStringBuilder connection, ILogger? log, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var database = new NpgsqlConnection(connection.ConnectionString);
            try
            {
                await database.OpenAsync(ct);
                return database;
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException)
            {
                await database.DisposeAsync();
                if (away is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName }) await Create(connection, ct);
                else if (attempt > 60 || away is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification }) throw;
                else
                {
                    log?.LogInformation("PostgreSQL is not there yet ({Problem}); trying again", away.GetType().Name);
                    await Task.Delay(TimeSpan.FromSeconds(Math.Min(2, attempt * 0.25)), ct);
                }
            }
        }
    }

    private static async Task Create(NpgsqlConnectionStringBuilder connection, CancellationToken ct)
    {
        await using var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = "postgres" }.ConnectionString);
        await server.OpenAsync(ct);
        try
        {
            await server.ExecuteAsync($"create database {new NpgsqlCommandBuilder().QuoteIdentifier(connection.Database!)} encoding 'UTF8'");
        }
        catch (PostgresException other) when (other.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another migration step created it just now.
        }
    }

    private static async Task Secure(NpgsqlConnection database, string role, string? password, CancellationToken ct)
    {
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(role);
        var name = new NpgsqlCommandBuilder().QuoteIdentifier(database.Database);
        await MakeRole(database, role, quoted, password, ct);
        var unprotected = await database.QueryAsync<string>(
            """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
              and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
              and not (c.relrowsecurity and c.relforcerowsecurity and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'))
            """);
        foreach (var table in unprotected.Select(new NpgsqlCommandBuilder().QuoteIdentifier))
        {
            await database.ExecuteAsync(
                $"""
                alter table {table} enable row level security;
                alter table {table} force row level security;
                drop policy if exists tenant on {table};
                create policy tenant on {table}
                  using (tenant_id = current_setting('app.tenant') or current_setting('app.tenant') = '*')
                  with check (tenant_id = current_setting('app.tenant') or current_setting('app.tenant') = '*');
                """);
        }
        await database.ExecuteAsync(
            $"""
            revoke connect on database {name} from public;
            grant connect on database {name} to {quoted};
            revoke create on schema public from public;
            grant usage on schema public to {quoted};
            grant select, insert, update, delete on all tables in schema public to {quoted};
            grant usage, select, update on all sequences in schema public to {quoted};
            revoke insert, update, delete on schema_migrations from {quoted};
            """);
    }

    /// <summary>Roles belong to the whole server, so another database's migration may be at it in the same moment.</summary>
    private static async Task MakeRole(NpgsqlConnection database, string role, string quoted, string? password, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Only a superuser may say nosuperuser, even where it changes nothing; the owner need not be one.
                var above = await database.ExecuteScalarAsync<bool?>("select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls from pg_roles where rolname = @role", new { role });
                if (above is null) await database.ExecuteAsync($"create role {quoted} nosuperuser nocreatedb nocreaterole noinherit nobypassrls");
                if (above is true) await database.ExecuteAsync($"alter role {quoted} with nosuperuser nocreatedb nocreaterole nobypassrls");
                if (password is null) return;
                await database.ExecuteAsync($"alter role {quoted} with login password '{password.Replace("'", "''", StringComparison.Ordinal)}'");
                return;
            }
            catch (PostgresException busy) when (attempt < 20 && busy.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.InternalError)
            {
                await Task.Delay(Random.Shared.Next(10, 100), ct);
            }
        }
    }
}
