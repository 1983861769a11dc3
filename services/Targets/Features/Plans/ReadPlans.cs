using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Plans;

/// <summary>The plans this service knows, those of the caller's province first, and which of them are in force in a year.</summary>
public static class ReadPlans
{
    public sealed record Answer(int Year, IReadOnlyList<Item> Items);

    public sealed record Item(
        string Id, Text Title, string? Province, string IssuerLevel, string Issuer, string? Number, string? Symbol, DateOnly? Date, string? Month, Years Period, string Status, bool Fictional, bool InForce, int Targets, int Tasks);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/plans", Handle);

    public static Ok<Answer> Handle(int? year, Person caller, PlanRegistry plans, TimeProvider clock)
    {
        var asked = year ?? clock.Today().Year;
        return TypedResults.Ok(new Answer(asked, [.. plans.All
            .OrderBy(plan => plan.Province != caller.Tenant).ThenBy(plan => plan.Id, StringComparer.Ordinal)
            .Select(plan => new Item(plan.Id, plan.Title, plan.Province, plan.IssuerLevel, plan.Issuer, plan.Number, plan.Symbol, plan.Date, plan.Month, plan.Period, plan.Status, plan.Fictional,
                plans.IsInForce(plan, caller.Tenant, asked), plan.Targets.Count, plan.Tasks.Count))]));
    }
}
