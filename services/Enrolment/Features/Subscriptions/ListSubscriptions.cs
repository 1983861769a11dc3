using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>Subscriptions and how delivery stands: an institution's own, or all of the province for its staff.</summary>
public static class ListSubscriptions
{
    /// <param name="SuspendedFor">`auto`, `manual`, `agreement`, `leak`; or `deletion_overdue` until the last overdue withdrawal is acknowledged.</param>
    /// <param name="Told">The endpoint knows of the feed up to this position.</param>
    /// <param name="Head">The feed's last position.</param>
    /// <param name="Failures">Failed attempts since the last success.</param>
    [method: Dapper.ExplicitConstructor]
    public sealed record Item(
        Guid SubscriptionId, Guid InstitutionId, string? Endpoint, string[] Purposes, string State, string? SuspendedFor, DateTimeOffset RequestedAt, int Approvals, DateTimeOffset? TestedAt,
        DateTimeOffset ChangedAt, long Told, long Head, int Failures, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/subscriptions", Handle).WithTags("Subscriptions")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Institution));

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person reader, Database db, CancellationToken ct)
    {
        await using var work = await db.BeginFor(reader, ct);
        return TypedResults.Ok(await work.Query<Item>(
            $"""
            select s.subscription_id, s.institution_id, s.endpoint, s.purposes,
                   case when s.state in ('active', 'failing') and {Revocations.Revocations.Held} then 'suspended' else s.state end as state,
                   case when s.state in ('active', 'failing') and {Revocations.Revocations.Held} then 'deletion_overdue' else s.suspended_for end as suspended_for, s.requested_at, cardinality(s.approved_by) as approvals, s.tested_at,
                   s.changed_at, s.told_pos as told, coalesce(h.pos, 0) as head, s.attempts as failures, s.failing_since, s.next_at as next_attempt_at
            from subscription s left join institution_feed_head h using (tenant_id, institution_id)
            where s.tenant_id = @Tenant order by s.requested_at desc, s.subscription_id
            """, new { work.Tenant }));
    }
}
