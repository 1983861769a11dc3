using System.Collections;
using System.Runtime.CompilerServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

// One program in four parts, chosen as the host chooses them: by arguments and environment.
if (args is ["host", ..])
{
    var builder = DistributedApplication.CreateBuilder(args[1..]);
    var project = Path.Combine(Folder(), "SampleHost.csproj");
    var migration = builder.AddProject("ledgermigration", project, launchProfileName: null).WithEnvironment("Migrations__Run", "only");
    var secret = builder.AddParameter("ledger-secret", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);
    var ledger = builder.AddProject("ledger", project, launchProfileName: null)
        .WithHttpEndpoint(name: "http")
        .WithHttpHealthCheck("/health")
        .WithEnvironment("Ledger__Secret", secret)
        .WaitForCompletion(migration);
    var gateway = builder.AddProject("gateway", project, launchProfileName: null)
        .WithHttpEndpoint(port: 18080, name: "http")
        .WithHttpHealthCheck("/health")
        .WithReference(ledger)
        .WaitFor(ledger);
    if (builder.Configuration["Servers"] is not null)
    {
        var database = builder.AddPostgres("postgres").AddDatabase("schoolsdb");
        var messaging = builder.AddRabbitMQ("messaging").WithManagementPlugin();
        ledger.WithReference(database).WithReference(messaging).WaitFor(database).WaitFor(messaging);
    }

    builder.Build().Run();
    return Environment.ExitCode;
}

if (args is ["season", var verb, ..])
{
    if (args is [.., "--pupils", "0"]) await Task.Delay(Timeout.Infinite);
    Console.WriteLine($"season {verb} through {Environment.GetEnvironmentVariable("CAREERPLATFORM_GATEWAY")} {string.Join(' ', args[2..])}");
    return args.Contains("--seed") ? 7 : 0;
}

if (Environment.GetEnvironmentVariable("Migrations__Run") == "only") return int.Parse(Environment.GetEnvironmentVariable("Sample__ExitCode") ?? "0", null);

var app = WebApplication.CreateBuilder(args).Build();
var healthFile = app.Configuration["Sample:HealthFile"];
if (app.Configuration["Sample:CrashesOnce"] is { } once && !File.Exists(once))
{
    File.WriteAllText(once, "");
    return 13;
}

if (app.Configuration["Sample:Crashes"] is not null) return 14;
app.MapGet("/health", () => healthFile is null || File.Exists(healthFile) ? Results.Ok() : Results.StatusCode(503));
app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value));
app.MapPost("/crash", () => Environment.FailFast("asked to"));
app.Run();
return 0;

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
