using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>The money of the plan in force: what it needs and what that leaves out, its sources, and a year's estimate, commitments and payments by line; beside them the sums of all years.</summary>
public static class ShowBudget
{
    /// <param name="Need">Whole đồng, as the plan says; null where it names no sum.</param>
    /// <param name="Exclusions">What the need does not cover.</param>
    /// <param name="EstimatedOfPlan">All years together.</param>
    /// <param name="Unfunded">Need without what all years were estimated; null where no need is named.</param>
    public sealed record Answer(
        string Plan, int Year, bool Approved, decimal? Need, string? NeedClause, IReadOnlyList<Text> Exclusions, decimal EstimatedOfPlan, decimal CommittedOfPlan, decimal PaidOfPlan, decimal? Unfunded,
        IReadOnlyList<Source> Sources, IReadOnlyList<Line> Lines, IReadOnlyList<Entry> Entries);

    public sealed record Source(int Number, Text Title, string Clause, decimal Estimated, decimal Committed, decimal Paid);

    public sealed record Line(int Number, Text Title, decimal Estimated, decimal Committed, decimal Paid, decimal Left);

    public sealed record Entry(
        Guid EntryId, Guid? CommitmentId, int Line, int Source, decimal Amount, DateOnly OnDay, string Document, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset? CancelledAt, string? CancelReason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/budget/{year:int}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader)).WithTags("Budget").ProducesProblem(404);

    public static async Task<Ok<Answer>> Handle(int year, Person caller, PlanRegistry plans, Database database, CancellationToken ct)
    {
        var plan = plans.PlanOf(caller.Tenant, year);
        await using var work = await database.Begin(caller.Tenant, ct);
        var book = await work.Book(plan);
        var entries = await work.Query<Entry>(
            """
            select entry_id, commitment_id, line, source, amount, on_day, document, made_by, made_at, cancelled_at, cancel_reason
            from budget_entry where tenant_id = @Tenant and plan_id = @Id and year = @year order by made_at, entry_id
            """, new { work.Tenant, plan.Id, year });
        var approved = await work.Single<bool>("select exists (select from budget_approval where tenant_id = @Tenant and plan_id = @Id and year = @year)", new { work.Tenant, plan.Id, year });
        return TypedResults.Ok(new Answer(
            plan.Id, year, approved, book.Need, plan.BudgetNeed?.Clause, plan.BudgetNeed?.Exclusions ?? [], book.Estimated(), book.Committed(), book.Paid(), book.Need - book.Estimated(),
            [.. plan.Funding.Select((source, n) => new Source(n + 1, source.Source, source.Clause, book.Estimated(year, source: n + 1), book.Committed(year, source: n + 1), book.Paid(year, source: n + 1)))],
            [.. (plan.Spending?.Items ?? []).Select((title, n) => new Line(
                n + 1, title, book.Estimated(year, n + 1), book.Committed(year, n + 1), book.Paid(year, n + 1), book.Estimated(year, n + 1) - book.Committed(year, n + 1)))],
            entries));
    }
}
