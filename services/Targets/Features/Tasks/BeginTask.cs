using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The owner begins a task, or takes up one that came back.</summary>
public static class BeginTask
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/{taskId:guid}/progress", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid taskId, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        caller.MustWorkAtTasks();
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId) is not { } task) return TypedResults.NotFound();
        await work.Keep(task.Begin(clock.Today()), "begun", caller, null, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }
}
