using System.Globalization;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>An institution's open leads as work: those it has left alone longest first, page by page. No names and no contacts; those are read lead by lead, journaled.</summary>
public static class ListWork
{
    /// <param name="LeadId">The lead.</param>
    /// <param name="State">`offered`, `contacted`, `refused` or `applied`.</param>
    /// <param name="OfferedAt">When it was offered.</param>
    /// <param name="LastContactAt">When this institution last turned to the family; null when never.</param>
    /// <param name="ExpiresAt">Until when it may be used.</param>
    /// <param name="Contacts">How often this institution turned to the family.</param>
    /// <param name="LastOutcome">What came of the last time.</param>
    public sealed record Item(Guid LeadId, string State, DateTimeOffset OfferedAt, DateTimeOffset? LastContactAt, DateTimeOffset ExpiresAt, int Contacts, string? LastOutcome);

    /// <param name="Items">Left alone longest first.</param>
    /// <param name="Next">`after` of the next page; null on the last.</param>
    /// <param name="Counts">All open leads by state.</param>
    public sealed record Page(IReadOnlyList<Item> Items, string? Next, IReadOnlyDictionary<string, long> Counts);

    private static readonly string[] Open = ["offered", "contacted", "refused", "applied"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/work", Handle).RequireAuthorization(Policies.Institution).WithTags("Leads").ProducesProblem(400).ProducesProblem(403);

    /// <param name="outcome">What came of this institution's last contact.</param>
    /// <param name="within">Only those whose time ends within so many days.</param>
    public static async Task<Ok<Page>> Handle(Person reader, Database db, TimeProvider clock, HttpContext http, CancellationToken ct, string? state = null, string? after = null, int limit = 25, string? outcome = null, int? within = null)
    {
        if (limit is < 1 or > 100) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 100.", 400);
        if (state is not null && !Open.Contains(state)) throw new RuleBroken("parameter_invalid", "Tham số không hợp lệ", $"state is one of {string.Join(", ", Open)}.", 400);
        if (within is < 1 or > 365) throw new RuleBroken("parameter_invalid", "Tham số không hợp lệ", "within is 1 to 365 days.", 400);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[ReadJournal.PurposeHeader] = DataScope.VocationalGuidance;

        var (at, lead) = after is null ? (DateTimeOffset.UnixEpoch, Guid.Empty) : Read(after);
        await using var work = await db.BeginFor(reader, ct);
        await work.MustHaveAgreement(reader, VietnamTime.Day(clock.GetUtcNow()));
        var args = new { work.Tenant, Institution = reader.OwnOrganisation, States = state is null ? Open : [state], Open, At = at, Lead = lead, Limit = limit, Now = clock.GetUtcNow(), Outcome = outcome, Before = within is { } days ? clock.GetUtcNow().AddDays(days) : DateTimeOffset.MaxValue };
        if (await work.Single<bool>("select exists (select from feed_hold where tenant_id = @Tenant and institution_id = @Institution)", args))
            throw LeadDetails.DeletionOverdue();

        var rows = await work.Query<Row>(
            """
            select g.lead_id, g.state, g.granted_at as offered_at, g.last_contact_at, g.expires_at, coalesce(g.last_contact_at, g.granted_at) as touched_at, coalesce(c.contacts, 0)::int as contacts, c.last_outcome
            from (
              select * from lead_grant g
              where tenant_id = @Tenant and institution_id = @Institution and state = any (@States) and expires_at > @Now and expires_at <= @Before and (coalesce(last_contact_at, granted_at), lead_id) > (@At, @Lead)
                and (@Outcome::varchar is null or @Outcome = (select c.outcome from contact_log c where c.tenant_id = g.tenant_id and c.lead_id = g.lead_id and c.grant_id = g.grant_id order by c.contacted_at desc limit 1))
              order by coalesce(last_contact_at, granted_at), lead_id limit @Limit) g
            left join lateral (select count(*) as contacts, (array_agg(outcome order by contacted_at desc))[1] as last_outcome from contact_log c
                               where c.tenant_id = g.tenant_id and c.lead_id = g.lead_id and c.grant_id = g.grant_id) c on true
            order by touched_at, g.lead_id
            """, args);
        var counts = await work.Query<(string State, long Count)>(
            "select state, count(*) from lead_grant where tenant_id = @Tenant and institution_id = @Institution and state = any (@Open) and expires_at > @Now group by 1", args);
        return TypedResults.Ok(new Page(
            [.. rows.Select(row => new Item(row.LeadId, row.State, row.OfferedAt, row.LastContactAt, row.ExpiresAt, row.Contacts, row.LastOutcome))],
            rows.Count < limit ? null : $"{rows[^1].TouchedAt.ToUniversalTime():yyyyMMddHHmmssffffff}-{rows[^1].LeadId:N}",
            counts.ToDictionary(row => row.State, row => row.Count)));
    }

    private static (DateTimeOffset, Guid) Read(string after) =>
        after.Split('-') is [var at, var lead] && DateTimeOffset.TryParseExact(at, "yyyyMMddHHmmssffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var touched) && Guid.TryParse(lead, out var id)
            ? (touched, id)
            : throw new RuleBroken("cursor_invalid", "Con trỏ không hợp lệ", "`after` is the `next` of a page.", 400);

    private sealed record Row(Guid LeadId, string State, DateTimeOffset OfferedAt, DateTimeOffset? LastContactAt, DateTimeOffset ExpiresAt, DateTimeOffset TouchedAt, int Contacts, string? LastOutcome);
}
