using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

// The diagram. It compiles unchanged against Aspire's hosting packages and against Native/ (see AppHost.csproj).
var builder = DistributedApplication.CreateBuilder(args);
var replicas = int.Parse(builder.Configuration["Replicas"] ?? "1", CultureInfo.InvariantCulture);
var port = int.Parse(builder.Configuration["Port"] ?? "8080", CultureInfo.InvariantCulture);
var environment = builder.Configuration["ASPNETCORE_ENVIRONMENT"] ?? "Development";
var local = builder.Configuration["Local"] ?? Path.GetFullPath("../.local", builder.AppHostDirectory);

var postgres = builder.AddPostgres("postgres", password: Secret("postgres-password")).WithDataVolume();
var messaging = builder.AddRabbitMQ("messaging", password: Secret("messaging-password")).WithManagementPlugin().WithDataVolume();

// Contacts travel sealed: only who collects them and who offers ways on can open them.
var contactKey = Key("contact-key");
var identityKey = Key("identity-key");

var (identity, identityRun) = Service("identity", "../services/Identity/Identity.csproj");
var (schools, _) = Service("schools", "../services/Schools/Schools.csproj");
var (enrolment, _) = Service("enrolment", "../services/Enrolment/Enrolment.csproj");
var (destinations, _) = Service("destinations", "../services/Destinations/Destinations.csproj");
var (targets, _) = Service("targets", "../services/Targets/Targets.csproj");
var portal = Project("portal", "../services/Portal/Portal.csproj")
    .WithHttpEndpoint(name: "http")
    .WithHttpHealthCheck("/health")
    .WithReplicas(replicas);
var gateway = Project("gateway", "../gateway/Gateway.csproj")
    .WithHttpEndpoint(port: port, name: "http")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

// Who asks whom: everybody checks tokens with identity, a consumer pulls gaps from its producers.
schools.WithReference(enrolment)
    .WithEnvironment("Contact__SealKey", $"{contactKey}=");
enrolment.WithReference(schools).WithReference(destinations)
    .WithEnvironment("Contact__SealKey", $"{contactKey}=")
    .WithEnvironment("Feed__CursorKey", $"{Key("feed-cursor-key")}=");
// Withdrawals outlive a restored backup: they are noted beside the databases too. So do the signed heads of the read journals.
foreach (var service in new[] { schools, enrolment })
{
    service.WithEnvironment("Ledger__Folder", Path.Combine(local, "ledger"))
        .WithEnvironment("Journal__HeadsFolder", Path.Combine(local, "journal"))
        .WithEnvironment("Journal__SigningKeyFile", Path.Combine(local, "journal", "signing-key.pem"));
}
destinations.WithReference(schools).WithReference(enrolment);
targets.WithReference(schools).WithReference(enrolment).WithReference(destinations);
portal.WithReference(schools).WithReference(enrolment).WithReference(destinations).WithReference(targets);
foreach (var service in new[] { schools, enrolment, destinations, targets, portal, gateway }) service.WithReference(identity);
foreach (var service in new[] { identity, schools, enrolment, destinations, targets, portal })
    gateway.WithReference(service).WaitFor(service);

// The portal asks only as the person who is signed in. Each service is a client of identity, with a secret of its own.
foreach (var service in new[] { identity, schools, enrolment, destinations, targets, gateway })
{
    var secret = Secret($"{service.Resource.Name}-client-secret");
    service.WithEnvironment("ServiceClient__Secret", secret);
    identity.WithEnvironment($"ServiceClients__{service.Resource.Name}__Secret", secret);
}

foreach (var run in new[] { identity, identityRun })
{
    run.WithEnvironment("Identity__KeyEncryptionKey", $"{identityKey}=")
        .WithEnvironment("Identity__Issuer", gateway.GetEndpoint("http"));
}

if (environment == "Development")
{
    identity.WithEnvironment("Identity__DemoUsersFile", Path.Combine(local, "demo-users.json"));
    portal.WithEnvironment("Map__Folder", Path.Combine(local, "map"));   // the demo province's borders
    enrolment.WithEnvironment("Webhooks__AllowLoopback", "true");   // a receiver on this machine can be tried
    // What would go to families' phones is written down, and shown where they sign in.
    foreach (var service in new[] { schools, portal }) service.WithEnvironment("Messages__File", Path.Combine(local, "messages.txt"));
}

builder.Build().Run();

// A service owns a database: its owner migrates it in a run of its own, then the service enters with a role that owns nothing.
(IResourceBuilder<ProjectResource> Service, IResourceBuilder<ProjectResource> Migration) Service(string name, string path)
{
    var database = postgres.AddDatabase($"{name}db");
    var rolePassword = Secret($"{name}-role-password");
    var migration = Project($"{name}migration", path)
        .WithEnvironment("Migrations__Run", "only")
        .WithEnvironment("Database__AppPassword", rolePassword)
        .WithReference(database)
        .WaitFor(database);
    var service = Project(name, path)
        .WithHttpEndpoint(name: "http")
        .WithHttpHealthCheck("/health")
        .WithReplicas(replicas)
        .WithEnvironment(
            $"ConnectionStrings__{name}db",
            $"Host={postgres.Resource.Host};Port={postgres.Resource.Port};Database={name}db;Username={name}_app;Password={rolePassword}")
        .WithReference(messaging)
        .WaitFor(messaging)
        .WaitForCompletion(migration);
    return (service, migration);
}

IResourceBuilder<ProjectResource> Project(string name, string path) =>
    builder.AddProject(name, path, launchProfileName: null).WithEnvironment("ASPNETCORE_ENVIRONMENT", environment);

IResourceBuilder<ParameterResource> Secret(string name, int length = 32) =>
    builder.AddParameter(name, new GenerateParameterDefault { MinLength = length, Special = false }, secret: true, persist: true);

// 43 letters and a `=` are base64 of 32 bytes.
IResourceBuilder<ParameterResource> Key(string name) => Secret(name, length: 43);
