using System.Globalization;
using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Season;

namespace CareerPlatform.Benchmarks;

/// <summary>The real platform, started by its own host in a folder of its own, and ended with it.</summary>
internal sealed class RunningPlatform : IAsyncDisposable
{
    private readonly Testing.Platform host;
    private readonly JsonNode secrets;

    private RunningPlatform(Testing.Platform host)
    {
        this.host = host;
        secrets = JsonNode.Parse(File.ReadAllText(Path.Combine(host.Local, "secrets.json")))!;
        Platform = new Platform(Gateway, DemoUsers.Read(Path.Combine(host.Local, "demo-users.json")), TimeProvider.System);
        Databases = new Databases(Databases.Logs.ToDictionary(name => name, Owner));
    }

    public Platform Platform { get; }
    public Databases Databases { get; }
    public Uri Gateway => new(host.Gateway.AbsoluteUri);
    public SeasonState Season => new(Path.Combine(host.Local, "demo-institutions.json"));

    /// <summary>The host's folder.</summary>
    public string Local => host.Local;

    public Uri UrlOf(string resource) => new(host.Resource(resource).Urls[0]);

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
            return $"amqp://careerplatform:{Uri.EscapeDataString(Secret("messaging-password"))}@{url.Host}:{url.Port}/";
        }
    }

    public static async Task<RunningPlatform> Start() => new(await Testing.Platform.Start(["--no-load", "--quiet", "--port", "18080"]));

    /// <summary>Peak resident memory of each service since <see cref="ResetPeaks"/>, in MiB.</summary>
    public IReadOnlyDictionary<string, double> Peaks() => Services().ToDictionary(
        service => service.Name,
        service => double.Parse(
            File.ReadLines($"/proc/{service.Pid}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024);

    /// <summary>Peaks are counted from now on.</summary>
    public void ResetPeaks()
    {
        foreach (var (_, pid) in Services()) File.WriteAllText($"/proc/{pid}/clear_refs", "5");
    }

    public async ValueTask DisposeAsync()
    {
        Platform.Dispose();
        await Databases.DisposeAsync();
        await host.DisposeAsync();
    }

    private string Secret(string name) => secrets[name]?.GetValue<string>() ?? throw new InvalidOperationException($"The host keeps no secret {name}.");

    private IEnumerable<(string Name, int Pid)> Services() => host.State!.Resources
        .Where(resource => resource is { Kind: "project", State: "Running", Pid: not null })
        .Select(resource => (resource.Name, resource.Pid!.Value));
}
