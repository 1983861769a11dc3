using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
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

    /// <summary>This reaction, when this fact is heard.</summary>
    public HearsFrom With<TFact, TReaction>() where TFact : class where TReaction : class, IReaction<TFact>
    {
        services.TryAddScoped<TReaction>();
        var alias = EventTypes.Alias(typeof(TFact));
        if (!Types.TryGetValue(alias, out var heard)) Types.Add(alias, heard = new(alias, typeof(TFact)));
        heard.Reactions.Add(new(typeof(TReaction).Name, (scope, fact, about, work, ct) => scope.GetRequiredService<TReaction>().When((TFact)fact, about, work, ct)));
        return this;
    }
}

internal sealed record HeardType(string Alias, Type Type)
{
    internal List<Reaction> Reactions { get; } = [];
}

internal sealed record Reaction(string Name, Func<IServiceProvider, object, Heard, Work, CancellationToken, Task> When);

public static class MessagingExtensions
{
    /// <summary>Adds the log's background work (sequencer, relay), the consumers and the feed of a service.</summary>
    public static TBuilder AddMessaging<TBuilder>(this TBuilder builder, string service, Action<BusSetup> table) where TBuilder : IHostApplicationBuilder
    {
        var types = new EventTypes();
        var bus = new BusSetup(builder.Services, service, types);
        table(bus);
        builder.Services.Replace(ServiceDescriptor.Singleton(types));
        builder.Services.Replace(ServiceDescriptor.Singleton(provider => new Projections([.. provider.GetServices<IProjection>()])));
        builder.Services.AddSingleton(bus);
        builder.Services.AddSingleton<Reactions>();
        return builder;
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
