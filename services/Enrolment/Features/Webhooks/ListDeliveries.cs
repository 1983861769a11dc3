using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>The delivery log of a subscription, the newest first: every attempt of the last 90 days, without personal data.</summary>
public static class ListDeliveries
{
    /// <param name="Outcome">`ok`, or why it failed: `timeout`, `tls_invalid`, `redirect_not_followed`, `throttled`, `gone`, `rejected`, `server_error`, `address_not_allowed`, `dns_failed`, `connection_failed`, `challenge_missing`; `unfinished` while the answer is awaited, and for good when this process ended meanwhile.</param>
    /// <param name="Response">Up to 1 KiB of the answer, masked.</param>
    public sealed record Item(Guid AttemptId, Guid MessageId, string Type, long? FeedPosition, int Number, DateTimeOffset At, int? DurationMs, int? Status, string Outcome, string Response);

    /// <param name="Next">The `before` of the next page; null on the last.</param>
    public sealed record Page(IReadOnlyList<Item> Items, Guid? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/subscriptions/{subscriptionId:guid}/deliveries", Handle).WithTags("Webhooks").ProducesProblem(400)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Inspector, Policies.Institution));

    public static async Task<Results<Ok<Page>, NotFound>> Handle(Guid subscriptionId, Person reader, Database db, TimeProvider clock, CancellationToken ct, Guid? before = null, int limit = 100)
    {
        if (limit is < 1 or > 500) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 500.", 400);
        await using var work = await db.BeginFor(reader, ct);
        if (await work.Single<Guid?>("select subscription_id from subscription where tenant_id = @Tenant and subscription_id = @Id", new { work.Tenant, Id = subscriptionId }) is null) return TypedResults.NotFound();

        var items = await work.Query<Item>(
            """
            select attempt_id, message_id, type, feed_position, number, at, duration_ms, status, outcome, response from webhook_attempt
            where tenant_id = @Tenant and subscription_id = @Id and at > @Since and (@Before::uuid is null or attempt_id < @Before) order by attempt_id desc limit @Limit
            """, new { work.Tenant, Id = subscriptionId, Before = before, Since = clock.GetUtcNow().AddDays(-DeliveryLog.Kept), Limit = limit + 1 });
        return TypedResults.Ok(new Page([.. items.Take(limit)], items.Count > limit ? items[limit - 1].AttemptId : null));
    }
}
