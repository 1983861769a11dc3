using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>Reads a plan's book within a unit of work; one writer at a time per plan, so that two commitments never share the same money.</summary>
internal static class BudgetRows
{
    internal static Plan PlanOf(this PlanRegistry plans, string province, int year) => plans.InForce(province, year)
        ?? throw new RuleBroken("no_plan", "Không có kế hoạch trong năm này", "No plan is in force in this year.", 404);

    internal static Task<int> LockBook(this Work work, Plan plan) => work.Execute("select pg_advisory_xact_lock(hashtextextended('budget:' || @Tenant || @Id, 0))", new { work.Tenant, plan.Id });

    internal static async Task<BudgetBook> Book(this Work work, Plan plan)
    {
        var args = new { work.Tenant, plan.Id };
        return new BudgetBook(
            plan,
            [.. await work.Query<BudgetBook.Estimate>("select year, line, source, amount from budget_estimate where tenant_id = @Tenant and plan_id = @Id", args)],
            [.. await work.Query<BudgetBook.Entry>("select entry_id, year, line, source, commitment_id, amount from budget_entry where tenant_id = @Tenant and plan_id = @Id and cancelled_at is null", args)],
            [.. await work.Query<int>("select year from budget_approval where tenant_id = @Tenant and plan_id = @Id", args)]);
    }

    internal static async Task Enter(this Work work, Guid entry, Plan plan, BudgetBook.Entry of, DateOnly on, string document, Person by, TimeProvider clock)
    {
        if (on > clock.Today()) throw new RuleBroken("date_invalid", "Ngày không hợp lệ", "The day is not in the future.", 422);
        if (string.IsNullOrWhiteSpace(document) || document.Length > 300) throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", "Name the document, in at most 300 characters.", 422);
        await work.Execute(
            """
            insert into budget_entry (tenant_id, entry_id, plan_id, year, line, source, commitment_id, amount, on_day, document, made_by, made_at)
            values (@Tenant, @entry, @Id, @Year, @Line, @Source, @CommitmentId, @Amount, @on, @document, @Subject, @Now)
            """,
            new { work.Tenant, entry, plan.Id, of.Year, of.Line, of.Source, of.CommitmentId, of.Amount, on, document, by.Subject, Now = clock.GetUtcNow() });
    }

    /// <summary>True when this entry stands already: the same request again changes nothing.</summary>
    internal static Task<bool> Stands(this Work work, Guid entry) => work.Single<bool>("select exists (select from budget_entry where tenant_id = @Tenant and entry_id = @entry)", new { work.Tenant, entry });
}
