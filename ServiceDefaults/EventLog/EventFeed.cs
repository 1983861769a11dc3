using System.Buffers;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>One event at its position in a producer's feed, as the relay, the feed endpoint and the consumers see it.</summary>
/// <remarks>
/// Previous: the stream's last version of each published type before this event, so that who hears only some types sees no gap where the others are.
/// Data: the fact as JSON; null when only the outline was asked for.
/// </remarks>
internal sealed record FeedItem(long Position, Guid Id, string Tenant, Guid StreamId, string StreamType, long Version, string Type, DateTimeOffset RecordedAt,
    string? Traceparent, IReadOnlyDictionary<string, long> Previous, JsonElement? Data);

/// <summary>A stretch of a feed. <see cref="Next"/> is where to go on, also past events that are not published.</summary>
internal sealed record FeedPage(IReadOnlyList<FeedItem> Items, long Next, long Head);

/// <summary>Reads the feed by position and streams by version, and serves both to the services that hear this one.</summary>
internal static class EventFeed
{
    /// <summary>A page ends after this many stored (compressed) bytes of facts, so that 500 large facts do not fill the memory.</summary>
    private const long PageBytes = 256 * 1024;

    private sealed record Row(long Pos, Guid Id, string TenantId, Guid StreamId, string? StreamType, long Version, string Type, DateTimeOffset Timestamp, string? Headers, string? Data);

    /// <summary>The events after a position, published ones only; the connection's tenant must be "*".</summary>
    internal static async Task<FeedPage> Page(NpgsqlConnection connection, long after, int limit, IReadOnlyCollection<string> published, bool data, CancellationToken ct)
    {
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            with page as (select pos, seq_id from feed where pos > @after order by pos limit @limit),
                 sized as (select page.pos, e.*, sum(case when @data and e.type = any(@types) then pg_column_size(e.data) else 0 end) over (order by page.pos) as bytes
                           from page join mt_events e on e.seq_id = page.seq_id)
            select z.pos, z.id, z.tenant_id, z.stream_id, s.type as stream_type, z.version, z.type, z."timestamp", z.headers::text as headers,
                   case when @data and z.type = any(@types) then z.data::text end as data
            from sized z join mt_streams s on s.tenant_id = z.tenant_id and s.id = z.stream_id
            where z.bytes <= @PageBytes or z.pos = @after + 1
            order by z.pos
            """, new { after, limit, data, types = published.ToArray(), PageBytes }, cancellationToken: ct))).AsList();
        var head = await connection.ExecuteScalarAsync<long>(new CommandDefinition("select pos from feed_head", cancellationToken: ct));
        return new(await Items(connection, rows.Where(row => published.Contains(row.Type)).ToList(), published, ct), rows.Count == 0 ? after : rows[^1].Pos, head);
    }

    /// <summary>The published events of one stream after a version.</summary>
    internal static async Task<FeedPage> Stream(NpgsqlConnection connection, string tenant, Guid stream, long after, int limit, IReadOnlyCollection<string> published, CancellationToken ct)
    {
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            with sized as (select f.pos, e.*, sum(pg_column_size(e.data)) over (order by e.version) as bytes, row_number() over (order by e.version) as place
                           from mt_events e join feed f on f.seq_id = e.seq_id
                           where e.tenant_id = @tenant and e.stream_id = @stream and e.version > @after and e.type = any(@types) order by e.version limit @limit)
            select z.pos, z.id, z.tenant_id, z.stream_id, s.type as stream_type, z.version, z.type, z."timestamp", z.headers::text as headers, z.data::text as data
            from sized z join mt_streams s on s.tenant_id = z.tenant_id and s.id = z.stream_id
            where z.bytes <= @PageBytes or z.place = 1
            order by z.version
            """, new { tenant, stream, after, limit, types = published.ToArray(), PageBytes }, cancellationToken: ct))).AsList();
        return new(await Items(connection, rows, published, ct), rows.Count == 0 ? after : rows[^1].Version, 0);
    }

    private static async Task<IReadOnlyList<FeedItem>> Items(NpgsqlConnection connection, List<Row> rows, IReadOnlyCollection<string> published, CancellationToken ct)
    {
        var previous = await Previous(connection, rows, published, ct);
        var items = new List<FeedItem>(rows.Count);
        foreach (var row in rows)
        {
            if (!previous.TryGetValue((row.TenantId, row.StreamId), out var versions)) previous[(row.TenantId, row.StreamId)] = versions = [];
            items.Add(new(row.Pos, row.Id, row.TenantId, row.StreamId, row.StreamType ?? "", row.Version, row.Type, row.Timestamp, EventHeaders.Read(row.Headers).Traceparent,
                new Dictionary<string, long>(versions), row.Data is null ? null : JsonElement.Parse(row.Data)));
            versions[row.Type] = row.Version;
        }
        return items;
    }

    /// <summary>What each stream of these rows held before the first of them.</summary>
    private static async Task<Dictionary<(string, Guid), Dictionary<string, long>>> Previous(NpgsqlConnection connection, List<Row> rows, IReadOnlyCollection<string> published, CancellationToken ct)
    {
        var first = rows.GroupBy(row => (row.TenantId, row.StreamId)).Select(stream => (stream.Key, Version: stream.Min(row => row.Version))).Where(stream => stream.Version > 1).ToList();
        if (first.Count == 0) return [];

        var known = await connection.QueryAsync<(string Tenant, Guid Stream, string Type, long Version)>(new CommandDefinition(
            """
            select u.tenant, u.stream, e.type, e.version from unnest(@tenants, @streams, @versions) as u(tenant, stream, version)
            cross join lateral (select type, max(version) as version from mt_events
                                where tenant_id = u.tenant and stream_id = u.stream and mt_events.version < u.version and type = any(@types) group by type) e
            """,
            new
            {
                tenants = first.Select(stream => stream.Key.TenantId).ToArray(),
                streams = first.Select(stream => stream.Key.StreamId).ToArray(),
                versions = first.Select(stream => stream.Version).ToArray(),
                types = published.ToArray(),
            }, cancellationToken: ct));
        return known.GroupBy(row => (row.Tenant, row.Stream)).ToDictionary(stream => stream.Key, stream => stream.ToDictionary(row => row.Type, row => row.Version));
    }

    /// <summary>For the other services: what they have not heard yet, one stream's events. For the operator too, and without data of persons: how this log stands, what is parked.</summary>
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var feeds = routes.MapGroup("/internal").RequireAuthorization(Policies.Service).ExcludeFromDescription();
        feeds.MapGet("/feed", ReadFeed);
        feeds.MapGet("/events", ReadStream);
        var state = routes.MapGroup("/internal").RequireAuthorization(Policies.Running).ExcludeFromDescription();
        state.MapGet("/status", (LogStatus status, CancellationToken ct) => status.Read(ct));
        state.MapGet("/parked", (ParkedEvents parked, CancellationToken ct) => parked.List(ct));
        state.MapPost("/parked/{id:guid}/retry", Retry);
        state.MapPost("/parked/{id:guid}/dismissal", Dismiss);
    }

    private static async Task<IResult> ReadFeed(long after, int? limit, bool? data, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        await work.PlanAnew();
        var page = await Page(work.Connection, Math.Max(0, after), Math.Clamp(limit ?? 500, 1, 500), database.Types.Published, data ?? true, ct);
        return TypedResults.Json(page, EventTypes.Json);
    }

    private static async Task<IResult> ReadStream(string tenant, Guid stream, long after, int? limit, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        await work.PlanAnew();
        var page = await Stream(work.Connection, tenant, stream, Math.Max(0, after), Math.Clamp(limit ?? 500, 1, 500), database.Types.Published, ct);
        return TypedResults.Json(page, EventTypes.Json);
    }

    private static async Task<Results<NoContent, NotFound, Conflict>> Retry(Guid id, ParkedEvents parked, CancellationToken ct) => await parked.Retry(id, ct) switch
    {
        null => TypedResults.NotFound(),
        true => TypedResults.NoContent(),
        false => TypedResults.Conflict(),
    };

    private static async Task<Results<NoContent, NotFound>> Dismiss(Guid id, ParkedEvents parked, CancellationToken ct) =>
        await parked.Dismiss(id, ct) ? TypedResults.NoContent() : TypedResults.NotFound();
}
