using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>What must hold before a subscription begins, each with whether it does: for the institution that waits and for the department that lets it begin.</summary>
/// <remarks>Institution verified; agreement (with its seven contents, Decree 356/2025/ND-CP, Art. 7(1)) in force for the purposes; a call by the institution's own OAuth2 client; host proved and signed test answered, or pull-only; two approvers.</remarks>
public static class ShowConditions
{
    /// <param name="Code">Stable code, as the refusal of the activation names it.</param>
    /// <param name="Hint">What is missing, in Vietnamese.</param>
    public sealed record Condition(string Code, bool Holds, string Hint);

    public sealed record Answer(IReadOnlyList<Condition> Conditions);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/subscriptions/{subscriptionId:guid}/conditions", Handle).WithTags("Subscriptions")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Institution));

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid subscriptionId, Person reader, Database db, EndpointGuard guard, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(reader, ct);
        return await work.Lock(subscriptionId) is { } row ? TypedResults.Ok(new Answer(await work.Conditions(row, guard, clock.GetUtcNow()))) : TypedResults.NotFound();
    }

    internal static async Task<IReadOnlyList<Condition>> Conditions(this Work work, Subscriptions.Row row, EndpointGuard guard, DateTimeOffset now) =>
    [
        new("institution_not_verified", await work.Single<bool>("select exists (select from institution_verification where tenant_id = @Tenant and institution_id = @InstitutionId)", new { work.Tenant, row.InstitutionId }), "Sở chưa xác minh cơ sở"),
        new("agreement_not_in_force", await work.Agreed(row.SubscriptionId, now), "Chưa có thoả thuận đang hiệu lực cho mục đích này"),
        new("client_missing", row.ClientId is not null, "Chưa có kết nối máy (OAuth2) nào của cơ sở gọi đến"),
        new("domain_not_verified", row.Endpoint is null || await VerifyDomain.Proved(work, row.InstitutionId, guard.MustBeAllowed(row.Endpoint)), "Tên miền chưa được xác minh"),
        new("endpoint_not_tested", row.Endpoint is null || row.TestedAt is not null, "Địa chỉ nhận chưa trả lời bản tin thử"),
        new("approvals_missing", row.ApprovedBy.Length == 2, "Cần hai người phê duyệt"),
    ];
}
