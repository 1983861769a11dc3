using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Plans;

/// <summary>The JSON Schema of a plan file, for editors that check while somebody writes one.</summary>
public static class ReadPlanSchema
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/plans/schema", Handle).Produces<string>(contentType: "application/schema+json").AllowAnonymous();

    public static IResult Handle() => TypedResults.Text(PlanFile.ResourceText("plan.schema.json"), "application/schema+json");
}
