using CareerPlatform.ServiceDefaults;
using Dapper;

namespace CareerPlatform.Schools.Data;

/// <summary>Statements that handle a whole file at once and may take longer than an ordinary request's.</summary>
public static class Bulk
{
    const int Seconds = 900;

    /// <summary>For the rest of the transaction, joins by hashing instead of row by row.</summary>
    /// <remarks>
    /// Rows that came in a moment ago have no statistics yet, and the planner takes row-level security's condition for very selective; it would go over a whole table for every row.
    /// </remarks>
    public static Task WholeFiles(this Work work) => work.Execute("set local enable_nestloop = off; set local work_mem = '64MB'");

    public static Task<int> ExecuteBulk(this Work work, string sql, object? args, CancellationToken ct) =>
        work.Connection.ExecuteAsync(new CommandDefinition(sql, args, work.Transaction, Seconds, cancellationToken: ct));

    public static Task<T?> SingleBulk<T>(this Work work, string sql, object? args, CancellationToken ct) =>
        work.Connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, args, work.Transaction, Seconds, cancellationToken: ct));

    public static async Task<IReadOnlyList<T>> QueryBulk<T>(this Work work, string sql, object? args, CancellationToken ct) =>
        (await work.Connection.QueryAsync<T>(new CommandDefinition(sql, args, work.Transaction, Seconds, cancellationToken: ct))).AsList();
}
