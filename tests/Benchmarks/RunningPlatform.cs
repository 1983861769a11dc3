using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Testing;

namespace CareerPlatform.Benchmarks;

/// <summary>The real platform, started by its own host in a folder of its own, and ended with it.</summary>
internal sealed class RunningPlatform : IAsyncDisposable
{
    private readonly Process host;
    private readonly string local;
    private readonly JsonNode secrets;

    private RunningPlatform(Process host, string local)
    {
        (this.host, this.local) = (host, local);
        secrets = JsonNode.Parse(File.ReadAllText(Path.Combine(local, "secrets.json")))!;
        Platform = new Platform(Gateway, DemoUsers.Read(Path.Combine(local, "demo-users.json")), TimeProvider.System);
        Databases = new Databases(Databases.Logs.ToDictionary(name => name, Owner));
    }

    public Platform Platform { get; }
    public Databases Databases { get; }
    public State State => State.Read(Path.Combine(local, "state.json"))!;
    public Uri Gateway => new(State.Gateway!.TrimEnd('/') + "/");
    public SeasonState Season => new(Path.Combine(local, "demo-institutions.json"));

    public Uri UrlOf(string resource) => new(State.Resources.First(one => one.Name == resource && one.Urls.Count > 0).Urls[0]);

    public string Owner(string database)
    {
        var url = UrlOf("postgres");
        return $"Host={url.Host};Port={url.Port};Username=postgres;Password={Secret("postgres-password")};Database={database}";
    }

    public string Broker
    {
        get
        {
            var url = UrlOf("messaging");
            return $"amqp://{Uri.EscapeDataString("guest")}:{Uri.EscapeDataString(Secret("messaging-password"))}@{url.Host}:{url.Port}/";
        }
    }

    public static async Task<RunningPlatform> Start()
    {
        var local = Directory.CreateTempSubdirectory("careerplatform-bench-").FullName;
        var dll = Path.Combine(AppContext.BaseDirectory, "CareerPlatform.AppHost.dll");
        var folder = Path.Combine(SharedData.Repository, "AppHost", "bin", Configuration, "net10.0", "CareerPlatform.AppHost.dll");
        var info = new ProcessStartInfo("dotnet") { WorkingDirectory = SharedData.Repository, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { File.Exists(folder) ? folder : dll, "--local", local, "--no-load", "--quiet", "--port", "18080" }) info.ArgumentList.Add(argument);
        var host = Process.Start(info)!;
        var said = new List<string>();
        host.OutputDataReceived += (_, line) => said.Add(line.Data ?? "");
        host.ErrorDataReceived += (_, line) => said.Add(line.Data ?? "");
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        await Wait.Until(() => host.HasExited || State.Read(Path.Combine(local, "state.json")) is { Host: "ready" }, TimeSpan.FromMinutes(4));
        if (host.HasExited) throw new InvalidOperationException($"The host ended: {string.Join('\n', said.TakeLast(20))}");
        return new(host, local);
    }

    /// <summary>Peak resident memory of each service since <see cref="ResetPeaks"/>, in MiB.</summary>
    public IReadOnlyDictionary<string, double> Peaks() => Services().ToDictionary(
        service => service.Name,
        service => File.ReadLines($"/proc/{service.Pid}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is var line
            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024 : 0);

    /// <summary>Peaks are counted from now on.</summary>
    public void ResetPeaks()
    {
        foreach (var (_, pid) in Services()) File.WriteAllText($"/proc/{pid}/clear_refs", "5");
    }

    public async ValueTask DisposeAsync()
    {
        Platform.Dispose();
        await Databases.DisposeAsync();
        using (Process.Start("kill", ["-TERM", host.Id.ToString(CultureInfo.InvariantCulture)])) await host.WaitForExitAsync();
        host.Dispose();
        Directory.Delete(local, recursive: true);
    }

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private string Secret(string name) => secrets[name]?.GetValue<string>() ?? throw new InvalidOperationException($"The host keeps no secret {name}.");

    private IEnumerable<(string Name, int Pid)> Services() => State.Resources
        .Where(resource => resource is { Kind: "project", State: "Running", Pid: not null } && !resource.Name.EndsWith("migration", StringComparison.Ordinal))
        .Select(resource => (resource.Name, resource.Pid!.Value));
}
