using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Indicators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The department notes the day on which one of the year's events happened, such as the grade-10 results; what was waiting for it may begin.</summary>
public static class NoteEvent
{
    public sealed record Command(int Year, DateOnly HappenedOn);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/events/{name}", Handle).RequireAuthorization(Policies.Officer).WithTags("Tasks").ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<Ok<MakeTasks.Answer>, NotFound>> Handle(
        string name, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (!CalendarEvent.All.Contains(name)) return TypedResults.NotFound();
        if (command.Year is < 2000 or > 2100) throw Question.Unknown("year");
        if (command.HappenedOn.Year != command.Year || command.HappenedOn > clock.Today())
            throw new RuleBroken("date_invalid", "Ngày không hợp lệ", "An event has happened: its day is in its year and not in the future.", 422);
        return TypedResults.Ok(await database.Run(officer.Tenant, async work =>
        {
            await work.Execute(
                """
                insert into plan_event (tenant_id, year, event, happened_on) values (@Tenant, @Year, @name, @HappenedOn)
                on conflict (tenant_id, year, event) do update set happened_on = excluded.happened_on
                """, new { work.Tenant, command.Year, name, command.HappenedOn });
            return await work.MakeYear(plans, command.Year, clock);
        }, ct));
    }
}
