using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The owner hands a task in, with evidence or a note; after its last day it counts as late, and is taken until the plan's last date for that.</summary>
public static class SubmitTask
{
    public sealed record Command(string? Note = null);

    /// <param name="DaysLate">0 in time.</param>
    public sealed record Answer(DateOnly SubmittedOn, int DaysLate);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/{taskId:guid}/submission", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid taskId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        caller.MustWorkAtTasks();
        var note = TaskRows.Note(command.Note);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId) is not { } task) return TypedResults.NotFound();
        var submitted = task.Submit(clock.Today(), caller.Subject, evidence: task.Evidence > 0 || note is not null);
        await work.Keep(submitted, "submitted", caller, note, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Answer(clock.Today(), submitted.DaysLate(clock.Today())));
    }
}
