using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>Cancels a commitment or payment that was wrong, with a reason; it stays on record.</summary>
public static class CancelEntry
{
    public sealed record Command(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/budget/{year:int}/entries/{entryId:guid}/cancellation", Handle).RequireAuthorization(Policies.Officer).WithTags("Budget").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(int year, Guid entryId, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > 1_000) throw new RuleBroken("reason_required", "Cần nêu lý do", "Say why, in at most 1,000 characters.", 422);
        var plan = plans.PlanOf(officer.Tenant, year);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.LockBook(plan);
        (await work.Book(plan)).MayBeCancelled(entryId);
        var cancelled = await work.Execute(
            """
            update budget_entry set cancelled_at = @Now, cancelled_by = @Subject, cancel_reason = @Reason
            where tenant_id = @Tenant and plan_id = @Id and year = @year and entry_id = @entryId and cancelled_at is null
            """, new { work.Tenant, plan.Id, year, entryId, Now = clock.GetUtcNow(), officer.Subject, command.Reason });
        if (cancelled == 0) return TypedResults.NotFound();
        await work.Commit();
        return TypedResults.NoContent();
    }
}
