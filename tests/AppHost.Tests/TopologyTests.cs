using System.Reflection;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.AppHost.Tests;

public sealed class TopologyTests
{
    private static readonly string[] Services = ["identity", "schools", "enrolment", "destinations", "targets"];

    /// <summary>The calls of Aspire's hosting API that may be made, from the contract with it.</summary>
    private static readonly string[] Contract =
    [
        "CreateBuilder", "Build", "Run", "AddPostgres", "AddDatabase", "AddRabbitMQ", "WithManagementPlugin", "WithDataVolume", "AddProject", "WithReference", "WaitFor", "WaitForStart",
        "WaitForCompletion", "WithHttpHealthCheck", "WithExternalHttpEndpoints", "WithHttpEndpoint", "WithEnvironment", "WithReplicas", "AddConnectionString", "AddParameter", "GetEndpoint",
    ];

    [Fact]
    public void Services_wait_for_their_migration_and_the_broker_and_the_gateway_for_all_of_them()
    {
        using var topology = Topology.Of();

        foreach (var service in Services)
        {
            topology[service].Waits.ShouldContain(new WaitOn(topology["messaging"], WaitFor.Healthy));
            topology[service].Waits.ShouldContain(new WaitOn(topology[$"{service}migration"], WaitFor.Completed));
            topology[$"{service}migration"].Waits.ShouldContain(new WaitOn(topology[$"{service}db"], WaitFor.Healthy));
            topology["gateway"].Waits.ShouldContain(new WaitOn(topology[service], WaitFor.Healthy));
            topology[service].HealthCheck.ShouldBe(new HealthCheck("/health", 200, "http"));
        }
    }

    [Fact]
    public async Task The_portal_has_no_database_no_secret_and_no_broker_and_the_gateway_waits_for_it()
    {
        using var topology = Topology.Of();

        var own = await topology.EnvironmentOf("portal");
        own.Keys.ShouldNotContain(key => key.Contains("Secret") || key.Contains("Key") || key.StartsWith("ConnectionStrings", StringComparison.Ordinal));
        foreach (var service in Services) own.Keys.ShouldContain($"services__{service}__http__0");
        topology["gateway"].Waits.ShouldContain(new WaitOn(topology["portal"], WaitFor.Healthy));
        topology["portal"].HealthCheck.ShouldBe(new HealthCheck("/health", 200, "http"));
    }

    [Fact]
    public async Task A_service_enters_its_database_with_a_role_that_owns_nothing_and_only_the_migration_is_the_owner()
    {
        using var topology = Topology.Of();
        var superuser = new NpgsqlConnectionStringBuilder(await ((PostgresServerResource)topology["postgres"]).GetValueAsync()).Password!;

        foreach (var service in Services)
        {
            var own = await topology.EnvironmentOf(service);
            var migration = await topology.EnvironmentOf($"{service}migration");

            var connection = new NpgsqlConnectionStringBuilder(own[$"ConnectionStrings__{service}db"]);
            connection.Username.ShouldBe($"{service}_app");
            connection.Password.ShouldBe(migration["Database__AppPassword"]);
            connection.Database.ShouldBe($"{service}db");
            own.Values.ShouldNotContain(value => value != null && value.Contains(superuser));
            own.Keys.ShouldNotContain("Database__AppPassword");
            own.Keys.Where(key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).ShouldBe([$"ConnectionStrings__{service}db", "ConnectionStrings__messaging"], ignoreOrder: true);
            new NpgsqlConnectionStringBuilder(migration[$"ConnectionStrings__{service}db"]).Username.ShouldBe("postgres");
            migration["Migrations__Run"].ShouldBe("only");
        }

        (await topology.EnvironmentOf("gateway")).Keys.ShouldNotContain(key => key.EndsWith("db", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_Schools_and_Enrolment_can_open_sealed_contacts()
    {
        using var topology = Topology.Of();
        var having = new List<string>();
        foreach (var resource in topology.Resources.OfType<ProjectResource>())
            if ((await topology.EnvironmentOf(resource.Name)).TryGetValue("Contact__SealKey", out var key))
            {
                having.Add(resource.Name);
                Convert.FromBase64String(key!).Length.ShouldBe(32);
            }

        having.ShouldBe(["schools", "enrolment"]);
    }

    [Fact]
    public async Task Every_service_has_a_secret_of_its_own_and_identity_knows_them_all()
    {
        using var topology = Topology.Of();
        var identity = await topology.EnvironmentOf("identity");
        var secrets = new List<string?>();
        foreach (var service in Services.Append("gateway"))
        {
            var secret = (await topology.EnvironmentOf(service))["ServiceClient__Secret"];
            identity[$"ServiceClients__{service}__Secret"].ShouldBe(secret);
            secrets.Add(secret);
        }

        secrets.Distinct().Count().ShouldBe(6);
        identity["Identity__Issuer"].ShouldBe((await topology.EnvironmentOf("identitymigration"))["Identity__Issuer"]);
    }

    [Fact]
    public async Task Two_replicas_have_two_ports_and_whoever_asks_them_sees_both()
    {
        using var topology = Topology.Of("--replicas", "2");

        var schools = topology["schools"].Endpoint("http").Urls.ToList();
        schools.Distinct().Count().ShouldBe(2);
        var enrolment = await topology.EnvironmentOf("enrolment");
        enrolment["services__schools__http__0"].ShouldBe(schools[0]);
        enrolment["services__schools__http__1"].ShouldBe(schools[1]);
        enrolment["SCHOOLS_HTTP"].ShouldBe(schools[0]);
        ((ProjectResource)topology["schoolsmigration"]).Replicas.ShouldBe(1);
    }

    [Fact]
    public void Existing_servers_are_used_when_their_connection_strings_are_configured()
    {
        using var topology = Topology.Of("--ConnectionStrings:postgres=Host=db.example;Port=6543;Username=owner;Password=p", "--ConnectionStrings:messaging=amqp://u:p@mq.example:5679");

        topology["postgres"].Endpoint("tcp").Urls.ShouldBe(["tcp://db.example:6543"]);
        topology["messaging"].Endpoint("tcp").Urls.ShouldBe(["tcp://mq.example:5679"]);
    }

    [Fact]
    public async Task Existing_servers_reach_the_services_under_the_same_names()
    {
        using var topology = Topology.Of("--ConnectionStrings:postgres=Host=db.example;Port=6543;Username=owner;Password=p", "--ConnectionStrings:messaging=amqp://u:p@mq.example:5679");

        var schools = await topology.EnvironmentOf("schools");
        schools["ConnectionStrings__schoolsdb"].ShouldNotBeNull().ShouldStartWith("Host=db.example;Port=6543;Database=schoolsdb;Username=schools_app;");
        schools["ConnectionStrings__messaging"].ShouldBe("amqp://u:p@mq.example:5679");
        (await topology.EnvironmentOf("schoolsmigration"))["ConnectionStrings__schoolsdb"].ShouldBe("Host=db.example;Port=6543;Username=owner;Password=p;Database=schoolsdb");
    }

    [Fact]
    public void The_topology_makes_only_calls_that_Aspire_has_too()
    {
        var source = File.ReadAllText(Path.Combine(SharedData.Repository, "AppHost", "Program.cs"));
        var calls = Regex.Matches(source, @"\.(?<name>[A-Z]\w*)(<[^>]*>)?\(").Select(call => call.Groups["name"].Value).Distinct();

        calls.Except(["Parse", "GetFullPath", "Combine"]).ShouldBeSubsetOf(Contract);
        source.ShouldNotContain("CareerPlatform.AppHost.Native");
    }

    [Fact]
    public void The_native_host_offers_no_call_that_Aspire_lacks()
    {
        var offered = typeof(DistributedApplication).Assembly.GetExportedTypes().Where(type => type.Namespace == "Aspire.Hosting" && type is { IsAbstract: true, IsSealed: true })
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static)).Select(method => method.Name).Distinct();

        offered.ShouldBeSubsetOf(Contract);
    }
}
