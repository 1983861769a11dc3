using System.Globalization;
using CareerPlatform.Contracts.Identity;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.ServiceDefaults;

/// <summary>What a service does when it hears of a fact. Its effects, its own facts and the note that it heard commit together, so each fact has its effect once.</summary>
/// <remarks>Safe to repeat, and safe out of order with other streams; within one stream facts come in order.</remarks>
public interface IReaction<in TFact>
{
    Task When(TFact fact, Heard heard, Work work, CancellationToken ct);
}

/// <summary>Where a heard fact comes from.</summary>
public sealed record Heard(Guid EventId, string Producer, string Tenant, Guid StreamId, long StreamVersion, DateTimeOffset RecordedAt)
{
    /// <summary>An operator retried it after it had been parked: later facts of the same stream may have been applied already.</summary>
    public bool Late { get; init; }
}

/// <summary>A service's table of the facts it publishes, keeps to itself and hears.</summary>
public sealed class BusSetup
{
    internal BusSetup(IServiceCollection services, string service, EventTypes types) => (Services, Service, Types) = (services, service, types);

    internal IServiceCollection Services { get; }
    internal string Service { get; }
    internal EventTypes Types { get; }
    internal List<HearsFrom> Heard { get; } = [];
    internal List<string> HeardTables { get; } = [];

    /// <summary>A contract this service publishes: appended to its log, relayed to the bus.</summary>
    public BusSetup Publishes<TFact>() where TFact : class
    {
        Types.Add(typeof(TFact), publish: true);
        return this;
    }

    /// <summary>A fact this service keeps in its log and publishes to nobody.</summary>
    public BusSetup Logs<TFact>() where TFact : class
    {
        Types.Add(typeof(TFact), publish: false);
        return this;
    }

    /// <summary>The facts of one producer; one queue, `service-hears-producer`.</summary>
    public HearsFrom Hears(string producer)
    {
        if (Heard.Find(known => known.Producer == producer) is { } again) return again;
        var hears = new HearsFrom(Services, Service, producer);
        Heard.Add(hears);
        return hears;
    }

    /// <summary>Tables made by this service's reactions alone, from what it hears; Projections__Rebuild=only empties them and the next start hears everything again.</summary>
    public BusSetup FillsByHearing(params string[] tables)
    {
        HeardTables.AddRange(tables);
        return this;
    }

    /// <summary>Tables made from this service's own log in the same transaction as its events.</summary>
    public BusSetup Projects<TProjection>() where TProjection : class, IProjection
    {
        Services.AddSingleton<IProjection, TProjection>();
        return this;
    }
}

/// <summary>What a service does with the facts of one producer.</summary>
public sealed class HearsFrom
{
    private readonly IServiceCollection services;

    internal HearsFrom(IServiceCollection services, string service, string producer) =>
        (this.services, Producer, Queue) = (services, producer, $"{service}-hears-{producer}");

    internal string Producer { get; }
    internal string Queue { get; }
    internal Dictionary<string, HeardType> Types { get; } = [];

    internal string DeadLetters => $"{Queue}-dead";

    /// <summary>Who may no longer call comes this way: it is compared often, also while the bus works.</summary>
    internal bool TellsOfAccess => Types.ContainsKey(EventTypes.Alias(typeof(AccessChanged)));

    /// <summary>Replicated and bounded in nothing but deliveries; one active consumer, so that replicas do not take turns within a stream. A second start with other arguments is refused.</summary>
    internal Dictionary<string, object?> QueueArguments => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 50,
        ["x-dead-letter-exchange"] = DeadLetters,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
        ["x-single-active-consumer"] = true,
    };

    /// <summary>The last version of the stream, before an event, that this service hears.</summary>
    internal long Before(IReadOnlyDictionary<string, long> previous) => Types.Keys.Max(type => previous.GetValueOrDefault(type));

    /// <summary>This reaction, when this fact is heard.</summary>
    public HearsFrom With<TFact, TReaction>() where TFact : class where TReaction : class, IReaction<TFact>
    {
        services.TryAddScoped<TReaction>();
        var alias = EventTypes.Alias(typeof(TFact));
        if (!Types.TryGetValue(alias, out var heard))
        {
            heard = new(alias, typeof(TFact), (endpoint, consumer) => endpoint.Handler<TFact>(context => Intake.Take(consumer, context, alias, context.Message)));
            Types.Add(alias, heard);
        }
        heard.Reactions.Add(new(typeof(TReaction).Name, (scope, fact, about, work, ct) => scope.GetRequiredService<TReaction>().When((TFact)fact, about, work, ct)));
        return this;
    }
}

internal sealed record HeardType(string Alias, Type Type, Action<IReceiveEndpointConfigurator, Consumer> Bind)
{
    internal List<Reaction> Reactions { get; } = [];
}

internal sealed record Reaction(string Name, Func<IServiceProvider, object, Heard, Work, CancellationToken, Task> When);

public static class MessagingExtensions
{
    /// <summary>Name of the broker's connection string.</summary>
    internal const string Connection = "messaging";

    /// <summary>Adds the log's background work (sequencer, relay), the consumers and the feed of a service. Messaging__Off=true leaves the background work out.</summary>
    public static TBuilder AddMessaging<TBuilder>(this TBuilder builder, string service, Action<BusSetup> table) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        var types = new EventTypes();
        var bus = new BusSetup(services, service, types);
        table(bus);
        services.Replace(ServiceDescriptor.Singleton(types));
        services.Replace(ServiceDescriptor.Singleton(provider => new Projections([.. provider.GetServices<IProjection>()])));
        services.AddSingleton(bus);
        services.AddSingleton<Reactions>();
        services.AddHttpClient();
        services.TryAddSingleton(new MessagingTimes());
        services.TryAddSingleton(new ProcessEnd(Environment.Exit));
        services.AddSingleton<MessagingHealth>();
        services.AddSingleton<ExclusiveGate>();
        services.AddSingleton<Pull>();
        services.AddSingleton<LogStatus>();
        services.AddSingleton<Consumers>();
        services.AddSingleton(provider => new ParkedEvents(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<Consumers>(), provider.GetRequiredService<Pull>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new InternalEndpoints(EventFeed.Map));
        if (builder.Configuration.GetValue("Messaging:Off", false)) return builder;

        services.AddHealthChecks().AddCheck<MessagingHealth>("messaging");
        if (bus.Heard.Exists(hears => hears.TellsOfAccess)) services.AddHealthChecks().AddCheck<RevokedAccess>("access");
        services.AddHostedService<Sequencer>();
        services.AddHostedService<Watchdog>();
        services.AddHostedService<TopologyCheck>();
        services.AddHostedService<Reconciliation>();
        services.AddHostedService(provider => provider.GetRequiredService<Consumers>());
        AddBus(services, bus);
        // Stopped in the reverse order: first nothing is published or delivered any more, then the consumers end.
        services.AddHostedService<Relay>();
        return builder;
    }

    private static void AddBus(IServiceCollection services, BusSetup setup)
    {
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            options.WaitUntilStarted = false;   // the service starts, and accepts writes, while the broker is away
            options.StopTimeout = TimeSpan.FromSeconds(10);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(5);
        });
        services.AddMassTransit(mass =>
        {
            mass.ConfigureHealthCheckOptions(options =>
            {
                options.Name = "bus";
                options.MinimalFailureStatus = HealthStatus.Degraded;   // events wait in the log
            });
            mass.UsingRabbitMq((context, rabbit) =>
            {
                var broker = context.GetRequiredService<IConfiguration>().GetConnectionString(Connection) ?? throw new InvalidOperationException($"ConnectionStrings__{Connection} is missing.");
                rabbit.Host(new Uri(broker), host =>
                {
                    host.PublisherConfirmation = true;
                    host.Heartbeat(TimeSpan.FromSeconds(10));
                    host.RequestedConnectionTimeout(TimeSpan.FromSeconds(5));
                    host.ConnectionName(setup.Service);
                });
                rabbit.ConfigureJsonSerializerOptions(options =>
                {
                    options.Encoder = EventTypes.Json.Encoder;
                    return options;
                });
                foreach (var hears in setup.Heard)
                {
                    rabbit.ReceiveEndpoint(hears.Queue, endpoint => Receive(endpoint, hears, context.GetRequiredService<Consumers>().All[hears.Queue]));
                }
            });
        });
    }

    private static void Receive(IRabbitMqReceiveEndpointConfigurator endpoint, HearsFrom hears, Consumer consumer)
    {
        endpoint.BindDeadLetterQueue(hears.DeadLetters, hears.DeadLetters, queue => queue.SetQuorumQueue());
        foreach (var (name, value) in hears.QueueArguments) endpoint.SetQueueArgument(name, value);
        endpoint.PrefetchCount = Consumer.Prefetch;
        endpoint.ConcurrentMessageLimit = Consumer.Prefetch;
        endpoint.PublishFaults = false;
        endpoint.ConfigureReceive(pipe => pipe.UseFilter(new ParkTooLarge(consumer)));
        endpoint.ConfigureDeadLetter(pipe => pipe.UseFilter(new ParkUnknown(consumer)));
        endpoint.ConfigureError(pipe => pipe.UseFilter(new ParkUnreadable(consumer)));
        foreach (var heard in hears.Types.Values) heard.Bind(endpoint, consumer);
    }
}

/// <summary>Hands a fact to this service's reactions in one unit of work. The consumers do it with an inbox; tests do it directly.</summary>
public sealed class Reactions(BusSetup bus, IServiceScopeFactory scopes, Database database)
{
    /// <summary>Lets every reaction to this fact of this producer work and commits, without the inbox: for tests of a reaction.</summary>
    public Task Deliver<TFact>(TFact fact, Heard heard, CancellationToken ct = default) where TFact : class => database.Run(heard.Tenant, async work =>
    {
        var known = bus.Heard.Single(hears => hears.Producer == heard.Producer).Types[EventTypes.Alias(typeof(TFact))];
        await using var scope = scopes.CreateAsyncScope();
        work.CausationId = heard.EventId.ToString();
        foreach (var reaction in known.Reactions) await reaction.When(scope.ServiceProvider, fact, heard, work, ct);
    }, ct);
}

/// <summary>From the bus into the consumer: a readable fact with its address; everything else is parked with a reason, and nothing loops or is dropped.</summary>
internal static class Intake
{
    internal static async Task Take(Consumer consumer, ConsumeContext context, string alias, object fact)
    {
        var headers = context.ReceiveContext.TransportHeaders;
        if (context.MessageId is not { } id || Address(headers) is not { } from)
        {
            await Park(consumer, context.ReceiveContext, ParkReasons.NoAddress, "The message does not say which producer, tenant, stream and version it is.");
            return;
        }
        var taken = consumer.Take(new Delivery
        {
            EventId = id,
            Producer = consumer.Hears.Producer,
            Tenant = from.Tenant,
            Stream = from.Stream,
            Version = from.Version,
            Position = from.Position,
            RecordedAt = from.RecordedAt,
            Type = alias,
            Previous = EventAddress.Read(headers.Get<string>(EventAddress.Previous)),
            Fact = fact,
            Traceparent = System.Diagnostics.Activity.Current?.Id ?? headers.Get<string>(EventAddress.Traceparent),
            Bytes = (int)(context.ReceiveContext.Body.Length ?? 0),
            FromBus = true,
        });
        try
        {
            await taken.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new ProcessStops();
        }
    }

    internal sealed record From(string Tenant, Guid Stream, long Version, long Position, DateTimeOffset RecordedAt);

    internal static From? Address(Headers headers) =>
        headers.Get<string>(EventAddress.Tenant) is { Length: > 0 } tenant
        && Guid.TryParse(headers.Get<string>(EventAddress.Stream), out var stream)
        && long.TryParse(headers.Get<string>(EventAddress.Version), CultureInfo.InvariantCulture, out var version)
        && long.TryParse(headers.Get<string>(EventAddress.Position), CultureInfo.InvariantCulture, out var position)
        && DateTimeOffset.TryParse(headers.Get<string>(EventAddress.RecordedAt), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var recorded)
            ? new(tenant, stream, version, position, recorded)
            : null;

    /// <summary>Parks a message that never became a fact; waits for the database as long as it takes, so that the message is not lost.</summary>
    internal static Task Park(Consumer consumer, ReceiveContext message, string reason, string detail)
    {
        var from = Address(message.TransportHeaders);
        var id = message.TryGetPayload<RabbitMqBasicConsumeContext>(out var rabbit) && Guid.TryParse(rabbit.Properties.MessageId, out var parsed) ? parsed : (Guid?)null;
        return consumer.ParkMessage(id, from, message.TransportHeaders.Get<string>(EventAddress.Type), reason, detail, message.CancellationToken);
    }
}

/// <summary>Parks a message that is larger than any fact may be, before it is read.</summary>
internal sealed class ParkTooLarge(Consumer consumer) : IFilter<ReceiveContext>
{
    /// <summary>The largest fact, as JSON in an envelope with room for its headers.</summary>
    private const int MaxBytes = EventGuard.MaxBytes + (64 * 1024);

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => context.Body.Length > MaxBytes
        ? Intake.Park(consumer, context, ParkReasons.TooLarge, "The message is larger than 256 KiB.")
        : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("park-too-large");
}

/// <summary>Parks a message of a type this service does not know.</summary>
internal sealed class ParkUnknown(Consumer consumer) : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => Intake.Park(consumer, context, ParkReasons.UnknownType, "This service does not know the type of the message.");

    public void Probe(ProbeContext context) => context.CreateFilterScope("park-unknown");
}

/// <summary>Parks a message that cannot be read; gives back to the broker what a stopping process could not finish.</summary>
internal sealed class ParkUnreadable(Consumer consumer) : IFilter<ExceptionReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) => context.Exception switch
    {
        ProcessStops or OperationCanceledException or { InnerException: ProcessStops or OperationCanceledException } => throw new ProcessStops(),
        _ => Park(context),
    };

    private async Task Park(ExceptionReceiveContext context)
    {
        await Intake.Park(consumer, context, ParkReasons.Schema, $"The message cannot be read as what it says it is ({context.Exception.GetType().Name}).");
        await context.NotifyFaulted(context.Exception);   // or it would count as not consumed as well
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("park-unreadable");
}
