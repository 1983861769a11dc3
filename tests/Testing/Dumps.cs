using System.Diagnostics;
using Npgsql;

namespace CareerPlatform.Testing;

/// <summary>Backups of a test's database, as an operator takes and restores them.</summary>
public static class Dumps
{
    /// <summary>Everything that lies in the database, as text.</summary>
    public static Task<string> Text(string connection) => Run("pg_dump", connection, "");

    /// <summary>The dump in a new database; its owner's connection string.</summary>
    public static async Task<string> Restore(string dump, string name)
    {
        var restored = await TestServers.NewDatabase(name);
        await Run("psql", restored, dump, "-q", "-X", "-v", "ON_ERROR_STOP=1");
        return restored;
    }

    private static async Task<string> Run(string program, string connection, string input, params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["PGHOST"] = target.Host, ["PGPORT"] = $"{target.Port}", ["PGUSER"] = target.Username, ["PGPASSWORD"] = target.Password, ["PGDATABASE"] = target.Database, ["PGCLIENTENCODING"] = "UTF8",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var text = await output;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
