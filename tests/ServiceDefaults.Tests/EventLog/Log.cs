using System.Reflection;
using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed record StepTaken
{
    public required int Number { get; init; }
    public string? Note { get; init; }
}

public sealed record StepHidden
{
    public required int Number { get; init; }
}

/// <summary>A migrated database of its own with a log of two kinds of facts: steps taken are published, hidden ones are not.</summary>
internal sealed class Log : IAsyncDisposable
{
    internal const string Role = "eventlog_test_app";
    internal const string Password = "only-for-tests";

    private Log(string owner, NpgsqlDataSource source, Database database) => (Owner, Source, Database) = (owner, source, database);

    internal string Owner { get; }
    internal NpgsqlDataSource Source { get; }
    internal Database Database { get; }
    internal string Application => Source.ConnectionString + ";Password=" + Password;

    internal static async Task<Log> Create(params IProjection[] projections)
    {
        var owner = await Migrated();
        var application = new NpgsqlConnectionStringBuilder(owner) { Username = Role, Password = Password, MaxPoolSize = 60 };
        DapperTypes.Register();
        var source = NpgsqlDataSource.Create(application.ConnectionString);
        var types = new EventTypes();
        types.Add(typeof(StepTaken), publish: true);
        types.Add(typeof(StepHidden), publish: false);
        return new(owner, source, new Database(source, types, new Projections(projections), TimeProvider.System));
    }

    internal static async Task<string> Migrated(Assembly? service = null)
    {
        var owner = await TestServers.NewDatabase("eventlog");
        await Migrations.Apply(owner, service ?? typeof(Migrations).Assembly, Role, Password);
        return owner;
    }

    /// <summary>Rows as the owner of the database sees them, who is above row-level security.</summary>
    internal async Task<IReadOnlyList<T>> Ask<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Owner) { Pooling = false }.ConnectionString);
        return [.. await Dapper.SqlMapper.QueryAsync<T>(connection, sql)];
    }

    /// <summary>Until a transaction of this database waits for another's lock.</summary>
    internal Task SomebodyWaits() => Wait.Until(async () => (await Ask<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')")).Single());

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
