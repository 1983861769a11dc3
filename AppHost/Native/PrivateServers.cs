namespace CareerPlatform.AppHost.Native;

/// <summary>Throw-away servers in the temporary folder, for tests: started on first use, ended with this process however it ends.</summary>
public static class PrivateServers
{
    private static readonly Lazy<string> Folder = new(NewFolder);
    private static readonly System.Collections.Concurrent.ConcurrentBag<Func<OwnProcess?>> Started = [];
    private static readonly Lazy<Task<PostgresServer>> SharedPostgres = new(() => StartPostgres("postgres"));
    private static readonly Lazy<Task<RabbitMqServer>> SharedRabbitMq = new(() => StartRabbitMq("messaging"));

    /// <summary>What is thrown away need not stop cleanly.</summary>
    static PrivateServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var server in Started) server()?.Kill();
    };

    /// <summary>The one PostgreSQL of this process.</summary>
    public static Task<PostgresServer> Postgres() => SharedPostgres.Value;

    /// <summary>The one RabbitMQ of this process.</summary>
    public static Task<RabbitMqServer> RabbitMq() => SharedRabbitMq.Value;

    /// <summary>Another PostgreSQL, for a test that stops or kills it.</summary>
    public static async Task<PostgresServer> StartPostgres(string name, CancellationToken ct = default)
    {
        var folder = Path.Combine(Folder.Value, name);
        var server = new PostgresServer(folder, new Ports().Take(name), Secrets.Generate(20), new LogFile(Path.Combine(Folder.Value, "logs", $"{name}.log")), throwAway: true);
        Started.Add(() => server.Process);
        await server.Start(ct);
        return server;
    }

    /// <summary>Another RabbitMQ, for a test that stops or kills it.</summary>
    public static async Task<RabbitMqServer> StartRabbitMq(string name, CancellationToken ct = default)
    {
        var folder = Path.Combine(Folder.Value, name);
        var server = new RabbitMqServer(folder, RabbitMqPorts.Take(new Ports(), name), "test", Secrets.Generate(20), new LogFile(Path.Combine(Folder.Value, "logs", $"{name}.log")));
        Started.Add(() => server.Process);
        await server.Start(ct);
        return server;
    }

    /// <summary>A folder of this process's, removed with it; the account PostgreSQL runs under may enter it.</summary>
    public static string NewFolder()
    {
        Guardian.Begin();
        var folder = $"/tmp/careerplatform-{Environment.ProcessId}-{Secrets.Generate(6)}";
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Guardian.Remove(folder);
        return folder;
    }
}
