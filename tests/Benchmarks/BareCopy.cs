using System.Diagnostics;
using Npgsql;

namespace CareerPlatform.Benchmarks;

/// <summary>The fastest that PostgreSQL takes rows in: binary COPY of bytes that are ready, into an empty table with the same columns and indexes and nothing else.</summary>
internal static class BareCopy
{
    /// <summary>Rows a second; the median of <paramref name="runs"/>.</summary>
    public static async Task<double> Measure(string owner, string table, long rows, int runs = 3)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        var parts = new List<byte[]>();
        await using (var export = await connection.BeginRawBinaryCopyAsync($"copy {table} to stdout (format binary)"))
        {
            var buffer = new byte[1 << 20];
            for (int read; (read = await export.ReadAsync(buffer, default)) > 0;) parts.Add(buffer[..read]);
        }
        var rates = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            await Execute(connection, $"drop table if exists bare_copy; create table bare_copy (like {table} including all)");
            var since = Stopwatch.GetTimestamp();
            await using (var import = await connection.BeginRawBinaryCopyAsync("copy bare_copy from stdin (format binary)"))
            {
                foreach (var part in parts) await import.WriteAsync(part);
            }
            rates.Add(rows / Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
        await Execute(connection, "drop table bare_copy");
        return rates.Order().ElementAt(runs / 2);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
