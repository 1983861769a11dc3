using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aspire.Hosting;
using CareerPlatform.Testing;

namespace CareerPlatform.AppHost.Tests;

/// <summary>What the native host offers is what Aspire 13.4 offers, to the parameter; and nothing asks for Aspire's packages unless told to.</summary>
public sealed class ContractTests
{
    private static readonly string[] Signatures =
    [
        "RB<ParameterResource> AddParameter(B builder, String name, ParameterDefault value, Boolean secret = False, Boolean persist = False)",
        "RB<PostgresServerResource> AddPostgres(B builder, String name, RB<ParameterResource> userName = null, RB<ParameterResource> password = null, Int32? port = null)",
        "RB<PostgresDatabaseResource> AddDatabase(RB<PostgresServerResource> builder, String name, String databaseName = null)",
        "RB<PostgresServerResource> WithDataVolume(RB<PostgresServerResource> builder, String name = null, Boolean isReadOnly = False)",
        "RB<RabbitMQServerResource> AddRabbitMQ(B builder, String name, RB<ParameterResource> userName = null, RB<ParameterResource> password = null, Int32? port = null)",
        "RB<RabbitMQServerResource> WithManagementPlugin(RB<RabbitMQServerResource> builder)",
        "RB<RabbitMQServerResource> WithDataVolume(RB<RabbitMQServerResource> builder, String name = null, Boolean isReadOnly = False)",
        "RB<ProjectResource> AddProject(B builder, String name, String projectPath, String launchProfileName)",
        "RB<ProjectResource> WithReplicas(RB<ProjectResource> builder, Int32 replicas)",
        "RB<T> WithEnvironment(RB<T> builder, String name, String value)",
        "RB<T> WithEnvironment(RB<T> builder, String name, ExpressionInterpolatedStringHandler& value)",
        "RB<T> WithEnvironment(RB<T> builder, String name, EndpointReference endpointReference)",
        "RB<T> WithEnvironment(RB<T> builder, String name, RB<ParameterResource> parameter)",
        "EndpointReference GetEndpoint(RB<T> builder, String name)",
        "RB<TDestination> WithReference(RB<TDestination> builder, RB<IResourceWithConnectionString> source, String connectionName = null, Boolean optional = False)",
        "RB<TDestination> WithReference(RB<TDestination> builder, RB<IResourceWithServiceDiscovery> source)",
        "RB<T> WithHttpEndpoint(RB<T> builder, Int32? port = null, Int32? targetPort = null, String name = null, String env = null, Boolean? isProxied = null)",
        "RB<T> WithExternalHttpEndpoints(RB<T> builder)",
        "RB<T> WithHttpHealthCheck(RB<T> builder, String path = null, Int32? statusCode = null, String endpointName = null)",
        "RB<T> WaitFor(RB<T> builder, RB<IResource> dependency)",
        "RB<T> WaitForStart(RB<T> builder, RB<IResource> dependency)",
        "RB<T> WaitForCompletion(RB<T> builder, RB<IResource> dependency, Int32 exitCode = 0)",
    ];

    [Fact]
    public void Every_call_has_the_signature_it_has_in_Aspire()
    {
        var offered = typeof(DistributedApplication).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "Aspire.Hosting")
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => method.IsDefined(typeof(ExtensionAttribute)))
            .Select(method => $"{Name(method.ReturnType)} {method.Name}({string.Join(", ", method.GetParameters().Select(Parameter))})");

        offered.ShouldBe(Signatures, ignoreOrder: true);
    }

    /// <summary>What Program.cs reads from Aspire's objects beside the calls above.</summary>
    private static readonly string[] Members =
    [
        "DistributedApplication: IDistributedApplicationBuilder CreateBuilder(String[])", "DistributedApplication: Void Run()",
        "IDistributedApplicationBuilder: ConfigurationManager Configuration", "IDistributedApplicationBuilder: String AppHostDirectory", "IDistributedApplicationBuilder: DistributedApplication Build()",
        "IResourceBuilder`1: IDistributedApplicationBuilder ApplicationBuilder", "IResourceBuilder`1: T Resource", "IResource: String Name",
        "PostgresServerResource: EndpointReferenceExpression Host", "PostgresServerResource: EndpointReferenceExpression Port",
        "GenerateParameterDefault: Int32 MinLength", "GenerateParameterDefault: Boolean Special",
    ];

    [Fact]
    public void What_the_topology_reads_has_the_names_and_types_it_has_in_Aspire()
    {
        var offered = typeof(DistributedApplication).Assembly.GetExportedTypes().Where(type => type.Namespace is "Aspire.Hosting" or "Aspire.Hosting.ApplicationModel")
            .SelectMany(type => type.GetProperties().Select(property => $"{type.Name}: {property.PropertyType.Name} {property.Name}")
                .Concat(type.GetMethods().Where(method => !method.IsSpecialName).Select(method => $"{type.Name}: {method.ReturnType.Name} {method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})")));
        Members.ShouldBeSubsetOf(offered);

        var source = File.ReadAllText(Path.Combine(SharedData.Repository, "AppHost", "Program.cs"));
        var read = Regex.Matches(source, @"(?:builder|postgres|Resource|service)\.(?<name>[A-Z]\w*)(?![\w(])").Select(match => match.Groups["name"].Value).Distinct();
        read.ShouldBeSubsetOf(Members.Select(member => member.Split(' ').Last()));
    }

    [Fact]
    public void A_plain_restore_never_asks_for_Aspire()
    {
        var folder = Path.Combine(SharedData.Repository, "AppHost");
        var project = XDocument.Load(Path.Combine(folder, "AppHost.csproj"));
        var asking = project.Descendants().Where(element => element.Attributes().Any(attribute => attribute.Name != "Condition" && attribute.Value.StartsWith("Aspire.", StringComparison.Ordinal))).ToList();

        asking.Count.ShouldBe(8);
        asking.ShouldAllBe(element => element.AncestorsAndSelf().Any(above => (string?)above.Attribute("Condition") == "'$(Orchestrator)' == 'Aspire'"));
        File.ReadAllText(Path.Combine(folder, "packages.lock.json")).ShouldNotContain("Aspire");
    }

    private static string Parameter(ParameterInfo parameter) =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}";

    private static string Name(Type type) => type switch
    {
        { Name: "IResourceBuilder`1" } => $"RB<{Name(type.GetGenericArguments()[0])}>",
        { Name: "Nullable`1" } => $"{type.GetGenericArguments()[0].Name}?",
        { Name: nameof(IDistributedApplicationBuilder) } => "B",
        _ => type.Name,
    };
}
