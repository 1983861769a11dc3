using System.Text.Json;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Keeps what was told about schools, each thing as it stands now.</summary>
/// <remarks>Safe to repeat and safe out of order: a fact tells the whole thing, and an older version never replaces a newer.</remarks>
public static class SchoolFacts
{
    public const string School = "school";
    public const string Programme = "programme";
    public const string Counsellor = "counsellor";
    public const string Session = "session";
    public const string Facility = "facility";
    public const string Participation = "participation";
    public const string Withdrawal = "withdrawal";

    private sealed record Row(string Kind, Guid Id, int? SchoolYear, long Version, string Body, DateTimeOffset RecordedAt);

    /// <param name="work">The unit of work of the reaction.</param>
    /// <param name="heard">Where the fact comes from.</param>
    /// <param name="kind">One of the kinds above.</param>
    /// <param name="things">What is told: its id, the school year it belongs to, and how it stands.</param>
    /// <param name="version">Orders what is told about one thing; the version of the stream, unless a thing may be told of in several streams.</param>
    public static Task Keep<T>(Work work, Heard heard, string kind, IEnumerable<(Guid Id, int? SchoolYear, T Thing)> things, long? version = null)
    {
        foreach (var (id, year, thing) in things)
            work.AtOnce(new Row(kind, id, year, version ?? heard.StreamVersion, JsonSerializer.Serialize(thing, JsonSerializerOptions.Web), heard.RecordedAt), rows => Store(work, rows));
        return Task.CompletedTask;
    }

    private static Task Store(Work work, IReadOnlyList<Row> rows)
    {
        var newest = rows.GroupBy(row => (row.Kind, row.Id)).Select(thing => thing.MaxBy(row => row.Version)!).OrderBy(row => row.Kind, StringComparer.Ordinal).ThenBy(row => row.Id).ToList();
        return work.Execute(
            """
            insert into school_facts as kept (tenant_id, kind, id, school_year, version, body, recorded_at)
            select @Tenant, f.kind, f.id, f.school_year, f.version, f.body::jsonb, f.recorded_at
            from unnest(@Kinds, @Ids, @Years, @Versions, @Bodies, @At) as f (kind, id, school_year, version, body, recorded_at)
            on conflict (tenant_id, kind, id) do update set school_year = excluded.school_year, version = excluded.version, body = excluded.body, recorded_at = excluded.recorded_at
            where kept.version < excluded.version
            """,
            new
            {
                work.Tenant,
                Kinds = newest.Select(row => row.Kind).ToArray(),
                Ids = newest.Select(row => row.Id).ToArray(),
                Years = newest.Select(row => row.SchoolYear).ToArray(),
                Versions = newest.Select(row => row.Version).ToArray(),
                Bodies = newest.Select(row => row.Body).ToArray(),
                At = newest.Select(row => row.RecordedAt.UtcDateTime).ToArray(),
            });
    }

    /// <summary>Everything of one kind; of one school year where it is given.</summary>
    public static async Task<IReadOnlyList<T>> Read<T>(Work work, string kind, int? schoolYear = null) =>
        [.. (await work.Query<string>(
            "select body::text from school_facts where tenant_id = @Tenant and kind = @kind and (@schoolYear::int is null or school_year = @schoolYear) order by id", new { work.Tenant, kind, schoolYear }))
            .Select(body => JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web)!)];

    /// <summary>When the newest of these kinds was recorded.</summary>
    public static Task<DateTimeOffset?> AsOf(Work work, params string[] kinds) =>
        work.Single<DateTimeOffset?>("select recorded_at from school_facts where tenant_id = @Tenant and kind = any (@kinds) order by recorded_at desc limit 1", new { work.Tenant, kinds });
}
