using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

// The calls of Aspire's hosting API that AppHost/Program.cs makes, with their real signatures; nothing more.
namespace Aspire.Hosting;

internal sealed class ResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource) : IResourceBuilder<T>
    where T : IResource
{
    public IDistributedApplicationBuilder ApplicationBuilder => applicationBuilder;

    public T Resource => resource;
}

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        var native = (NativeBuilder)builder;
        string Generate() => persist ? native.Secrets.Get(name, value.GetDefaultValue) : value.GetDefaultValue();
        return native.Add(new ParameterResource(name, () => builder.Configuration[$"Parameters:{name}"] ?? Generate(), secret));
    }
}

public static class PostgresBuilderExtensions
{
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        var existing = builder.Configuration[$"ConnectionStrings:{name}"];
        var server = new PostgresServerResource(name, userName?.Resource, (password ?? Generated(builder, name)).Resource) { Existing = existing };
        var endpoint = new Endpoint("tcp", port, null) { Host = "127.0.0.1" };
        if (existing is not null)
        {
            var parts = new NpgsqlConnectionStringBuilder(existing);
            endpoint.Host = parts.Host ?? throw new InvalidOperationException($"ConnectionStrings:{name} names no host.");
            endpoint.Ports.Add(parts.Port);
        }

        server.Endpoints["tcp"] = endpoint;
        return ((NativeBuilder)builder).Add(server);
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null) =>
        ((NativeBuilder)builder.ApplicationBuilder).Add(new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource));

    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) => builder;

    internal static IResourceBuilder<ParameterResource> Generated(IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter($"{name}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
}

public static class RabbitMQBuilderExtensions
{
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        var existing = builder.Configuration[$"ConnectionStrings:{name}"];
        var server = new RabbitMQServerResource(name, userName?.Resource, (password ?? PostgresBuilderExtensions.Generated(builder, name)).Resource) { Existing = existing };
        var endpoint = new Endpoint("tcp", port, null) { Host = "127.0.0.1" };
        if (existing is not null)
        {
            var uri = new Uri(existing);
            endpoint.Host = uri.Host;
            endpoint.Ports.Add(uri.Port < 0 ? 5672 : uri.Port);
        }

        server.Endpoints["tcp"] = endpoint;
        return ((NativeBuilder)builder).Add(server);
    }

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder)
    {
        var endpoint = new Endpoint("http", null, null) { Host = "127.0.0.1" };
        if (builder.Resource.Existing is { } existing)
        {
            // Where the management pages of an existing broker lie is said beside its connection string, or taken to be their usual port.
            var pages = builder.ApplicationBuilder.Configuration[$"Management:{builder.Resource.Name}"] is { } said ? new Uri(said) : null;
            endpoint.Host = pages?.Host ?? new Uri(existing).Host;
            endpoint.Ports.Add(pages?.Port ?? 15672);
        }

        builder.Resource.Endpoints["management"] = endpoint;
        return builder;
    }

    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false) => builder;
}

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName) =>
        launchProfileName is null
            ? ((NativeBuilder)builder).Add(new ProjectResource(name, Path.GetFullPath(projectPath, builder.AppHostDirectory)))
            : throw new NotSupportedException("The native host reads no launch profiles.");

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        builder.Resource.Replicas = replicas;
        return builder;
    }
}

public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.With(name, _ => new(value));

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, in ReferenceExpression.ExpressionInterpolatedStringHandler value)
        where T : IResourceWithEnvironment
    {
        var expression = ReferenceExpression.Create(value);
        return builder.With(name, expression.GetValueAsync);
    }

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.With(name, endpointReference.GetValueAsync);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.With(name, parameter.Resource.GetValueAsync);

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var name = connectionName ?? source.Resource.Name;
        return builder.With(async (variables, ct) =>
        {
            var text = await source.Resource.GetValueAsync(ct);
            if (text is null && optional) return;
            variables[$"ConnectionStrings__{name}"] = text;
            foreach (var (property, value) in Properties(source.Resource, text!)) variables[$"{Upper(name)}_{property}"] = value;
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.With((variables, _) =>
    {
        foreach (var (endpointName, endpoint) in ((Resource)source.Resource).Endpoints)
        {
            foreach (var (index, url) in endpoint.Urls.Index())
                variables[string.Create(CultureInfo.InvariantCulture, $"services__{source.Resource.Name}__{endpointName}__{index}")] = url;
            variables[$"{Upper(source.Resource.Name)}_{Upper(endpointName)}"] = endpoint.Urls.First();
        }

        return Task.CompletedTask;
    });

    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints
    {
        builder.Native().Endpoints.Add(name ?? "http", new Endpoint("http", port ?? targetPort, env));
        return builder;
    }

    /// <summary>The native host listens on loopback whatever is said here; what is external is a matter of `deploy/`.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder;

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        builder.Native().HealthCheck = new HealthCheck(path ?? "/", statusCode ?? 200, endpointName ?? "http");
        return builder;
    }

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(new WaitOn(dependency.Native(), ApplicationModel.WaitFor.Healthy));

    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(new WaitOn(dependency.Native(), ApplicationModel.WaitFor.Started));

    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Wait(new WaitOn(dependency.Native(), ApplicationModel.WaitFor.Completed, exitCode));

    private static IResourceBuilder<T> Wait<T>(this IResourceBuilder<T> builder, WaitOn wait)
        where T : IResource
    {
        builder.Native().Waits.Add(wait);
        return builder;
    }

    private static IResourceBuilder<T> With<T>(this IResourceBuilder<T> builder, Func<IDictionary<string, string?>, CancellationToken, Task> variables)
        where T : IResource
    {
        builder.Native().Environment.Add(variables);
        return builder;
    }

    private static IResourceBuilder<T> With<T>(this IResourceBuilder<T> builder, string name, Func<CancellationToken, ValueTask<string?>> value)
        where T : IResource => builder.With(async (variables, ct) => variables[name] = await value(ct));

    private static Resource Native<T>(this IResourceBuilder<T> builder)
        where T : IResource => (Resource)(object)builder.Resource!;

    private static string Upper(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));

    private static IEnumerable<(string Property, string? Value)> Properties(IResourceWithConnectionString source, string text)
    {
        if (source is RabbitMQServerResource)
        {
            var uri = new Uri(text);
            var user = uri.UserInfo.Split(':');
            return [("HOST", uri.Host), ("PORT", $"{uri.Port}"), ("USERNAME", Uri.UnescapeDataString(user[0])), ("PASSWORD", Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "")), ("URI", text)];
        }

        var parts = new NpgsqlConnectionStringBuilder(text);
        var path = parts.Database is { } database ? $"/{database}" : "";
        return
        [
            ("HOST", parts.Host), ("PORT", $"{parts.Port}"), ("USERNAME", parts.Username), ("PASSWORD", parts.Password), ("DATABASENAME", parts.Database),
            ("URI", $"postgresql://{Uri.EscapeDataString(parts.Username ?? "")}:{Uri.EscapeDataString(parts.Password ?? "")}@{parts.Host}:{parts.Port}{path}"),
        ];
    }
}
