using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>One task with its evidence and everything that was done to it.</summary>
public static class ShowTask
{
    public sealed record Answer(ListTasks.Item Task, IReadOnlyList<File> Evidence, IReadOnlyList<Act> Acts);

    /// <param name="Sha256">Of the content, in hexadecimal.</param>
    public sealed record File(Guid EvidenceId, string Title, string ContentType, int Size, string Sha256, bool Personal, string AddedBy, DateTimeOffset AddedAt);

    /// <param name="Name">`begun`, `evidence`, `submitted`, `accepted`, `returned`.</param>
    public sealed record Act(DateTimeOffset At, string Name, string By, string? Note);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/{taskId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks").ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid taskId, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId, change: false) is not { } task) return TypedResults.NotFound();
        var files = await work.Query<File>(
            """
            select evidence_id, title, content_type, size, encode(sha256, 'hex') as sha256, personal, added_by, added_at
            from task_evidence where tenant_id = @Tenant and task_id = @taskId order by added_at, evidence_id
            """, new { work.Tenant, taskId });
        var acts = await work.Query<Act>("select at, act as name, by, note from task_act where tenant_id = @Tenant and task_id = @taskId order by place", new { work.Tenant, taskId });
        return TypedResults.Ok(new Answer(ListTasks.Shown(task, clock.Today()), files, acts));
    }
}
