using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>An institution that lost its place in the feed begins anew: every lead it was ever offered, as it stands, and the cursor from which the feed goes on.</summary>
/// <remarks>
/// All pages stand at the position at which the first was read: what is offered later is in the feed behind it. A lead that has ended is a tombstone, whenever it ended.
/// Ids only; without an agreement in force only tombstones.
/// </remarks>
public static class ListLeads
{
    /// <param name="LeadId">The lead.</param>
    /// <param name="Kind">`offered`, or `tombstone`: delete what you hold of it.</param>
    /// <param name="Reason">Of a tombstone, as in the feed.</param>
    /// <param name="OfferedAt">When it was offered last.</param>
    public sealed record Item(Guid LeadId, string Kind, string? Reason, DateTimeOffset OfferedAt);

    /// <param name="Items">By lead id.</param>
    /// <param name="Next">`after` of the next page; null on the last.</param>
    /// <param name="Feed">When all pages are read, go on with `GET /v1/feed?after=` this cursor.</param>
    /// <param name="AsOf">When this page was read.</param>
    public sealed record Page(IReadOnlyList<Item> Items, string? Next, string Feed, DateTimeOffset AsOf);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads", Handle).RequireAuthorization(Policies.Institution).WithTags("Leads")
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);

    public static async Task<Ok<Page>> Handle(Person reader, Database db, FeedCursors cursors, NoteRestore restore, TimeProvider clock, HttpContext http, CancellationToken ct, string? after = null, int limit = 500)
    {
        if (limit is < 1 or > 500) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 500.", 400);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[ReadJournal.PurposeHeader] = DataScope.VocationalGuidance;

        var institution = reader.OwnOrganisation;
        await restore.Look(ct);
        var at = after is null ? default((long Position, Guid Lead)?) : cursors.ReadSnapshot(after, institution);
        await using var work = await db.BeginFor(reader, ct);
        var head = await work.Single<long?>("select pos from institution_feed_head where tenant_id = @Tenant and institution_id = @Institution", new { work.Tenant, Institution = institution }) ?? 0;
        var asOf = at?.Position ?? head;
        if (asOf > head) throw FeedCursors.EpochChanged();

        var rows = await work.Query<Row>(
            $"""
            select l.*, exists (select from agreement a where a.tenant_id = @Tenant and a.institution_id = @Institution and @Today between a.valid_from and a.valid_to)
                        and not exists (select from feed_hold o where o.tenant_id = @Tenant and o.institution_id = @Institution) as agreed
            from (
              select distinct on (g.lead_id) g.lead_id, g.granted_at as offered_at, g.state in ('withdrawn', 'expired') as ended, {InstitutionFeed.ReasonOfEnd} as reason
              from lead_grant g
              where g.tenant_id = @Tenant and g.institution_id = @Institution and g.lead_id > @Last
                and not exists (select from institution_feed f where f.tenant_id = g.tenant_id and f.grant_id = g.grant_id and f.kind = 'offered' and f.pos > @AsOf
                                  and not exists (select from institution_feed e where e.tenant_id = f.tenant_id and e.grant_id = f.grant_id and e.kind = 'offered' and e.pos <= @AsOf))
              order by g.lead_id, g.state in ('withdrawn', 'expired'), g.granted_at desc, g.grant_id desc
              limit @Limit) l
            """,
            new { work.Tenant, Institution = institution, Last = at?.Lead ?? Guid.Empty, AsOf = asOf, Limit = limit, Today = clock.Today() });
        var items = rows.Where(row => row.Agreed || row.Ended).Select(row => new Item(row.LeadId, row.Ended ? "tombstone" : "offered", row.Ended ? row.Reason : null, row.OfferedAt)).ToList();
        if (items.Count < rows.Count) await work.NoteWithheld(institution);
        return TypedResults.Ok(new Page(items, rows.Count < limit ? null : cursors.At(institution, asOf, rows[^1].LeadId), cursors.At(institution, asOf), clock.GetUtcNow()));
    }

    private sealed record Row(Guid LeadId, DateTimeOffset OfferedAt, bool Ended, string? Reason, bool Agreed);
}
