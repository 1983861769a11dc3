using Aspire.Hosting.ApplicationModel;
using CareerPlatform.AppHost.Native;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    DistributedApplication Build();
}

public sealed class DistributedApplication
{
    private readonly NativeBuilder builder;

    internal DistributedApplication(NativeBuilder builder) => this.builder = builder;

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new NativeBuilder(CommandLine.Parse(args));

    /// <summary>For the tests of the topology: what to do with it instead of running it.</summary>
    internal static AsyncLocal<Action<NativeBuilder>?> Instead { get; } = new();

    /// <summary>Runs until it is told to stop; the process's exit code says how it went.</summary>
    public void Run()
    {
        if (Instead.Value is { } instead) instead(builder);
        else Environment.ExitCode = Face.Run(builder).GetAwaiter().GetResult();
    }
}

/// <summary>Collects the topology for the native host.</summary>
internal sealed class NativeBuilder : IDistributedApplicationBuilder
{
    private readonly Lazy<Secrets> secrets;

    public NativeBuilder(CommandLine line)
    {
        Line = line;
        Configuration.AddJsonFile(Path.Combine(AppHostDirectory, "appsettings.json"), optional: true);
        Configuration.AddEnvironmentVariables();
        Configuration.AddInMemoryCollection(line.Settings);
        // A season played once has databases of its own: it needs fresh ones, and those of ./run stay as they are.
        Local = Path.GetFullPath(Path.Combine(Configuration["Local"] ?? Path.Combine(AppHostDirectory, "..", ".local"), line.Once ? "once" : ""));
        Configuration["Local"] = Local;
        secrets = new(() => new Secrets(Path.Combine(Local, "secrets.json")));
    }

    public CommandLine Line { get; }

    public ConfigurationManager Configuration { get; } = new();

    public string AppHostDirectory { get; } = FindAppHostDirectory();

    /// <summary>Everything this host keeps: data, logs, secrets, state.</summary>
    public string Local { get; }

    public Secrets Secrets => secrets.Value;

    public List<Resource> Resources { get; } = [];

    public DistributedApplication Build() => new(this);

    public IResourceBuilder<T> Add<T>(T resource)
        where T : Resource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"There are two resources named '{resource.Name}'.");
        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    private static string FindAppHostDirectory()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "CareerPlatform.sln")))
                return Path.Combine(at.FullName, "AppHost");
        return typeof(NativeBuilder).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(data => data.Key == "AppHostDirectory").Value!;
    }
}
