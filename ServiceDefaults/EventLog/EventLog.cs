using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;

namespace CareerPlatform.ServiceDefaults;

/// <summary>One event as the log keeps it. <see cref="Data"/> is null when this service does not know the type.</summary>
public sealed record StoredEvent(long SeqId, Guid Id, Guid StreamId, string StreamType, long Version, string Type, object? Data, DateTimeOffset Timestamp, string Tenant);

/// <summary>Somebody else appended to the stream first, or it is not at the version the caller expected.</summary>
public sealed class VersionConflict(string streamType, Guid stream, Exception? inner = null)
    : Exception($"The stream {streamType} {stream} is not at the expected version.", inner);

/// <summary>The types of facts this service keeps in its log, by alias (the record's name in snake case), and which of them it publishes.</summary>
public sealed class EventTypes
{
    private readonly Dictionary<string, Type> byAlias = [];
    private readonly Dictionary<Type, string> byType = [];
    private readonly HashSet<string> published = [];

    /// <summary>Aliases of the types that go to the bus.</summary>
    public IReadOnlyCollection<string> Published => published;

    public IReadOnlyCollection<string> All => byAlias.Keys;

    /// <summary>JSON of the facts in the log, the feed and the bus: camelCase, Vietnamese letters as they are, unknown members ignored, missing required ones refused.</summary>
    public static JsonSerializerOptions Json { get; } = Options();

    public static string Alias(Type type) => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);

    internal void Add(Type type, bool publish)
    {
        var alias = Alias(type);
        if (byAlias.TryGetValue(alias, out var other) && other != type) throw new InvalidOperationException($"{type} and {other} have the same alias {alias}.");
        byAlias[alias] = type;
        byType[type] = alias;
        if (publish) published.Add(alias);
    }

    public string AliasOf(Type type) => byType.TryGetValue(type, out var alias)
        ? alias
        : throw new InvalidOperationException($"{type.Name} is not a fact of this service: say bus.Publishes<{type.Name}>() or bus.Logs<{type.Name}>().");

    public Type? TypeOf(string alias) => byAlias.GetValueOrDefault(alias);

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>What travels beside an event: the trace it belongs to and who acted.</summary>
internal sealed record EventHeaders(string? Traceparent, string? Actor)
{
    internal static string? Write(string? traceparent, string? actor) =>
        traceparent is null && actor is null ? null : JsonSerializer.Serialize(new EventHeaders(traceparent, actor), EventTypes.Json);

    internal static EventHeaders Read(string? json) => json is null ? new(null, null) : JsonSerializer.Deserialize<EventHeaders>(json, EventTypes.Json)!;
}

/// <summary>Reads events of the log in the unit of work's tenant.</summary>
internal static class StoredEvents
{
    private sealed record Row(long SeqId, Guid Id, Guid StreamId, string? StreamType, long Version, string Type, string Data, DateTimeOffset Timestamp, string TenantId);

    internal static async Task<IReadOnlyList<StoredEvent>> Read(Work work, string condition, object args)
    {
        var rows = await work.Connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            select e.seq_id, e.id, e.stream_id, s.type as stream_type, e.version, e.type, e.data::text as data, e."timestamp", e.tenant_id
            from mt_events e join mt_streams s on s.tenant_id = e.tenant_id and s.id = e.stream_id
            where {condition}
            """, args, work.Transaction, cancellationToken: work.Ct));
        return [.. rows.Select(row => new StoredEvent(row.SeqId, row.Id, row.StreamId, row.StreamType ?? "", row.Version, row.Type,
            work.Types.TypeOf(row.Type) is { } type ? JsonSerializer.Deserialize(row.Data, type, EventTypes.Json) : null, row.Timestamp, row.TenantId))];
    }
}
