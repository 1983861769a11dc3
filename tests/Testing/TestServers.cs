using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using Npgsql;

namespace CareerPlatform.Testing;

/// <summary>The PostgreSQL and RabbitMQ that the tests of one process share: those of the environment, or private ones started on first use.</summary>
public static class TestServers
{
    static readonly ConcurrentBag<string> Databases = [];

    static TestServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DropDatabases();

    /// <summary>Connection string of PostgreSQL's superuser.</summary>
    public static Task<string> Postgres() => Task.FromResult(Required("CAREERPLATFORM_TEST_POSTGRES"));

    /// <summary>The broker's amqp URI, default virtual host.</summary>
    public static Task<string> RabbitMq() => Task.FromResult(Required("CAREERPLATFORM_TEST_RABBITMQ"));

    /// <summary>The broker's management API, without credentials (those of the amqp URI are good for it).</summary>
    public static Task<string> RabbitMqManagement() => Task.FromResult(Required("CAREERPLATFORM_TEST_RABBITMQ_MANAGEMENT"));

    /// <summary>A new empty database of its own name; returns the superuser's connection string to it.</summary>
    public static async Task<string> NewDatabase(string name)
    {
        var server = await Postgres();
        var database = $"t_{name}_{Guid.NewGuid():N}"[..Math.Min(63, name.Length + 35)];
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await using var create = source.CreateCommand($"create database \"{database}\"");
        await create.ExecuteNonQueryAsync();
        Databases.Add(database);
        return new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;
    }

    /// <summary>A new virtual host, so that exchanges and queues of one test cannot meet another's; returns its amqp URI.</summary>
    public static async Task<string> NewVirtualHost()
    {
        var broker = new Uri(await RabbitMq());
        var name = $"t{Guid.NewGuid():N}";
        using var http = new HttpClient { BaseAddress = new Uri(await RabbitMqManagement()) };
        var credentials = Uri.UnescapeDataString(broker.UserInfo);
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        (await http.PutAsJsonAsync($"/api/vhosts/{name}", new { })).EnsureSuccessStatusCode();
        var user = Uri.EscapeDataString(credentials.Split(':')[0]);
        (await http.PutAsJsonAsync($"/api/permissions/{name}/{user}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return new UriBuilder(broker) { Path = name }.Uri.AbsoluteUri;
    }

    static string Required(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set.");

    static void DropDatabases()
    {
        if (Databases.IsEmpty) return;
        try
        {
            using var source = NpgsqlDataSource.Create(Required("CAREERPLATFORM_TEST_POSTGRES"));
            foreach (var database in Databases)
            {
                using var drop = source.CreateCommand($"drop database if exists \"{database}\" with (force)");
                drop.ExecuteNonQuery();
            }
        }
        catch (NpgsqlException)
        {
            // The server is gone, and the databases with it.
        }
    }
}
