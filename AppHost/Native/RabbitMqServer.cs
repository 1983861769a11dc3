using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace CareerPlatform.AppHost.Native;

/// <summary>A private RabbitMQ on loopback, from the system's programs, with its own node, cookie, port mapper and folder.</summary>
public sealed class RabbitMqServer(string folder, RabbitMqPorts ports, string user, string password, LogFile log, IReadOnlyDictionary<string, string?>? environment = null)
    : IAsyncDisposable
{
    private OwnProcess? mapper;

    /// <summary>The amqp URI of the default virtual host.</summary>
    public string Uri => $"amqp://{user}:{password}@127.0.0.1:{ports.Amqp}";

    /// <summary>The management API and pages.</summary>
    public string Management => $"http://127.0.0.1:{ports.Management}";

    /// <summary>What runs beside the broker: its port mapper.</summary>
    public IReadOnlyList<ProcessMark> Helpers => mapper is { } running ? [running.Mark] : [];

    /// <summary>The running broker.</summary>
    public OwnProcess? Process { get; private set; }

    /// <summary>How long a start may take before it is given up and ended.</summary>
    public TimeSpan StartsWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where the programs lie, or null when RabbitMQ is not installed.</summary>
    public static string? Programs() => Directory.Exists("/usr/lib/rabbitmq/lib")
        ? Directory.GetDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*").Order(StringComparer.Ordinal).Select(folder => $"{folder}/sbin").LastOrDefault()
        : null;

    /// <summary>Starts the broker and returns when it answers.</summary>
    public async Task Start(CancellationToken ct = default)
    {
        Process = null;
        var programs = Programs() ?? throw new InvalidOperationException("RabbitMQ is not installed: apt-get install rabbitmq-server");
        Prepare();
        var variables = Variables();
        if (mapper is null || mapper.Exited.IsCompleted)
            mapper = OwnProcess.Start([PortMapper(), "-port", $"{ports.Mapper}", "-address", "127.0.0.1"], $"-port {ports.Mapper} ", variables, folder, log.Write);

        // A far too high limit on open files makes Erlang reserve memory for each of them.
        var process = OwnProcess.Start(
            ["/bin/sh", "-c", "hard=$(ulimit -Hn); if [ \"$hard\" = unlimited ] || [ \"$hard\" -gt 65536 ]; then ulimit -n 65536; else ulimit -n \"$hard\"; fi; exec \"$@\"", "sh", $"{programs}/rabbitmq-server"],
            folder, variables, folder, log.Write);
        Process = process;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(StartsWithin);
        try
        {
            while (!await Accepts(Uri, limit.Token))
            {
                if (process.Exited.IsCompleted)
                    throw new InvalidOperationException($"RabbitMQ ended with {await process.Exited} while starting: {string.Join(" / ", log.Tail.TakeLast(3))}");
                await Task.Delay(100, limit.Token);
            }
        }
        catch (Exception problem)
        {
            await Stop();   // or the next start would run a second one beside it
            if (problem is OperationCanceledException && !ct.IsCancellationRequested) throw new TimeoutException($"RabbitMQ did not answer within {StartsWithin.TotalSeconds:0} s.", problem);
            throw;
        }
    }

    public async Task Stop()
    {
        if (Process is { } process) await process.Stop(Posix.Sigterm, TimeSpan.FromSeconds(20));
        if (mapper is not null) await mapper.Stop(Posix.Sigterm, TimeSpan.FromSeconds(2));
        (Process, mapper) = (null, null);
    }

    /// <summary>kill -9 of the broker.</summary>
    public async Task Kill()
    {
        if (Process is not { } process) return;
        process.Kill();
        await process.Exited;
        Process = null;
    }

    public async Task Restart(CancellationToken ct = default)
    {
        await Stop();
        await Start(ct);
    }

    public async ValueTask DisposeAsync() => await Stop();

    /// <summary>Whether the broker lets us in.</summary>
    public static async Task<bool> Accepts(string amqp, CancellationToken ct) => await WhyRefused(amqp, ct) is null;

    /// <summary>Why the broker does not let us in, or null when it does: a real connection, with user, password and virtual host.</summary>
    public static async Task<string?> WhyRefused(string amqp, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            var factory = new ConnectionFactory { Uri = new Uri(amqp), AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(3), ClientProvidedName = "careerplatform host" };
            await using var connection = await factory.CreateConnectionAsync(limit.Token);
            return null;
        }
        catch (Exception problem) when (problem is RabbitMQClientException or IOException or SocketException or TimeoutException || (problem is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return problem.GetBaseException().Message;
        }
    }

    private void Prepare()
    {
        foreach (var part in (string[])["mnesia", "log", "home", "generated"]) Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllText(Path.Combine(folder, "enabled_plugins"), "[rabbitmq_management].");
        File.WriteAllText(Path.Combine(folder, "env.conf"), "");
        Secrets.WriteOwn(Path.Combine(folder, "rabbitmq.conf"), $"""
            default_user = {user}
            default_pass = {password}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {ports.Management}
            disk_free_limit.absolute = 200MB
            raft.wal_max_size_bytes = 67108864

            """);
        var cookie = Path.Combine(folder, "home", ".erlang.cookie");
        if (!File.Exists(cookie)) Secrets.WriteOwn(cookie, Secrets.Generate(40));
    }

    private Dictionary<string, string?> Variables() => new(environment ?? new Dictionary<string, string?>())
    {
        // As under systemd: the program replaces its shell, so that its number and its end are the broker's.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["HOME"] = Path.Combine(folder, "home"),
        ["RABBITMQ_NODENAME"] = "careerplatform@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{ports.Amqp}",
        ["RABBITMQ_DIST_PORT"] = $"{ports.Distribution}",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "env.conf"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
        ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(folder, "generated"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{ports.Mapper}",
        ["ERL_CRASH_DUMP_SECONDS"] = "0",
    };

    private static string PortMapper() =>
        ((string[])["/usr/bin/epmd", "/usr/local/bin/epmd"]).FirstOrDefault(File.Exists)
        ?? Directory.GetDirectories("/usr/lib/erlang", "erts-*").Select(folder => $"{folder}/bin/epmd").LastOrDefault(File.Exists)
        ?? throw new InvalidOperationException("Erlang's port mapper epmd was not found: apt-get install rabbitmq-server");
}

/// <summary>The four ports of a broker of ours.</summary>
public sealed record RabbitMqPorts(int Amqp, int Management, int Distribution, int Mapper)
{
    public static RabbitMqPorts Take(Ports ports, string name) =>
        new(ports.Take(name), ports.Take($"{name}-management"), ports.Take($"{name}-distribution"), ports.Take($"{name}-mapper"));
}
