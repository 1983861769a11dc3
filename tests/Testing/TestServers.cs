using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using CareerPlatform.AppHost.Native;
using Npgsql;

namespace CareerPlatform.Testing;

/// <summary>The PostgreSQL and RabbitMQ that the tests of one process share: those of the environment, or private ones started on first use.</summary>
public static class TestServers
{
    private static readonly ConcurrentBag<string> Databases = [];
    private static readonly Lazy<Task<string>> PostgresConnection = new(() => Given("CAREERPLATFORM_TEST_POSTGRES", async () => (await PrivateServers.Postgres()).ConnectionString + ";Database=postgres"));
    private static readonly Lazy<Task<string>> RabbitMqUri = new(() => Given("CAREERPLATFORM_TEST_RABBITMQ", async () => (await PrivateServers.RabbitMq()).Uri + "/"));
    private static readonly Lazy<Task<string>> ManagementUrl = new(() => Given("CAREERPLATFORM_TEST_RABBITMQ_MANAGEMENT", async () => (await PrivateServers.RabbitMq()).Management));

    static TestServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DropDatabases();

    /// <summary>Connection string of PostgreSQL's superuser.</summary>
    public static Task<string> Postgres() => PostgresConnection.Value;

    /// <summary>The broker's amqp URI, default virtual host.</summary>
    public static Task<string> RabbitMq() => RabbitMqUri.Value;

    /// <summary>The broker's management API, without credentials (those of the amqp URI are good for it).</summary>
    public static Task<string> RabbitMqManagement() => ManagementUrl.Value;

    /// <summary>A new empty database of its own name; returns the superuser's connection string to it.</summary>
    public static async Task<string> NewDatabase(string name)
    {
        var server = await Postgres();
        var database = $"t_{name}_{Guid.NewGuid():N}"[..Math.Min(63, name.Length + 35)];
        await PostgresServer.CreateDatabase(server, database);
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

    private static async Task<string> Given(string variable, Func<Task<string>> otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : await otherwise();

    /// <summary>Only where the servers outlive this process; private ones go with their folder.</summary>
    private static void DropDatabases()
    {
        if (Databases.IsEmpty || Environment.GetEnvironmentVariable("CAREERPLATFORM_TEST_POSTGRES") is not { Length: > 0 } server) return;
        try
        {
            using var source = NpgsqlDataSource.Create(server);
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
