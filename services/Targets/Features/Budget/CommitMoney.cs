using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>Commits money of an approved estimate, never more than is left of its line and source. The same entry again changes nothing.</summary>
public static class CommitMoney
{
    public sealed record Command(int Line, int Source, decimal Amount, DateOnly On, string Document);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/budget/{year:int}/commitments/{entryId:guid}", Handle).RequireAuthorization(Policies.Officer).WithTags("Budget").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<NoContent> Handle(int year, Guid entryId, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var plan = plans.PlanOf(officer.Tenant, year);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.LockBook(plan);
        if (await work.Stands(entryId)) return TypedResults.NoContent();
        (await work.Book(plan)).MayBeCommitted(year, command.Line, command.Source, command.Amount);
        await work.Enter(entryId, plan, new(entryId, year, command.Line, command.Source, null, command.Amount), command.On, command.Document, officer, clock);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
