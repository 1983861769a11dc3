using System.Data;
using System.Reflection;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>The service's own database. Every use is a unit of work: one transaction of one tenant.</summary>
public sealed class Database(NpgsqlDataSource source, EventTypes types, Projections projections, TimeProvider clock, IHttpContextAccessor? http = null)
{
    public NpgsqlDataSource Source { get; } = source;
    internal EventTypes Types { get; } = types;
    internal Projections Projections { get; } = projections;
    internal TimeProvider Clock { get; } = clock;

    /// <summary>Something was committed that has no position yet.</summary>
    internal Signal Committed { get; } = new();

    /// <summary>Events got positions in the feed.</summary>
    internal Signal Sequenced { get; } = new();

    /// <summary>Says for what purpose the answer of the current request shows personal data.</summary>
    internal void SayPurpose(string purpose)
    {
        if (http?.HttpContext?.Response is { HasStarted: false } answer) answer.Headers[ReadJournal.PurposeHeader] = purpose;
    }

    /// <summary>Begins a unit of work. The tenant is a province's code; "*" is for the system's own work over all of them.</summary>
    public async Task<Work> Begin(string tenant, CancellationToken ct = default)
    {
        var connection = await Source.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct);
            var work = new Work(this, tenant, connection, transaction, ct) { Actor = http?.HttpContext?.User.FindFirst("sub")?.Value };
            await work.Enter(tenant);
            return work;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the whole unit of work and commits it; begins again when somebody else changed the same stream or row first.</summary>
    public async Task<TResult> Run<TResult>(string tenant, Func<Work, Task<TResult>> act, CancellationToken ct = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var work = await Begin(tenant, ct);
                var result = await act(work);
                await work.Commit();
                return result;
            }
            catch (Exception conflict) when (attempt < 10 && IsConflict(conflict))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 << Math.Min(attempt, 5))), Clock, ct);
            }
        }
    }

    /// <inheritdoc cref="Run{TResult}(string, Func{Work, Task{TResult}}, CancellationToken)"/>
    public Task Run(string tenant, Func<Work, Task> act, CancellationToken ct = default) => Run(tenant, async work =>
    {
        await act(work);
        return true;
    }, ct);

    /// <summary>True for what goes away when the whole unit of work is done again: a version conflict, a deadlock, a serialization failure.</summary>
    internal static bool IsConflict(Exception exception) =>
        exception is VersionConflict or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>True when PostgreSQL is away, stopping or out of connections: nobody's fault, and over when it is back.</summary>
    internal static bool IsAway(Exception exception) => exception switch
    {
        PostgresException server => server.SqlState.StartsWith("57P", StringComparison.Ordinal) || server.SqlState.StartsWith("08", StringComparison.Ordinal)
            || server.SqlState is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: TimeoutException or IOException or System.Net.Sockets.SocketException } => true,
        NpgsqlException { IsTransient: true } => true,
        _ => false,
    };
}

/// <summary>How a service reaches its database: as the owner for migrations, otherwise as a role that owns nothing.</summary>
/// <param name="Name">Name of the connection string.</param>
/// <param name="Migrations">Assembly whose embedded `Data/Migrations/*.sql` are the service's migrations.</param>
public sealed record DatabaseSettings(string Name, Assembly Migrations)
{
    /// <summary>`schools_app` for `schoolsdb`, unless Database__AppRole says otherwise.</summary>
    public string Role(IConfiguration configuration) => configuration["Database:AppRole"] ?? $"{(Name.EndsWith("db", StringComparison.Ordinal) ? Name[..^2] : Name)}_app";

    public string Owner(IConfiguration configuration) =>
        configuration.GetConnectionString(Name) ?? throw new InvalidOperationException($"ConnectionStrings__{Name} is missing.");

    /// <summary>The owner's connection string with the application's role in it; as given when no Database__AppPassword is set, then it must already name that role.</summary>
    public string Application(IConfiguration configuration)
    {
        var connection = new NpgsqlConnectionStringBuilder(Owner(configuration)) { ApplicationName = Name, Timezone = "UTC", TcpKeepAlive = true, TcpKeepAliveTime = 10, TcpKeepAliveInterval = 5, IncludeErrorDetail = false };
        // A cut network or a killed process must not leave a lock, a reader or a statement behind: both ends notice within half a minute.
        connection.Options = $"{connection.Options} -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000 -c client_connection_check_interval=5000".Trim();
        if (!connection.ShouldSerialize("Timeout")) connection.Timeout = 2;
        if (!connection.ShouldSerialize("Maximum Pool Size")) connection.MaxPoolSize = 30;
        if (!connection.ShouldSerialize("Max Auto Prepare")) connection.MaxAutoPrepare = 50;
        if (configuration["Database:AppPassword"] is { } password) (connection.Username, connection.Password) = (Role(configuration), password);
        return connection.ConnectionString;
    }
}

public static class DatabaseExtensions
{
    /// <summary>Adds the service's database: connection string <paramref name="name"/>, migrations embedded in <paramref name="migrations"/>.</summary>
    public static TBuilder AddDatabase<TBuilder>(this TBuilder builder, string name, Assembly migrations) where TBuilder : IHostApplicationBuilder
    {
        DapperTypes.Register();
        builder.Services.AddSingleton(new DatabaseSettings(name, migrations));
        builder.Services.AddHttpContextAccessor();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(new EventTypes());
        builder.Services.TryAddSingleton(new Projections([]));
        builder.Services.AddSingleton(services =>
        {
            var source = new NpgsqlDataSourceBuilder(services.GetRequiredService<DatabaseSettings>().Application(services.GetRequiredService<IConfiguration>()));
            return source.Build();
        });
        builder.Services.AddSingleton<Database>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        builder.Services.AddHostedService<RoleCheck>();
        builder.Services.AddHostedService<WatchRevokedAccess>();
        builder.Services.AddSingleton(new InternalEndpoints(ReadJournal.Map));
        builder.Services.AddSingleton<JournalSealer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<JournalSealer>());
        return builder;
    }

    /// <summary>Refuses to run as a role that stands above row-level security: an owner or superuser would see every province.</summary>
    private sealed class RoleCheck(NpgsqlDataSource source, IHostApplicationLifetime process, ILogger<RoleCheck> log) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken ct)
        {
            while (!ct.IsCancellationRequested)
            {
                try
                {
                    await using var ask = source.CreateCommand(
                        """
                        select r.rolsuper or r.rolbypassrls or exists (select 1 from pg_class c where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace)
                        from pg_roles r where r.rolname = current_user
                        """);
                    if (await ask.ExecuteScalarAsync(ct) is not true) return;

                    log.LogCritical("The database role stands above row-level security or owns tables. Set Database__AppPassword, or connect as the role that the migrations made");
                    Environment.ExitCode = 1;
                    process.StopApplication();
                    return;
                }
                catch (Exception away) when (away is NpgsqlException or TimeoutException)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private sealed class DatabaseHealth(NpgsqlDataSource source) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default)
        {
            try
            {
                await using var ask = source.CreateCommand("select version from schema_migrations limit 1");
                await ask.ExecuteScalarAsync(ct);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
            {
                return HealthCheckResult.Unhealthy("The database does not answer or is not migrated.");
            }
        }
    }
}

/// <summary>How Dapper reads and writes the types that PostgreSQL's driver hands over differently.</summary>
internal static class DapperTypes
{
    private static readonly Lock Once = new();
    private static bool registered;

    internal static void Register()
    {
        lock (Once)
        {
            if (registered) return;
            registered = true;
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
            SqlMapper.RemoveTypeMap(typeof(DateOnly));
            SqlMapper.RemoveTypeMap(typeof(DateOnly?));
            SqlMapper.AddTypeHandler(new Instants());
            SqlMapper.AddTypeHandler(new Days());
        }
    }

    private sealed class Instants : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value as DateTimeOffset? ?? new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    private sealed class Days : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value as DateOnly? ?? DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
    }
}

/// <summary>What only time brings about: a round of <typeparamref name="T"/> at the start and again and again while the process lives. A round that fails is logged and tried again with the next.</summary>
/// <remarks>Every replica runs it, so a round decides by the rows and their locks alone.</remarks>
internal sealed class Sweep<T>(T keeper, Func<T, CancellationToken, Task> round, TimeSpan every, TimeProvider clock, ILogger<T> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            try
            {
                await round(keeper, ct);
            }
            catch (Exception problem) when (!ct.IsCancellationRequested)
            {
                log.LogWarning("{Keeper}: {Problem}; again in {Every}", typeof(T).Name, problem.GetType().Name, every);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}

public static class Sweeps
{
    /// <summary>Adds <typeparamref name="T"/>, and its rounds every so many seconds (<paramref name="setting"/>, by default <paramref name="seconds"/>; 0 for none, as without a broker).</summary>
    public static void AddSweep<T>(this IHostApplicationBuilder builder, string setting, int seconds, Func<T, CancellationToken, Task> round) where T : class
    {
        builder.Services.AddSingleton<T>();
        var every = builder.Configuration.GetValue(setting, builder.Configuration.GetValue("Messaging:Off", false) ? 0 : seconds);
        if (every <= 0) return;
        builder.Services.AddHostedService(services => new Sweep<T>(
            services.GetRequiredService<T>(), round, TimeSpan.FromSeconds(every), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<T>>()));
    }
}
