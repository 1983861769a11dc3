using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>The department lets a subscription begin. Every pre-condition is checked in this transaction, and what is missing is said all at once.</summary>
/// <remarks>Institution verified; agreement (with its seven contents, Decree 356/2025/ND-CP, Art. 7(1)) in force for the purposes; both contacts named; a call by the institution's own OAuth2 client; host proved and signed test answered, or pull-only; two approvers.</remarks>
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
        var facts = (await work.Single<Facts>(
            $"""
            select exists (select from institution_verification v where v.tenant_id = s.tenant_id and v.institution_id = s.institution_id) as verified,
                   {NextDelivery.Agreed} as agreed,
                   coalesce((select pos from institution_feed_head h where h.tenant_id = s.tenant_id and h.institution_id = s.institution_id), 0) as head
            from subscription s where s.tenant_id = @Tenant and s.subscription_id = @Id
            """, new { work.Tenant, Id = subscriptionId, Today = VietnamTime.Day(now) }))!;
        (bool Holds, string Code, string Hint)[] conditions =
        [
            (facts.Verified, "institution_not_verified", "Sở chưa xác minh cơ sở"),
            (facts.Agreed, "agreement_not_in_force", "Chưa có thoả thuận đang hiệu lực cho mục đích này"),
            (row.ClientId is not null, "client_missing", "Chưa có kết nối máy (OAuth2) nào của cơ sở gọi đến"),
            (row.Endpoint is null || await VerifyDomain.Proved(work, row.InstitutionId, guard.MustBeAllowed(row.Endpoint)), "domain_not_verified", "Tên miền chưa được xác minh"),
            (row.Endpoint is null || row.TestedAt is not null, "endpoint_not_tested", "Địa chỉ nhận chưa trả lời bản tin thử"),
            (row.ApprovedBy.Length == 2, "approvals_missing", "Cần hai người phê duyệt"),
        ];
        var missing = conditions.Where(condition => !condition.Holds).ToList();
        if (missing.Count > 0)
            throw new RuleBroken("subscription_not_ready", "Chưa đủ điều kiện để bắt đầu", "Pre-conditions are missing; see errors.").With([.. missing.Select(condition => new Fault(null, null, null, condition.Code, condition.Hint))]);

        await work.Execute("update subscription set state = 'active', withdrawn_pos = @Head, changed_at = @Now where tenant_id = @Tenant and subscription_id = @Id", new { work.Tenant, Id = subscriptionId, facts.Head, Now = now });
        await work.Note(subscriptionId, row.InstitutionId, officer.Subject, "activated", null, now);
        await work.Commit();
        return TypedResults.NoContent();
    }

    private sealed record Facts(bool Verified, bool Agreed, long Head);
}
