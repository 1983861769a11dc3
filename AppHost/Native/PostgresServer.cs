using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace CareerPlatform.AppHost.Native;

/// <summary>A private PostgreSQL on loopback, from the system's binaries, with its data in a folder of ours.</summary>
/// <remarks>PostgreSQL refuses to run as root, so as root it runs under the account `postgres`.</remarks>
public sealed class PostgresServer(string folder, int port, string password, LogFile log, bool throwAway = false, IReadOnlyDictionary<string, string?>? environment = null)
    : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> None = [];
    private string? data;

    public int Port => port;

    /// <summary>The superuser's connection string.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={port};Username=postgres;Password={password}";

    /// <summary>The running postmaster.</summary>
    public OwnProcess? Process { get; private set; }

    /// <summary>Where the program lies, or null when PostgreSQL is not installed.</summary>
    public static string? Programs(string? version = null)
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Where(folder => File.Exists($"{folder}/bin/initdb"))
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var number) ? number : 0).Select(folder => $"{folder}/bin").ToList()
            : [];
        return version is null ? installed.FirstOrDefault() : installed.FirstOrDefault(bin => bin == $"/usr/lib/postgresql/{version}/bin");
    }

    /// <summary>Creates the cluster on first use, starts it and returns when it takes connections.</summary>
    public async Task Start(CancellationToken ct = default)
    {
        Process = null;
        data ??= await Cluster(ct);
        var version = (await File.ReadAllTextAsync($"{data}/PG_VERSION", ct)).Trim();
        var programs = Programs(version) ?? throw new InvalidOperationException($"The data in {data} are of PostgreSQL {version}, which is not installed (package postgresql-{version}).");
        await EndLeftover(ct);

        List<string> command = [
            $"{programs}/postgres", "-D", data, "-p", $"{port}",
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=400", "-c", "shared_buffers=256MB",
            "-c", "max_wal_size=2GB", "-c", "jit=off", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "log_line_prefix=%m [%p] %q%u@%d "];
        if (throwAway) command.AddRange(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        var process = OwnProcess.Start(AsAccount(command), $"-D {data} ", environment ?? None, "/", log.Write);
        Process = process;
        await Answers(process, ct);
    }

    /// <summary>Stops it as `pg_ctl stop -m fast` does.</summary>
    public async Task Stop()
    {
        if (Process is { } process) await process.Stop(Posix.Sigint, TimeSpan.FromSeconds(20));
        Process = null;
    }

    /// <summary>kill -9 of the postmaster; its children notice and end.</summary>
    public async Task Kill()
    {
        if (Process is not { } process) return;
        Posix.Kill(process.Pid, Posix.Sigkill);
        await process.Exited;
        Process = null;
    }

    public async Task Restart(CancellationToken ct = default)
    {
        await Stop();
        await Start(ct);
    }

    public async ValueTask DisposeAsync() => await Stop();

    /// <summary>Creates a database unless it is there.</summary>
    public static async Task CreateDatabase(string server, string name, CancellationToken ct = default)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select exists(select 1 from pg_database where datname = $1)", connection) { Parameters = { new() { Value = name } } };
        if (await exists.ExecuteScalarAsync(ct) is true) return;
        await using var create = new NpgsqlCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whether a connection opens.</summary>
    public static async Task<bool> Accepts(string connectionString, CancellationToken ct) => await WhyRefused(connectionString, ct) is null;

    /// <summary>Why no connection opens, or null when one does. A string that names no database asks for `postgres`, which every server has.</summary>
    public static async Task<string?> WhyRefused(string connectionString, CancellationToken ct)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 3 };
            parts.Database ??= "postgres";
            await using var connection = new NpgsqlConnection(parts.ConnectionString);
            await connection.OpenAsync(ct);
            return null;
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException or IOException)
        {
            return problem.GetBaseException().Message;
        }
    }

    private async Task Answers(OwnProcess process, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            while (!await Accepts(ConnectionString, limit.Token))
            {
                if (process.Exited.IsCompleted)
                    throw new InvalidOperationException($"PostgreSQL ended with {await process.Exited} while starting: {string.Join(" / ", log.Tail.TakeLast(3))}");
                await Task.Delay(50, limit.Token);
            }
        }
        catch
        {
            await Stop();   // nobody would know of it
            throw;
        }
    }

    private async Task<string> Cluster(CancellationToken ct)
    {
        var programs = Programs() ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");
        var home = await Home(ct);
        var cluster = Path.Combine(home, "data");
        if (File.Exists($"{cluster}/PG_VERSION") && File.Exists($"{cluster}/ready")) return cluster;

        // What an interrupted first start left behind holds nothing yet.
        if (Directory.Exists(cluster)) Directory.Delete(cluster, recursive: true);
        var passwordFile = Path.Combine(home, "password");
        Secrets.WriteOwn(passwordFile, password);
        Own(passwordFile);
        try
        {
            List<string> command = [$"{programs}/initdb", "-D", cluster, "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={passwordFile}"];
            if (throwAway) command.Add("--no-sync");
            var code = await OwnProcess.Start(AsAccount(command), cluster, environment ?? None, "/", log.Write).Ended(ct);
            if (code != 0) throw new InvalidOperationException($"initdb ended with {code}: {string.Join(" / ", log.Tail.TakeLast(3))}");
        }
        finally
        {
            File.Delete(passwordFile);
        }

        await File.WriteAllTextAsync($"{cluster}/ready", "", ct);
        return cluster;
    }

    /// <summary>Our folder; or, where the account cannot reach it (a clone below /root), one under /var/tmp that our folder names.</summary>
    private async Task<string> Home(CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        Own(folder);
        if (!Posix.IsRoot) return folder;
        var reach = await OwnProcess.Start(AsAccount(["test", "-w", folder]), folder, None, "/", _ => { }).Ended(ct);
        if (reach == 0) return folder;
        var elsewhere = $"/var/tmp/careerplatform-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12]}";
        Directory.CreateDirectory(elsewhere, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own(elsewhere);
        await File.WriteAllTextAsync(Path.Combine(folder, "elsewhere"), elsewhere, ct);
        return elsewhere;
    }

    private async Task EndLeftover(CancellationToken ct)
    {
        var file = $"{data}/postmaster.pid";
        if (!File.Exists(file) || !int.TryParse((await File.ReadAllLinesAsync(file, ct)).FirstOrDefault(), out var pid)) return;
        for (var signal = Posix.Sigint; ProcessMark.CommandLine(pid).Contains($"-D {data} ", StringComparison.Ordinal); signal = Posix.Sigquit)
        {
            Posix.Kill(pid, signal);
            for (var i = 0; i < 100 && ProcessMark.StartTicks(pid) is not null; i++) await Task.Delay(50, ct);
        }

        // Children of a killed postmaster hold its shared memory until they notice.
        for (var i = 0; i < 100 && Backends().Any(); i++) await Task.Delay(50, ct);
        IEnumerable<int> Backends() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
            .Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture))
            .Where(other => ProcessMark.CommandLine(other).StartsWith("postgres: ", StringComparison.Ordinal) && WorksIn(other));
        bool WorksIn(int other)
        {
            try
            {
                return new FileInfo($"/proc/{other}/cwd").ResolveLinkTarget(false)?.FullName == data;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private static List<string> AsAccount(List<string> command) => Posix.IsRoot
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--no-new-privs", .. command]
        : command;

    private static void Own(string path)
    {
        if (!Posix.IsRoot) return;
        var account = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == "postgres")
            ?? throw new InvalidOperationException("As root PostgreSQL runs under the account `postgres`, which does not exist: apt-get install postgresql");
        if (Posix.ChangeOwner(path, uint.Parse(account[2], System.Globalization.CultureInfo.InvariantCulture), uint.Parse(account[3], System.Globalization.CultureInfo.InvariantCulture)) != 0)
            throw new InvalidOperationException($"{path} could not be given to the account `postgres`.");
    }
}
