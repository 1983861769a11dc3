using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Budget;

/// <summary>Notes a payment on a commitment, never more than is left of it. The same entry again changes nothing.</summary>
public static class PayMoney
{
    public sealed record Command(Guid CommitmentId, decimal Amount, DateOnly On, string Document);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/budget/{year:int}/payments/{entryId:guid}", Handle).RequireAuthorization(Policies.Officer).WithTags("Budget").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<NoContent> Handle(int year, Guid entryId, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var plan = plans.PlanOf(officer.Tenant, year);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.LockBook(plan);
        if (await work.Stands(entryId)) return TypedResults.NoContent();
        var paying = (await work.Book(plan)).MayBePaid(command.CommitmentId, command.Amount);
        await work.Enter(entryId, plan, paying with { EntryId = entryId, CommitmentId = paying.EntryId, Amount = command.Amount }, command.On, command.Document, officer, clock);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
