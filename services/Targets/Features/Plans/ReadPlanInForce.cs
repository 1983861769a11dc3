using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Plans;

/// <summary>What holds in the caller's province in a year: the plan in force, and every target with the plan it comes from, what it replaces and what was dropped.</summary>
public static class ReadPlanInForce
{
    public sealed record Answer(int Year, string Province, string? Plan, Text? Title, IReadOnlyList<Item> Targets, IReadOnlyList<DroppedTarget> Dropped, IReadOnlyList<ExternalTargets> ExternalTargets);

    /// <param name="Target">As its plan words it.</param>
    /// <param name="Plan">The plan in force, or a parent of it.</param>
    /// <param name="Change">`override` or `tighten` where it stands in place of a parent's target.</param>
    /// <param name="Replaced">That target.</param>
    /// <param name="Counts">Of the targets about one thing, the one that counts this year.</param>
    public sealed record Item(Target Target, string Plan, string? Change, Target? Replaced, bool Counts);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/plans/in-force", Handle);

    public static Ok<Answer> Handle(int? year, Person caller, PlanRegistry plans, TimeProvider clock)
    {
        var asked = year ?? clock.Today().Year;
        if (plans.InForce(caller.Tenant, asked) is not { } plan) return TypedResults.Ok(new Answer(asked, caller.Tenant, null, null, [], [], []));
        var held = plans.Targets(plan, asked);
        var counting = held.GroupBy(one => one.Target.Thing).Select(same => Target.ThatCounts(same.Select(one => one.Target), asked)).ToHashSet();
        return TypedResults.Ok(new Answer(
            asked, caller.Tenant, plan.Id, plan.Title,
            [.. held.Select(one => new Item(one.Target, one.Plan, one.Replaced is null ? null : one.Target.Replaces!.Change, one.Replaced, counting.Contains(one.Target)))],
            plan.Drops, plan.ExternalTargets));
    }
}
