using System.Collections.Concurrent;
using System.Text.Json;
using CareerPlatform.Testing;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>What the test wants to happen inside the reaction before it writes.</summary>
public sealed class Behaviour
{
    public Func<StepTaken, Heard, CancellationToken, Task>? When { get; set; }

    /// <summary>A statement that the reaction runs first, or null.</summary>
    public Func<StepTaken, string?>? Sql { get; set; }

    public ConcurrentDictionary<Guid, int> Calls { get; } = [];
}

/// <summary>Writes one row for each step heard; the row's number tells the order of the effects.</summary>
public sealed class NoteStepWhenStepTaken(Behaviour behaviour) : IReaction<StepTaken>
{
    public async Task When(StepTaken fact, Heard heard, Work work, CancellationToken ct)
    {
        behaviour.Calls.AddOrUpdate(heard.EventId, 1, (_, calls) => calls + 1);
        if (behaviour.When is { } act) await act(fact, heard, ct);
        if (behaviour.Sql?.Invoke(fact) is { } sql) await work.Execute(sql);
        await work.Execute("insert into seen (tenant_id, event_id, stream_id, version, number) values (@Tenant, @EventId, @StreamId, @StreamVersion, @Number)",
            new { heard.Tenant, heard.EventId, heard.StreamId, heard.StreamVersion, fact.Number });
    }
}

/// <summary>Services of a test: real PostgreSQL and RabbitMQ, HTTP between them in memory. They share one virtual host of the broker and nothing else.</summary>
internal sealed class Hosts : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TestServer> servers = [];
    private readonly List<Host> hosts = [];

    private Hosts(string broker) => Broker = broker;

    internal static MessagingTimes Times { get; } = new()
    {
        Soft = TimeSpan.FromSeconds(1),
        Hard = TimeSpan.FromSeconds(1),
        AwayPause = TimeSpan.FromMilliseconds(100),
        Reconcile = TimeSpan.FromSeconds(1),
        Idle = TimeSpan.FromSeconds(1),
        Overdue = TimeSpan.FromSeconds(10),
        Stuck = TimeSpan.FromSeconds(6),
    };

    internal string Broker { get; }

    /// <summary>False: no service answers the others' questions.</summary>
    internal bool HttpWorks { get; set; } = true;

    /// <summary>Holds back an answer that one service already gave to another; null: nobody does.</summary>
    internal Func<Uri, Task>? BeforeAnswer { get; set; }

    internal static async Task<Hosts> Create() => new(await TestServers.NewVirtualHost());

    internal Task<Host> Walks(Action<WebApplicationBuilder>? more = null, string? owner = null) => Start("walks", bus =>
    {
        bus.Publishes<StepTaken>();
        bus.Logs<StepHidden>();
    }, more, owner);

    internal Task<Host> Watch(Action<WebApplicationBuilder>? more = null, string? owner = null) =>
        Start("watch", bus => bus.Hears("walks").With<StepTaken, NoteStepWhenStepTaken>(), more, owner);

    /// <summary>A producer whose relay is off: the test publishes.</summary>
    internal Task<Host> WalksWithoutRelay(string? owner = null) =>
        Walks(builder => builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(Relay))), owner);

    /// <summary>A consumer that compares itself with the feed at its start only, or as often as is said: what it hears between comes from the bus.</summary>
    internal async Task<Host> WatchBusOnly(MessagingTimes? times = null, TimeSpan? reconcile = null)
    {
        HttpWorks = false;
        var watch = await Watch(builder => builder.Services.Replace(ServiceDescriptor.Singleton((times ?? Times) with { Reconcile = reconcile ?? TimeSpan.FromHours(1) })));
        HttpWorks = true;
        await Wait.Until(() => watch.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return watch;
    }

    internal static async Task<string> WatchDatabase()
    {
        var owner = await Log.Migrated();
        await using var connection = new NpgsqlConnection(owner);
        await connection.ExecuteAsync("create table seen (place bigint generated always as identity, tenant_id varchar not null, event_id uuid not null, stream_id uuid not null, version bigint not null, number int not null)");
        await Migrations.Apply(owner, typeof(Migrations).Assembly, Log.Role, Log.Password);
        return owner;
    }

    internal async Task<Host> Start(string name, Action<BusSetup> table, Action<WebApplicationBuilder>? more = null, string? owner = null)
    {
        owner ??= name == "watch" ? await WatchDatabase() : await Log.Migrated();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("TEST_LOG") is not null) builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Debug);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{name}db"] = owner,
            ["ConnectionStrings:messaging"] = Broker,
            ["Database:AppRole"] = Log.Role,
            ["Database:AppPassword"] = Log.Password,
        });
        builder.Services.AddSingleton(Times);
        builder.Services.AddSingleton<RevokedAccess>();
        builder.Services.AddSingleton<Behaviour>();
        builder.Services.AddSingleton(new ProcessEnd(_ => { }));
        builder.Services.AddAuthorization(options =>
        {
            foreach (var name in new[] { Policies.Service, Policies.Running }) options.AddPolicy(name, policy => policy.RequireAssertion(_ => true));
        });
        builder.Services.AddHttpClient(InternalHttp.Client).ConfigurePrimaryHttpMessageHandler(() => new Neighbours(this));
        builder.AddDatabase($"{name}db", typeof(Migrations).Assembly);
        builder.AddMessaging(name, table);
        more?.Invoke(builder);
        var app = builder.Build();
        app.UseAuthorization();
        foreach (var map in app.Services.GetServices<InternalEndpoints>()) map.Map(app);
        await app.StartAsync();
        servers[name] = app.GetTestServer();
        var host = new Host(name, owner, app);
        hosts.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
    }

    private sealed class Neighbours(Hosts hosts) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            if (!hosts.HttpWorks || !hosts.servers.TryGetValue(request.RequestUri!.Host, out var server)) throw new HttpRequestException("no such service");
            var answer = await new HttpMessageInvoker(server.CreateHandler()).SendAsync(request, ct);
            if (hosts.BeforeAnswer is { } hold) await hold(request.RequestUri!);
            return answer;
        }
    }
}

/// <summary>One running service of a test.</summary>
internal sealed class Host(string name, string owner, WebApplication app) : IAsyncDisposable
{
    private bool stopped;

    internal string Name => name;
    internal string Owner => owner;
    internal IServiceProvider Services => app.Services;
    internal Database Database => app.Services.GetRequiredService<Database>();
    internal Behaviour Behaviour => app.Services.GetRequiredService<Behaviour>();
    internal HttpClient Http => app.GetTestClient();

    internal Task Append(Guid stream, params object[] facts) => Database.Run("40", work =>
    {
        work.Append("walk", stream, facts);
        return Task.CompletedTask;
    });

    /// <summary>Appends one fact to each of new streams and returns them in this order.</summary>
    internal async Task<Guid[]> AppendOneEach(int count, int from = 1)
    {
        var streams = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
        await Database.Run("40", work =>
        {
            for (var n = 0; n < count; n++) work.Append("walk", streams[n], new StepTaken { Number = from + n });
            return Task.CompletedTask;
        });
        return streams;
    }

    /// <summary>The published events in the order of the feed, as soon as all committed ones have a position.</summary>
    internal async Task<IReadOnlyList<FeedItem>> Feed()
    {
        await Wait.Until(async () => (await Ask<long>("select count(*) from event_pending")).Single() == 0);
        await using var work = await Database.Begin("*");
        var items = new List<FeedItem>();
        for (long after = 0; ;)
        {
            var page = await EventFeed.Page(work.Connection, after, 500, Database.Types.Published, data: true, CancellationToken.None);
            items.AddRange(page.Items);
            if (page.Next == after) return items;
            after = page.Next;
        }
    }

    /// <summary>Publishes an event as the relay would, at a moment and in an order of the test's choice.</summary>
    internal Task Publish(FeedItem item, StepTaken? other = null) => app.Services.GetRequiredService<IBus>().Publish(
        other ?? item.Data!.Value.Deserialize<StepTaken>(EventTypes.Json)!, context => EventAddress.Set(context, item, name, item.Traceparent));

    /// <summary>Rows as the owner of the database sees them, who is above row-level security.</summary>
    internal async Task<IReadOnlyList<T>> Ask<T>(string sql, object? args = null)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { MaxPoolSize = 5 }.ConnectionString);
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }

    internal Task<IReadOnlyList<int>> Numbers() => Ask<int>("select number from seen order by place");

    internal async Task Stop()
    {
        if (stopped) return;
        stopped = true;
        await app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await app.DisposeAsync();
    }
}
