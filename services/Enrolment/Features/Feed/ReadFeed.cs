using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Feed;

/// <summary>An institution reads its feed from where it stopped: leads offered, corrected, withdrawn and expired, families that answered, at positions without holes.</summary>
/// <remarks>
/// The offered item of a lead that has ended is a tombstone. While no agreement is in force only withdrawals flow; the other items keep their positions as `withheld`,
/// and what the institution holds is told anew when one is in force again (<see cref="KeepFeeds"/>).
/// </remarks>
public static class ReadFeed
{
    public sealed record Item(long Position, string Kind, Guid? LeadId, string? Reason, DateTimeOffset At);

    public sealed record Page(IReadOnlyList<Item> Items, string Next, bool HasMore, DateTimeOffset AsOf);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/feed", Handle).RequireAuthorization(Policies.Institution).WithTags("Feed")
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(410).ProducesProblem(429);

    public static async Task<Ok<Page>> Handle(
        Person reader, Database db, FeedCursors cursors, NoteRestore restore, FeedBell bell, TimeProvider clock, HttpContext http, CancellationToken ct, string? after = null, int limit = 100, int wait = 0)
    {
        if (limit is < 1 or > 500) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 500.", 400);
        if (wait is < 0 or > 25) throw new RuleBroken("wait_invalid", "Tham số wait không hợp lệ", "wait is 0 to 25 seconds.", 400);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[ReadJournal.PurposeHeader] = DataScope.VocationalGuidance;

        await restore.Look(ct);
        var institution = reader.OwnOrganisation;
        var position = after is null ? 0 : cursors.Read(after, institution);
        var page = await Read(db, reader, cursors, clock, position, limit, fromStart: after is null, ct);
        if (page.Items.Count > 0 || wait == 0) return TypedResults.Ok(page);

        await bell.Wait(reader.Tenant, institution, position, TimeSpan.FromSeconds(wait), ct);
        return TypedResults.Ok(await Read(db, reader, cursors, clock, position, limit, fromStart: after is null, ct));
    }

    private static async Task<Page> Read(Database db, Person reader, FeedCursors cursors, TimeProvider clock, long position, int limit, bool fromStart, CancellationToken ct)
    {
        await using var work = await db.BeginFor(reader, ct);
        var institution = reader.OwnOrganisation;
        var now = clock.GetUtcNow();
        var rows = await work.Query<Row>(
            $"""
            select h.pos as head, h.kept_from, f.pos as position, case when f.kind in ('offered', 'corrected', 'answered') and g.state in ('withdrawn', 'expired') then 'tombstone' else f.kind end as kind,
                   f.lead_id, coalesce(f.reason, {InstitutionFeed.ReasonOfEnd}) as reason, f.at,
                   exists (select 1 from agreement a where a.tenant_id = h.tenant_id and a.institution_id = h.institution_id and @Today between a.valid_from and a.valid_to)
                     and not exists (select from feed_hold o where o.tenant_id = h.tenant_id and o.institution_id = h.institution_id) as agreed
            from institution_feed_head h
            left join lateral (select * from institution_feed f where f.tenant_id = h.tenant_id and f.institution_id = h.institution_id
                                 and f.pos > greatest(@Position, case when @FromStart then h.kept_from - 1 else 0 end) order by f.pos limit @Limit) f on true
            left join lead_grant g on g.tenant_id = f.tenant_id and g.grant_id = f.grant_id
            where h.tenant_id = @Tenant and h.institution_id = @Institution
            order by f.pos
            """,
            new { work.Tenant, Institution = institution, Position = position, FromStart = fromStart, Limit = limit, Today = clock.Today() });
        var head = rows.Count > 0 ? rows[0].Head : 0;
        if (position > head) throw FeedCursors.EpochChanged();   // from the future: the database was restored
        if (!fromStart && rows.Count > 0 && position < rows[0].KeptFrom - 1) throw FeedCursors.Expired();

        var items = rows.Where(row => row.Position is not null).Select(row => row is { Agreed: false, Kind: "offered" or "corrected" or "answered" }
            ? new Item(row.Position!.Value, "withheld", null, null, row.At!.Value)
            : new Item(row.Position!.Value, row.Kind!, row.LeadId, row.Kind is "offered" or "corrected" or "answered" ? null : row.Reason, row.At!.Value)).ToList();
        if (items.Exists(item => item.Kind == "withheld")) await work.NoteWithheld(institution);
        var last = items.Count > 0 ? items[^1].Position : fromStart && rows.Count > 0 ? rows[0].KeptFrom - 1 : position;
        return new(items, cursors.At(institution, last), last < head, now);
    }

    private sealed record Row(long Head, long KeptFrom, long? Position, string? Kind, Guid? LeadId, string? Reason, DateTimeOffset? At, bool Agreed);
}
