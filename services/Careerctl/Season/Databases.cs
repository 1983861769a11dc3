using Dapper;
using Npgsql;
using Polly;

namespace CareerPlatform.Careerctl.Season;

/// <summary>The services' databases, read with the owner's rights and only to count: an oracle that does not use the services' own queries.</summary>
public sealed class Databases : IAsyncDisposable
{
    public static readonly string[] Logs = ["identitydb", "schoolsdb", "enrolmentdb", "destinationsdb", "targetsdb"];

    static readonly ResiliencePipeline patience = new ResiliencePipelineBuilder().AddRetry(new()
    {
        ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(problem => problem.IsTransient),
        MaxRetryAttempts = 60,
        Delay = TimeSpan.FromSeconds(1),
    }).Build();

    readonly Dictionary<string, NpgsqlDataSource> sources;

    /// <param name="connectionStrings">Of each database in <see cref="Logs"/>, by its name.</param>
    public Databases(IReadOnlyDictionary<string, string> connectionStrings) => sources = connectionStrings.ToDictionary(
        pair => pair.Key, pair => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(pair.Value) { MaxPoolSize = 2, CommandTimeout = 120 }.ConnectionString));

    /// <summary>From ConnectionStrings__schoolsdb and its like; refuses when one is missing.</summary>
    public static Databases FromEnvironment()
    {
        var strings = Logs.ToDictionary(name => name, name => Environment.GetEnvironmentVariable($"ConnectionStrings__{name}"));
        var missing = strings.Where(pair => string.IsNullOrEmpty(pair.Value)).Select(pair => $"ConnectionStrings__{pair.Key}").ToArray();
        if (missing.Length > 0) throw new SeasonStopped($"The reconciliation counts in the services' databases; not set: {string.Join(", ", missing)}.");
        return new(strings.ToDictionary(pair => pair.Key, pair => pair.Value!));
    }

    public Task<T> One<T>(string database, string sql, object? args = null) => Ask(database, connection => connection.QuerySingleAsync<T>(sql, args));

    public async Task<IReadOnlyList<T>> Many<T>(string database, string sql, object? args = null) => [.. await Ask(database, connection => connection.QueryAsync<T>(sql, args))];

    public Task<long> Count(string database, string sql, object? args = null) => One<long>(database, sql, args);

    /// <summary>A count is asked again while PostgreSQL restarts.</summary>
    async Task<T> Ask<T>(string database, Func<NpgsqlConnection, Task<T>> ask) => await patience.ExecuteAsync(async ct =>
    {
        await using var connection = await sources[database].OpenConnectionAsync(ct);
        return await ask(connection);
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var source in sources.Values) await source.DisposeAsync();
    }
}
