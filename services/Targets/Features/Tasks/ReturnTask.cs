using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The department gives a task back to its owner, saying why.</summary>
public static class ReturnTask
{
    public sealed record Command(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/{taskId:guid}/return", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Tasks")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid taskId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId) is not { } task) return TypedResults.NotFound();
        await work.Keep(task.Return(clock.Today(), caller.Subject, command.Reason), "returned", caller, TaskRows.Note(command.Reason), clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }
}
