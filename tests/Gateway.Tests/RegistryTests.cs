using System.Text.Json.Nodes;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.Gateway.Tests;

/// <summary>The gateway's registry against what every service says of itself: nothing missing, nothing stale, nothing internal.</summary>
public sealed class RegistryTests
{
    [Fact]
    public async Task The_registry_and_the_services_own_documents_agree()
    {
        var documents = await Documents();
        documents.Keys.Order().ShouldBe(Routes.Apis.Order());

        var operations = documents.SelectMany(document => document.Value["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Select(operation => (Service: document.Key, Path: path.Key, Method: operation.Key.ToUpperInvariant())))).ToList();
        operations.Count.ShouldBeGreaterThan(40);
        operations.Where(operation => operation.Path.StartsWith("/internal", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

        var missing = operations.Where(operation => Routes.Of(operation.Path, operation.Method)?.Service != operation.Service).Select(operation => $"{operation.Service}: {operation.Method} {operation.Path}").ToList();
        var used = operations.Select(operation => (Routes.Of(operation.Path, operation.Method)?.Path, operation.Method)).ToHashSet();
        var stale = Routes.All.Where(route => route.Service != Routes.Portal).SelectMany(route => route.MethodList.Select(method => (route.Path, method))).Where(entry => !used.Contains(entry)).Select(entry => $"{entry.method} {entry.Path}").ToList();

        missing.ShouldBeEmpty("the gateway does not route what a service offers: gateway/Routes.cs");
        stale.ShouldBeEmpty("the gateway routes what no service offers: gateway/Routes.cs");
    }

    [Fact]
    public async Task Every_document_says_what_goes_in_and_out_who_may_and_which_writes_need_a_key()
    {
        foreach (var (service, document) in await Documents())
        {
            var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (Name: $"{service}: {operation.Key} {path.Key}", Method: operation.Key, Operation: operation.Value!))).ToList();
            operations.ShouldContain(operation => operation.Operation["responses"]!["200"] != null && Schema(operation.Operation["responses"]!["200"]) != null, service);
            document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.GetValue<string>().ShouldBe("bearer", service);
            operations.ShouldContain(operation => NeedsToken(operation.Operation), service);

            var keyed = operations.Where(operation => Headers(operation.Operation).Contains("Idempotency-Key")).ToList();
            keyed.ShouldAllBe(operation => operation.Method == "post" || operation.Method == "put");
            operations.ShouldContain(operation => Schema(operation.Operation["requestBody"]) != null, service);
            if (service is "identity" or "targets") continue;   // their writes name what they make, or are safe to repeat
            keyed.ShouldContain(operation => Schema(operation.Operation["requestBody"]) != null, service);
        }

        var about = (await Documents())["enrolment"];
        string[] Body(string path) => [.. about["components"]!["schemas"]![Schema(about["paths"]![path]!["post"]!["requestBody"])!["$ref"]!.GetValue<string>().Split('/')[^1]]!["properties"]!.AsObject().Select(property => property.Key)];
        Body("/v1/contacts").ShouldContain("leadId", "each use case has a body of its own");
        Body("/v1/programmes").ShouldContain("seats");
        var enrolment = about["paths"]!;
        Headers(enrolment["/v1/contacts"]!["post"]!).ShouldBe(["Idempotency-Key"]);
        Headers(enrolment["/v1/feed"]!["get"]!).ShouldBeEmpty();
        var identity = (await Documents())["identity"]["paths"]!;
        NeedsToken(identity["/connect/token"]!["post"]!).ShouldBeFalse("a client has no token yet");
        NeedsToken(identity["/session/token"]!["post"]!).ShouldBeFalse("a browser's session is no token");
    }

    [Fact]
    public void Every_file_goes_through_an_entry_that_takes_files()
    {
        foreach (var path in new[] { "/v1/areas/imports", "/v1/areas/official-lists/2025-07", "/v1/schools/imports", "/v1/rosters/imports", "/v1/graduations/imports" })
        {
            Routes.Of(path, "POST")!.Rate.ShouldBe(Rate.Upload);
        }
        Routes.Of("/v1/rounds/1/file", "PUT")!.Body.ShouldBeGreaterThan(100_000_000);
        Routes.Of("/v1/rounds/1/places", "PUT")!.Rate.ShouldBe(Rate.Standard);
    }

    private static JsonNode? Schema(JsonNode? body) => body?["content"]?.AsObject().FirstOrDefault().Value?["schema"];

    private static bool NeedsToken(JsonNode operation) => operation["security"]?.AsArray().Any(needed => needed!["bearer"] is not null) == true;

    private static IEnumerable<string> Headers(JsonNode operation) => (operation["parameters"]?.AsArray() ?? [])
        .Where(parameter => parameter!["in"]!.GetValue<string>() == "header" && parameter["required"]?.GetValue<bool>() == true).Select(parameter => parameter!["name"]!.GetValue<string>());

    private static async Task<Dictionary<string, JsonNode>> Documents() => new()
    {
        ["identity"] = await Document<TokenWriter>(),
        ["schools"] = await Document<ShowRounds.Shown>(),
        ["enrolment"] = await Document<GrantLeads>(),
        ["destinations"] = await Document<Standings>(),
        ["targets"] = await Document<PlanRegistry>(),
    };

    /// <summary>What the service itself says at `/openapi/v1.json`; it needs neither its database nor the broker for that.</summary>
    internal static async Task<JsonNode> Document<TEntry>() where TEntry : class
    {
        await using var service = new Quiet<TEntry>();
        using var client = service.CreateClient();
        return JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;
    }

    private sealed class Quiet<TEntry> : WebApplicationFactory<TEntry> where TEntry : class
    {
        protected override IHost CreateHost(IHostBuilder builder)
        {
            const string key = "bm90IGEgcmVhbCBrZXksIG9ubHkgZm9yIGEgZG9jICE=";
            var settings = new Dictionary<string, string?>
            {
                ["Messaging:Off"] = "true",
                ["Identity:Issuer"] = "http://platform.test",
                ["Identity:KeyEncryptionKey"] = key,
                ["Contact:SealKey"] = key,
                ["Feed:CursorKey"] = key,
                ["ServiceClient:Secret"] = "own-secret-for-tests-0123456789-0123456789",
                ["Logging:LogLevel:Default"] = "None",
            };
            foreach (var name in Routes.Services) settings[$"ConnectionStrings:{name}db"] = "Host=127.0.0.1;Port=9;Username=nobody;Password=none;Database=none";
            builder.ConfigureHostConfiguration(configuration => configuration.AddInMemoryCollection(settings));
            return base.CreateHost(builder);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseEnvironment("Development");
    }
}
