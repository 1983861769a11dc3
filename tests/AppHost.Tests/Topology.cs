using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CareerPlatform.AppHost.Native;

namespace CareerPlatform.AppHost.Tests;

/// <summary>The topology of AppHost/Program.cs as the native host gets it, without running it.</summary>
internal sealed class Topology : IDisposable
{
    private readonly NativeBuilder builder;

    private Topology(NativeBuilder builder) => this.builder = builder;

    public IReadOnlyList<Resource> Resources => builder.Resources;

    public Resource this[string name] => builder.Resources.Single(resource => resource.Name == name);

    public static Topology Of(params string[] arguments)
    {
        NativeBuilder? captured = null;
        DistributedApplication.Instead.Value = builder => captured = builder;
        try
        {
            typeof(NativeBuilder).Assembly.EntryPoint!.Invoke(null, [(string[])[.. arguments, "--local", Path.Combine(PrivateServers.NewFolder(), "local")]]);
        }
        finally
        {
            DistributedApplication.Instead.Value = null;
        }

        // The engine gives every endpoint its port.
        Directory.CreateDirectory(captured!.Local);
        using var engine = new Engine(captured.Resources, captured.Local, new Pace());
        return new Topology(captured);
    }

    public async Task<IReadOnlyDictionary<string, string?>> EnvironmentOf(string name)
    {
        var variables = new Dictionary<string, string?>();
        foreach (var add in this[name].Environment) await add(variables, CancellationToken.None);
        return variables;
    }

    public void Dispose() => Directory.Delete(builder.Local, recursive: true);
}
