using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>The department lets a subscription begin. Every pre-condition is checked in this transaction, and what is missing is said all at once.</summary>
/// <remarks>See <see cref="ShowConditions"/>.</remarks>
public static class ActivateSubscription
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/subscriptions/{subscriptionId:guid}/activation", Handle).RequireAuthorization(Policies.Officer).WithTags("Subscriptions").ProducesProblem(409);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid subscriptionId, Person officer, Database db, EndpointGuard guard, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(officer, ct);
        var row = await work.Lock(subscriptionId);
        if (row is null) return TypedResults.NotFound();
        if (row.State != "pending") throw new RuleBroken("transition_not_allowed", "Trạng thái hiện tại không cho phép bước này", $"The subscription is {row.State}, not pending.");

        var now = clock.GetUtcNow();
        var missing = (await work.Conditions(row, guard, now)).Where(condition => !condition.Holds).ToList();
        if (missing.Count > 0)
            throw new RuleBroken("subscription_not_ready", "Chưa đủ điều kiện để bắt đầu", "Pre-conditions are missing; see errors.").With([.. missing.Select(condition => new Fault(null, null, null, condition.Code, condition.Hint))]);

        var head = await work.Single<long>("select coalesce(max(pos), 0) from institution_feed_head where tenant_id = @Tenant and institution_id = @InstitutionId", new { work.Tenant, row.InstitutionId });
        await work.Execute("update subscription set state = 'active', withdrawn_pos = @Head, changed_at = @Now where tenant_id = @Tenant and subscription_id = @Id", new { work.Tenant, Id = subscriptionId, Head = head, Now = now });
        await work.Note(subscriptionId, row.InstitutionId, officer.Subject, "activated", null, now);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
