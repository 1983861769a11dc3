using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.Journeys.Tests;

/// <summary>The environment that `deploy/systemd` gives the processes, in Production, on servers of their own.</summary>
public sealed class DeployedTests
{
    private static readonly string[] Services = ["Identity", "Schools", "Enrolment", "Destinations", "Targets"];

    [Fact]
    public async Task Secrets_and_environment_files_of_deploy_are_enough_for_every_process_in_Production()
    {
        var folder = PrivateServers.NewFolder();
        var (secrets, etc) = (Path.Combine(folder, "secrets.env"), Path.Combine(folder, "etc"));
        await Run([Path.Combine(SharedData.Repository, "deploy", "secrets"), secrets], []);
        await File.AppendAllTextAsync(secrets, "PUBLIC_URL=https://careerplatform.example\n");
        await Run([Path.Combine(SharedData.Repository, "deploy", "systemd", "configure"), secrets, etc], []);
        await using var server = await PrivateServers.StartPostgres("deployed");
        await using (var superuser = NpgsqlDataSource.Create($"{server.ConnectionString};Database=postgres;Pooling=false"))
        await using (var role = superuser.CreateCommand($"create role careerplatform login createdb createrole password '{Settings(secrets)["POSTGRES_PASSWORD"]}'")) await role.ExecuteNonQueryAsync();
        var broker = await BrokerFor("careerplatform", Settings(secrets)["MESSAGING_PASSWORD"]);
        var (certificate, key) = Certificate(folder);
        var ports = new Ports();
        var numbers = Enumerable.Range(5100, 6).ToDictionary(number => $":{number}", number => $":{ports.Take($"{number}")}");
        var https = ports.Take("https");

        foreach (var service in Services) await Run(Program(service), Environment($"{service.ToLowerInvariant()}migration"));
        var output = new ConcurrentQueue<string>();
        var processes = Services.Append("Gateway").Select(name => OwnProcess.Start(Program(name), Program(name)[1], Environment(name.ToLowerInvariant()), folder, output.Enqueue)).ToList();
        try
        {
            using var http = new HttpClient();
            foreach (var number in numbers.Values)
            {
                await Wait.Until(async () => processes.Any(process => process.Exited.IsCompleted) || await Healthy(http, $"http://127.0.0.1{number}/health"), TimeSpan.FromMinutes(2));
                processes.ShouldAllBe(process => !process.Exited.IsCompleted, string.Join('\n', output.TakeLast(40)));
            }

            (await http.GetAsync($"http://127.0.0.1{numbers[":5100"]}/.well-known/openid-configuration")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);    // plain http
            using var trusting = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
            (await trusting.GetStringAsync($"https://127.0.0.1:{https}/.well-known/openid-configuration")).ShouldContain("\"https://careerplatform.example");
        }
        finally
        {
            foreach (var process in processes) await process.Stop(15, TimeSpan.FromSeconds(30));
        }

        Dictionary<string, string?> Environment(string process) => Settings(Path.Combine(etc, "every.env")).Concat(Settings(Path.Combine(etc, $"{process}.env"))).ToDictionary(pair => pair.Key, pair => (string?)Here(pair.Key, pair.Value));

        // This machine's ports and broker instead of a machine's of its own; all else as it is written.
        string Here(string name, string value) => name switch
        {
            "ConnectionStrings__messaging" => broker,
            "Ledger__Folder" => Path.Combine(folder, "ledger"),
            "Journal__HeadsFolder" or "Journal__SigningKeyFile" => Path.Combine(folder, value["/var/lib/careerplatform/".Length..]),
            "Kestrel__Certificates__Default__Path" => certificate,
            "Kestrel__Certificates__Default__KeyPath" => key,
            _ => numbers.Aggregate(value, (text, number) => text.Replace(number.Key, number.Value, StringComparison.Ordinal)).Replace(":443", $":{https}", StringComparison.Ordinal).Replace("Port=5432", $"Port={server.Port}", StringComparison.Ordinal),
        };
    }

    /// <summary>A virtual host whose only user is this one, as the file of secrets says.</summary>
    private static async Task<string> BrokerFor(string user, string password)
    {
        var host = new UriBuilder(await TestServers.NewVirtualHost());
        using var management = new HttpClient { BaseAddress = new Uri(await TestServers.RabbitMqManagement()) };
        management.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{host.UserName}:{host.Password}")));
        (host.UserName, host.Password) = ($"{user}-{Guid.NewGuid():N}", password);
        (await management.PutAsJsonAsync($"/api/users/{host.UserName}", new { password, tags = "" })).EnsureSuccessStatusCode();
        (await management.PutAsJsonAsync($"/api/permissions{host.Path}/{host.UserName}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return host.Uri.AbsoluteUri;
    }

    private static string[] Program(string name) => ["dotnet", Outputs.Program(Path.Combine(SharedData.Repository, name == "Gateway" ? "gateway" : $"services/{name}", $"{name}.csproj"))];

    private static Dictionary<string, string> Settings(string file) =>
        File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    private static (string Certificate, string Key) Certificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=careerplatform.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var paths = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }

    private static async Task<bool> Healthy(HttpClient http, string url)
    {
        try
        {
            return (await http.GetAsync(url)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task Run(string[] command, Dictionary<string, string?> environment)
    {
        var output = new ConcurrentQueue<string>();
        (await OwnProcess.Start(command, command[^1], environment, "/tmp", output.Enqueue).Exited).ShouldBe(0, string.Join('\n', output.TakeLast(30)));
    }
}
