using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Plans;

/// <summary>What a plan asks to be done in a year: tasks, reports, phases and conference, with due dates and who does the work by then.</summary>
public static class ReadPlanCalendar
{
    public sealed record Answer(string Plan, int Year, IReadOnlyList<Occurrence> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/plans/{id}/calendar", Handle).ProducesProblem(404);

    public static Results<Ok<Answer>, NotFound> Handle(string id, int? year, PlanRegistry plans, TimeProvider clock)
    {
        if (plans.Find(id) is not { } plan) return TypedResults.NotFound();
        var asked = year ?? clock.Today().Year;
        return TypedResults.Ok(new Answer(id, asked, [.. TaskCalendar.Of(plan, asked).OrderBy(one => one.LastDay ?? one.Until)]));
    }
}
