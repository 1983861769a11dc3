using System.Globalization;
using CareerPlatform.AppHost.Native;

// The types of Aspire's hosting model that AppHost/Program.cs meets, under their real names; nothing more.
namespace Aspire.Hosting.ApplicationModel;

public interface IResource
{
    string Name { get; }
}

public interface IResourceWithEnvironment : IResource;

public interface IResourceWithEndpoints : IResource;

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

public interface IResourceWithWaitSupport : IResource;

public interface IResourceWithConnectionString : IResource, IValueProvider, IManifestExpressionProvider
{
    ReferenceExpression ConnectionStringExpression { get; }
}

public interface IResourceBuilder<out T>
    where T : IResource
{
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    T Resource { get; }
}

/// <summary>What the topology says about a resource, and where a run of the host keeps what it allocated for it.</summary>
public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    internal List<WaitOn> Waits { get; } = [];

    internal List<Func<IDictionary<string, string?>, CancellationToken, Task>> Environment { get; } = [];

    internal Dictionary<string, Endpoint> Endpoints { get; } = [];

    internal HealthCheck? HealthCheck { get; set; }

    /// <summary>The resource this one lives in: a database's server.</summary>
    internal virtual Resource? OwnParent => null;

    internal Endpoint Endpoint(string name) => Endpoints.GetValueOrDefault(name)
        ?? throw new InvalidOperationException($"Resource '{Name}' has no endpoint '{name}'.");
}

internal enum WaitFor
{
    Healthy,
    Started,
    Completed,
}

internal sealed record WaitOn(Resource On, WaitFor For, int ExitCode = 0);

internal sealed record HealthCheck(string Path, int Status, string Endpoint);

/// <summary>An endpoint; each replica has its own port.</summary>
internal sealed class Endpoint(string scheme, int? preferred, string? variable)
{
    public string Scheme => scheme;

    public int? Preferred => preferred;

    public string? Variable => variable;

    public string Host { get; set; } = "localhost";

    public List<int> Ports { get; } = [];

    public IEnumerable<string> Urls => Ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{scheme}://{Host}:{port}"));
}

public sealed class ProjectResource : Resource, IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal ProjectResource(string name, string projectPath)
        : base(name) => ProjectPath = projectPath;

    internal string ProjectPath { get; }

    internal int Replicas { get; set; } = 1;
}

public class ParameterResource : Resource, IValueProvider, IManifestExpressionProvider
{
    private readonly Lazy<string> value;

    internal ParameterResource(string name, Func<string> value, bool secret)
        : base(name)
    {
        this.value = new Lazy<string>(value);
        Secret = secret;
    }

    public bool Secret { get; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(value.Value);
}

public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

public sealed class GenerateParameterDefault : ParameterDefault
{
    public int MinLength { get; set; }

    public bool Special { get; set; } = true;

    public override string GetDefaultValue() => Special
        ? throw new NotSupportedException("Only letters and digits are generated: say Special = false.")
        : Secrets.Generate(MinLength);
}

public sealed class PostgresServerResource(string name, ParameterResource? userName, ParameterResource password)
    : Resource(name), IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
{
    public ParameterResource? UserNameParameter { get; } = userName;

    public ParameterResource PasswordParameter { get; } = password;

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    /// <summary>The server to use instead of a private one.</summary>
    internal string? Existing { get; init; }

    public ReferenceExpression ConnectionStringExpression => Existing is { } existing
        ? ReferenceExpression.Create($"{existing}")
        : ReferenceExpression.Create($"Host={Host};Port={Port};Username=postgres;Password={PasswordParameter}");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ConnectionStringExpression.GetValueAsync(cancellationToken);
}

public sealed class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithConnectionString
{
    public PostgresServerResource Parent { get; } = postgresParentResource;

    public string DatabaseName { get; } = databaseName;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={DatabaseName}");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ConnectionStringExpression.GetValueAsync(cancellationToken);

    internal override Resource OwnParent => Parent;
}

public sealed class RabbitMQServerResource(string name, ParameterResource? userName, ParameterResource password)
    : Resource(name), IResourceWithConnectionString, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
{
    public ParameterResource? UserNameParameter { get; } = userName;

    public ParameterResource PasswordParameter { get; } = password;

    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    /// <summary>The broker to use instead of a private one.</summary>
    internal string? Existing { get; init; }

    internal const string DefaultUser = "careerplatform";

    public ReferenceExpression ConnectionStringExpression => Existing is { } existing
        ? ReferenceExpression.Create($"{existing}")
        : ReferenceExpression.Create($"amqp://{DefaultUser}:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ConnectionStringExpression.GetValueAsync(cancellationToken);
}
