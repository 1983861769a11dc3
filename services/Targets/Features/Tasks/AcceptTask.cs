using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The department finds a task done; while something it depends on is open, only with a reason. Never by the person who submitted it.</summary>
public static class AcceptTask
{
    public sealed record Command(string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/{taskId:guid}/acceptance", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Tasks")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid taskId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var reason = TaskRows.Note(command.Reason);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId) is not { } task) return TypedResults.NotFound();
        await work.Keep(task.Accept(clock.Today(), caller.Subject, task.OpenDependencies, reason), "accepted", caller, reason, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }
}
