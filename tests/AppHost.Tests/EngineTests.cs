using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CareerPlatform.AppHost.Native;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CareerPlatform.AppHost.Tests;

public sealed class EngineTests : IAsyncLifetime
{
    private static readonly string Sample = Path.Combine(SharedData.Repository, "tests", "SampleHost", "SampleHost.csproj");
    private static readonly Pace Quick = new()
    {
        UntilReady = TimeSpan.FromMilliseconds(50),
        Healthy = TimeSpan.FromMilliseconds(100),
        Unhealthy = TimeSpan.FromMilliseconds(50),
        FirstRestart = TimeSpan.FromMilliseconds(100),
    };

    private readonly string folder = PrivateServers.NewFolder();
    private readonly IDistributedApplicationBuilder builder;
    private readonly ConcurrentQueue<(string Name, string State, string? Health, string? Detail)> history = new();
    private Engine? engine;

    public EngineTests() => builder = DistributedApplication.CreateBuilder(["--local", Path.Combine(folder, "local")]);

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.Stop();
            engine.Dispose();
        }
    }

    [Fact]
    public async Task A_resource_starts_when_what_it_waits_for_is_healthy_and_the_run_before_it_has_ended_well()
    {
        var health = Path.Combine(folder, "healthy");
        var migration = Add("migration").WithEnvironment("Migrations__Run", "only");
        var ledger = Service("ledger").WithEnvironment("Sample__HealthFile", health).WaitForCompletion(migration);
        Service("gateway").WithReference(ledger).WaitFor(ledger);
        Run(Quick);

        await Wait.Until(() => Of("ledger").State == "Running");
        Of("gateway").State.ShouldBe("Waiting");
        Of("migration").State.ShouldBe("Finished");

        await File.WriteAllTextAsync(health, "");
        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));
        var order = history.Select(step => $"{step.Name} {step.State} {step.Health}".TrimEnd()).ToList();
        order.IndexOf("migration Finished").ShouldBeLessThan(order.IndexOf("ledger Starting"));
        order.IndexOf("ledger Running Healthy").ShouldBeLessThan(order.IndexOf("gateway Starting"));
    }

    [Fact]
    public async Task Health_lost_and_found_again_is_noticed_while_the_process_goes_on()
    {
        var health = Path.Combine(folder, "healthy");
        await File.WriteAllTextAsync(health, "");
        Service("ledger").WithEnvironment("Sample__HealthFile", health);
        Run(Quick);
        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));
        var process = Of("ledger").Process!.Mark;

        File.Delete(health);
        await Wait.Until(() => Of("ledger").Health == "Unhealthy");
        await File.WriteAllTextAsync(health, "");
        await Wait.Until(() => Of("ledger").Health == "Healthy");

        Of("ledger").Process!.Mark.ShouldBe(process);
        Of("ledger").Restarts.ShouldBe(0);
    }

    [Fact]
    public async Task A_killed_service_runs_again_in_another_process_on_the_same_port()
    {
        Service("ledger");
        Run(Quick);
        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));
        var (before, url) = (Of("ledger").Process!.Mark, Of("ledger").Urls.Single());

        Signals.Kill(before.Pid);

        await Wait.Until(() => Of("ledger") is { Restarts: 1, Health: "Healthy" });
        Of("ledger").Process!.Mark.ShouldNotBe(before);
        Of("ledger").Urls.Single().ShouldBe(url);
    }

    [Fact]
    public async Task A_service_that_crashes_again_and_again_rests_longer_each_time()
    {
        Service("ledger").WithEnvironment("Sample__Crashes", "yes");
        Run(Quick);

        await Wait.Until(() => history.Count(step => step.State == "Exited") >= 3);

        history.Where(step => step.State == "Exited").Take(3).Select(step => step.Detail)
            .ShouldBe(["ended with 14; restarting in 0.1 s", "ended with 14; restarting in 0.2 s", "ended with 14; restarting in 0.4 s"]);
    }

    [Fact]
    public async Task A_service_that_crashes_once_is_simply_started_again()
    {
        Service("ledger").WithEnvironment("Sample__CrashesOnce", Path.Combine(folder, "crashed"));
        Run(Quick);

        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));

        Of("ledger").Restarts.ShouldBe(1);
    }

    [Fact]
    public async Task A_migration_that_fails_fails_whoever_waits_for_it()
    {
        var migration = Add("migration").WithEnvironment("Migrations__Run", "only").WithEnvironment("Sample__ExitCode", "3");
        var ledger = Service("ledger").WaitForCompletion(migration);
        Service("gateway").WaitFor(ledger);
        Run(Quick);

        await engine!.Failed.WaitAsync(TimeSpan.FromSeconds(30));
        await Wait.Until(() => Of("gateway").State == "FailedToStart");

        Of("ledger").Detail.ShouldBe("migration ended with 3");
        history.ShouldNotContain(step => step.Name != "migration" && step.State == "Running");
    }

    [Fact]
    public async Task A_run_that_was_to_end_with_another_code_than_zero_has_ended_well()
    {
        var migration = Add("migration").WithEnvironment("Migrations__Run", "only").WithEnvironment("Sample__ExitCode", "3");
        Service("ledger").WaitForCompletion(migration, exitCode: 3);
        Run(Quick);

        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));

        Of("migration").State.ShouldBe("Finished");
        engine.Failed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task What_falls_ill_while_another_is_waited_for_is_waited_for_again()
    {
        var (first, second) = (Path.Combine(folder, "first"), Path.Combine(folder, "second"));
        await File.WriteAllTextAsync(first, "");
        var ledger = Service("ledger").WithEnvironment("Sample__HealthFile", first);
        var archive = Service("archive").WithEnvironment("Sample__HealthFile", second);
        Service("gateway").WaitFor(ledger).WaitFor(archive);
        Run(Quick);
        await Wait.Until(() => Of("ledger").Health == "Healthy");

        File.Delete(first);
        await Wait.Until(() => Of("ledger").Health == "Unhealthy");
        await File.WriteAllTextAsync(second, "");
        await Wait.Until(() => Of("archive").Health == "Healthy");
        await Of("archive").Ready;
        await File.WriteAllTextAsync(first, "");
        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));

        var order = history.Select(step => $"{step.Name} {step.State} {step.Health}".TrimEnd()).ToList();
        order.IndexOf("gateway Starting").ShouldBeGreaterThan(order.LastIndexOf("ledger Running Healthy"));
    }

    [Fact]
    public async Task Whoever_is_waited_for_long_says_why()
    {
        Service("ledger").WithEnvironment("Sample__HealthFile", Path.Combine(folder, "never"));
        Run(Quick with { Patience = TimeSpan.FromMilliseconds(200) });

        await Wait.Until(() => history.Any(step => step is { Name: "ledger", State: "Running", Detail: "/health answers 503" }));

        Of("ledger").Health.ShouldBeNull();
    }

    [Fact]
    public void A_service_has_the_time_it_gives_itself_before_the_host_kills_it()
    {
        var service = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" }).AddServiceDefaults("ledger");
        using var provider = service.Services.BuildServiceProvider();

        new Pace().Stop.ShouldBeGreaterThan(provider.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public async Task Stopping_goes_in_reverse_order_and_leaves_no_process()
    {
        var ledger = Service("ledger");
        ledger.WithReplicas(2);
        Service("gateway").WaitFor(ledger);
        Run(Quick);
        await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));
        var processes = engine.Instances.Select(instance => instance.Process!.Mark).ToList();
        processes.Count.ShouldBe(3);

        await engine.Stop();

        history.Where(step => step.State == "Stopped").Select(step => step.Name).First().ShouldBe("gateway");
        processes.ShouldAllBe(process => !process.IsAlive);
    }

    [Fact]
    public void Resources_that_wait_for_each_other_are_refused()
    {
        var ledger = Service("ledger");
        var gateway = Service("gateway").WaitFor(ledger);
        ledger.WaitFor(gateway);

        Should.Throw<InvalidOperationException>(() => Run(Quick)).Message.ShouldContain("waits for itself");
    }

    [Fact]
    public async Task A_process_gets_what_Aspire_would_set_and_nothing_of_the_hosts_own()
    {
        System.Environment.SetEnvironmentVariable("ConnectionStrings__postgres", "the host's own");
        try
        {
            var ledger = Service("ledger");
            Service("gateway").WithReference(ledger).WithReplicas(2);
            Run(Quick);
            await engine!.Ready().WaitAsync(TimeSpan.FromSeconds(30));

            using var http = new HttpClient();
            var second = engine.Instances.Single(instance => instance.Name == "gateway-2");
            var variables = await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<Dictionary<string, string>>(http, second.Urls.Single() + "/environment");

            variables!["ASPNETCORE_URLS"].ShouldBe(second.Urls.Single());
            variables["ASPNETCORE_ENVIRONMENT"].ShouldBe("Development");
            variables["services__ledger__http__0"].ShouldBe(Of("ledger").Urls.Single());
            variables["LEDGER_HTTP"].ShouldBe(Of("ledger").Urls.Single());
            variables["OTEL_SERVICE_NAME"].ShouldBe("gateway");
            variables["OTEL_RESOURCE_ATTRIBUTES"].ShouldBe("service.instance.id=gateway-2");
            variables.ShouldNotContainKey("ConnectionStrings__postgres");
        }
        finally
        {
            System.Environment.SetEnvironmentVariable("ConnectionStrings__postgres", null);
        }
    }

    private IResourceBuilder<ProjectResource> Add(string name) => builder.AddProject(name, Sample, launchProfileName: null);

    private IResourceBuilder<ProjectResource> Service(string name) => Add(name).WithHttpEndpoint(name: "http").WithHttpHealthCheck("/health");

    private void Run(Pace pace)
    {
        var native = (NativeBuilder)builder;
        engine = new Engine(native.Resources, native.Local, pace) { Changed = (instance, _) => history.Enqueue((instance.Name, instance.State, instance.Health, instance.Detail)) };
        engine.Start();
    }

    private Instance Of(string name) => engine!.Instances.Single(instance => instance.Name == name);
}
