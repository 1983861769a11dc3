using System.Runtime.CompilerServices;
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

    /// <summary>Rows of a query that is ordered by a key, one key's rows at a time: memory holds one school, council or area, not the province.</summary>
    public static async IAsyncEnumerable<List<T>> Groups<T>(this Work work, string query, object? args, Func<T, object> keyOf, [EnumeratorCancellation] CancellationToken ct)
    {
        const int page = 2_000;
        // A name of its own for every query: the driver prepares a FETCH it has seen often, with the columns it had then.
        var cursor = $"rows_{(uint)query.GetHashCode(StringComparison.Ordinal):x}";
        await work.ExecuteBulk($"declare {cursor} no scroll cursor for {query}", args, ct);
        var group = new List<T>();
        for (var more = true; more;)
        {
            var rows = await work.QueryBulk<T>($"fetch {page} from {cursor}", null, ct);
            foreach (var row in rows)
            {
                if (group.Count > 0 && !keyOf(group[0]).Equals(keyOf(row)))
                {
                    yield return group;
                    group = [];
                }
                group.Add(row);
            }
            more = rows.Count == page;
        }
        if (group.Count > 0) yield return group;
        await work.ExecuteBulk($"close {cursor}", null, ct);
    }

    public static Task<T?> SingleBulk<T>(this Work work, string sql, object? args, CancellationToken ct) =>
        work.Connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, args, work.Transaction, Seconds, cancellationToken: ct));

    public static async Task<IReadOnlyList<T>> QueryBulk<T>(this Work work, string sql, object? args, CancellationToken ct) =>
        (await work.Connection.QueryAsync<T>(new CommandDefinition(sql, args, work.Transaction, Seconds, cancellationToken: ct))).AsList();
}
