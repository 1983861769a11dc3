using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Plans;

/// <summary>One plan as this service understands it: parameters, every target with its clause, and the ambiguities it keeps.</summary>
public static class ReadPlan
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/plans/{id}", Handle).ProducesProblem(404);

    public static Results<Ok<Plan>, NotFound> Handle(string id, PlanRegistry plans) => plans.Find(id) is { } plan ? TypedResults.Ok(plan) : TypedResults.NotFound();
}
