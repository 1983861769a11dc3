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
        var documents = new Dictionary<string, JsonNode>
        {
            ["identity"] = await Document<TokenWriter>(),
            ["schools"] = await Document<ShowRounds.Shown>(),
            ["enrolment"] = await Document<GrantLeads>(),
            ["destinations"] = await Document<Standings>(),
            ["targets"] = await Document<PlanRegistry>(),
        };
        documents.Keys.Order().ShouldBe(Routes.Services.Order());

        var operations = documents.SelectMany(document => document.Value["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Select(operation => (Service: document.Key, Path: path.Key, Method: operation.Key.ToUpperInvariant())))).ToList();
        operations.Count.ShouldBeGreaterThan(40);
        operations.Where(operation => operation.Path.StartsWith("/internal", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

        var missing = operations.Where(operation => Routes.Of(operation.Path, operation.Method)?.Service != operation.Service).Select(operation => $"{operation.Service}: {operation.Method} {operation.Path}").ToList();
        var used = operations.Select(operation => (Routes.Of(operation.Path, operation.Method)?.Path, operation.Method)).ToHashSet();
        var stale = Routes.All.SelectMany(route => route.MethodList.Select(method => (route.Path, method))).Where(entry => !used.Contains(entry)).Select(entry => $"{entry.method} {entry.Path}").ToList();

        missing.ShouldBeEmpty("the gateway does not route what a service offers: gateway/Routes.cs");
        stale.ShouldBeEmpty("the gateway routes what no service offers: gateway/Routes.cs");
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

    /// <summary>What the service itself says at `/openapi/v1.json`; it needs neither its database nor the broker for that.</summary>
    private static async Task<JsonNode> Document<TEntry>() where TEntry : class
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
