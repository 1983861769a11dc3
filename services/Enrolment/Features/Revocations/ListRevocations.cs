using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Revocations;

/// <summary>Withdrawals and what became of them, with the clock of the law: an institution's own, or the province's for its staff.</summary>
public static class ListRevocations
{
    /// <param name="Position">Where it stands in the institution's feed.</param>
    /// <param name="ToldAt">When the endpoint took it; null for pull-only and while it has not.</param>
    /// <param name="DueAt">The legal limit.</param>
    /// <param name="Escalated">The last step taken: 0 none, 1 and 3 the institution was reminded, 7 the department was told, 15 its approvers, 20 the feed is stopped.</param>
    [method: Dapper.ExplicitConstructor]
    public sealed record Item(
        Guid LeadId, Guid InstitutionId, long Position, string? Reason, DateTimeOffset RevokedAt, DateTimeOffset DueAt, int DaysLeft, short Escalated, DateTimeOffset? ToldAt, string? Method,
        DateTimeOffset? ErasedAt, DateTimeOffset? AcknowledgedAt);

    /// <param name="Open">All that are not confirmed, also beyond this page.</param>
    public sealed record Page(IReadOnlyList<Item> Items, long Open, long Overdue);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/revocations", Handle).WithTags("Revocations").ProducesProblem(400)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Institution));

    /// <summary>Those not confirmed first, the oldest on top.</summary>
    public static async Task<Ok<Page>> Handle(Person reader, Database db, TimeProvider clock, CancellationToken ct, bool open = true, Guid? lead = null, int limit = 100)
    {
        if (limit is < 1 or > 500) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 500.", 400);
        await using var work = await db.BeginFor(reader, ct);
        var with = new { work.Tenant, Open = open, Lead = lead, Limit = limit, Now = clock.GetUtcNow(), Days = Revocations.LegalDays };
        var items = await work.Query<Item>(
            """
            select r.lead_id, r.institution_id, r.pos as position, r.reason, r.revoked_at, r.revoked_at + make_interval(days => @Days) as due_at,
                   floor(extract(epoch from r.revoked_at + make_interval(days => @Days) - @Now) / 86400)::int as days_left, r.escalated,
                   (select min(t.told_at) from withdrawal_told t where t.tenant_id = r.tenant_id and t.institution_id = r.institution_id and t.pos = r.pos) as told_at,
                   r.method, r.erased_at, r.acked_at as acknowledged_at
            from revocation r where r.tenant_id = @Tenant and (not @Open or r.acked_at is null) and (@Lead::uuid is null or r.lead_id = @Lead)
            order by r.acked_at is not null, r.revoked_at, r.pos limit @Limit
            """, with);
        var (openCount, overdue) = await work.Single<(long, long)>(
            "select count(*), count(*) filter (where revoked_at <= @Now - make_interval(days => @Days)) from revocation where tenant_id = @Tenant and acked_at is null and (@Lead::uuid is null or lead_id = @Lead)", with);
        return TypedResults.Ok(new Page(items, openCount, overdue));
    }
}
