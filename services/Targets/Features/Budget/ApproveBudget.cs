using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>The approver approves a year's estimate, naming the decision that gives the money; from then on it no longer changes and money may be committed.</summary>
public static class ApproveBudget
{
    public sealed record Command(string Document);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/budget/{year:int}/approval", Handle).RequireAuthorization(Policies.Approver).WithTags("Budget").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<NoContent> Handle(int year, Command command, Person approver, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var plan = plans.PlanOf(approver.Tenant, year);
        if (string.IsNullOrWhiteSpace(command.Document) || command.Document.Length > 300) throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", "Name the decision, in at most 300 characters.", 422);
        await using var work = await database.Begin(approver.Tenant, ct);
        await work.LockBook(plan);
        var amount = (await work.Book(plan)).Estimated(year);
        if (amount == 0) throw new RuleBroken("nothing_estimated", "Chưa có dự toán", "There is no estimate to approve.");
        if (await work.Single<bool>("select exists (select from budget_estimate where tenant_id = @Tenant and plan_id = @Id and year = @year and set_by = @Subject)", new { work.Tenant, plan.Id, year, approver.Subject }))
            throw new RuleBroken("second_person_required", "Người lập không được tự duyệt", "The person who estimated cannot also approve.");
        var approved = await work.Execute(
            """
            insert into budget_approval (tenant_id, plan_id, year, amount, document, approved_by, approved_at) values (@Tenant, @Id, @year, @amount, @Document, @Subject, @Now) on conflict do nothing
            """, new { work.Tenant, plan.Id, year, amount, command.Document, approver.Subject, Now = clock.GetUtcNow() });
        if (approved == 0) throw new RuleBroken("estimate_approved", "Dự toán năm đã được duyệt", "The year's estimate was approved before.");
        await work.Commit();
        return TypedResults.NoContent();
    }
}
