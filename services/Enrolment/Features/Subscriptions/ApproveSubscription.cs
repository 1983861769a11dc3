using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>An approver agrees that this institution may be fed; two of them are needed, and nobody counts twice.</summary>
public static class ApproveSubscription
{
    public sealed record Answer(int Approvals);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/subscriptions/{subscriptionId:guid}/approvals", Handle).RequireAuthorization(Policies.Approver).WithTags("Subscriptions").ProducesProblem(409);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid subscriptionId, Person approver, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(approver, ct);
        var row = await work.Lock(subscriptionId);
        if (row is null) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, subscriptionId, async () =>
        {
            if (row.State != "pending") throw new RuleBroken("transition_not_allowed", "Trạng thái hiện tại không cho phép bước này", "Only a pending subscription is approved.");
            if (row.RequestedBy == approver.Subject || row.ApprovedBy.Contains(approver.Subject))
                throw new RuleBroken("second_person_required", "Cần người khác phê duyệt", "Who requested or already approved the subscription cannot approve it (again).");
            if (row.ApprovedBy.Length >= 2) throw new RuleBroken("already_approved", "Đã đủ hai phê duyệt", "The subscription has two approvals already.");

            await work.Execute("update subscription set approved_by = approved_by || @Subject::varchar where tenant_id = @Tenant and subscription_id = @Id", new { work.Tenant, Id = subscriptionId, approver.Subject });
            await work.Note(subscriptionId, row.InstitutionId, approver.Subject, "approved", null, clock.GetUtcNow());
            return new Answer(row.ApprovedBy.Length + 1);
        }));
    }
}
