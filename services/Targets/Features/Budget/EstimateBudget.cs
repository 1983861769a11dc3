using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>The department estimates a year's money by line of spending and source, until the estimate is approved.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, V.2.1.</remarks>
public static class EstimateBudget
{
    /// <param name="Line">Place among the plan's lines of spending, from 1.</param>
    /// <param name="Source">Place among the plan's sources, from 1.</param>
    /// <param name="Amount">Whole đồng; 0 takes the line out.</param>
    public sealed record Item(int Line, int Source, decimal Amount);

    public sealed record Command(IReadOnlyList<Item> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/budget/{year:int}/estimate", Handle).RequireAuthorization(Policies.Officer).WithTags("Budget").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<NoContent> Handle(int year, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var plan = plans.PlanOf(officer.Tenant, year);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.LockBook(plan);
        var book = await work.Book(plan);
        foreach (var item in command.Items) book.MayBeEstimated(year, item.Line, item.Source, item.Amount);
        await work.Execute("delete from budget_estimate where tenant_id = @Tenant and plan_id = @Id and year = @year", new { work.Tenant, plan.Id, year });
        foreach (var item in command.Items.Where(item => item.Amount > 0))
        {
            await work.Execute(
                """
                insert into budget_estimate as e (tenant_id, plan_id, year, line, source, amount, set_by, set_at) values (@Tenant, @Id, @year, @Line, @Source, @Amount, @Subject, @Now)
                on conflict (tenant_id, plan_id, year, line, source) do update set amount = e.amount + excluded.amount
                """, new { work.Tenant, plan.Id, year, item.Line, item.Source, item.Amount, officer.Subject, Now = clock.GetUtcNow() });
        }
        await work.Commit();
        return TypedResults.NoContent();
    }
}
