using CareerPlatform.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>Services that are there before their servers are: they wait, say so, and go on by themselves.</summary>
public sealed class LateServersTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_service_that_starts_before_PostgreSQL_works_as_soon_as_it_is_there()
    {
        await using var hosts = await Hosts.Create();
        var owner = await Log.Migrated();
        var server = new NpgsqlConnectionStringBuilder(owner);
        await using var late = new Forwarder(server.Host!, server.Port);
        (server.Host, server.Port) = ("127.0.0.1", late.Port);

        var walks = await hosts.Walks(builder => builder.Configuration["ConnectionStrings:walksdb"] = server.ConnectionString, owner);
        await Wait.Until(async () => await Health(walks, "database") == HealthStatus.Unhealthy, Long);
        await Should.ThrowAsync<NpgsqlException>(() => walks.AppendOneEach(1));

        late.Open();
        await Wait.Until(async () => await Health(walks, "database") == HealthStatus.Healthy, Long);
        await walks.AppendOneEach(3);
        var watch = await hosts.Watch();
        await Wait.Until(async () => (await watch.Numbers()).Count == 3, Long);
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([3L]), Long);
    }

    [Fact]
    public async Task The_migration_step_waits_for_PostgreSQL()
    {
        var server = new NpgsqlConnectionStringBuilder(await TestServers.NewDatabase("late"));
        await using var late = new Forwarder(server.Host!, server.Port);
        (server.Host, server.Port) = ("127.0.0.1", late.Port);

        var migration = Migrations.Apply(server.ConnectionString, typeof(Migrations).Assembly, Log.Role, Log.Password);
        migration.IsCompleted.ShouldBeFalse();
        late.Open();

        await migration.WaitAsync(Long);
    }

    [Fact]
    public async Task Services_that_start_before_the_broker_speak_over_it_as_soon_as_it_is_there()
    {
        await using var hosts = await Hosts.Create();
        var broker = new UriBuilder(hosts.Broker);
        await using var late = new Forwarder(broker.Host, broker.Port);
        broker.Port = late.Port;
        var walks = await hosts.Walks(builder => builder.Configuration["ConnectionStrings:messaging"] = broker.Uri.AbsoluteUri);
        hosts.HttpWorks = false;   // what is heard comes over the broker
        var watch = await hosts.Watch(builder => builder.Configuration["ConnectionStrings:messaging"] = broker.Uri.AbsoluteUri);

        await walks.AppendOneEach(3);
        await Wait.Until(async () => (await walks.Ask<long>("select count(*) from feed")).SequenceEqual([3L]), Long);
        await Wait.Until(async () => await Health(walks, "bus") == HealthStatus.Degraded, Long);
        (await watch.Numbers()).ShouldBeEmpty();

        late.Open();
        await Wait.Until(async () => (await watch.Numbers()).Count == 3, Long);
        await Wait.Until(() => watch.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, Long);
        await Wait.Until(async () => (await walks.Ask<long>("select pos from relay_cursor")).SequenceEqual([3L]), Long);
    }

    private static async Task<HealthStatus> Health(Host host, string name) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == name)).Status;
}
