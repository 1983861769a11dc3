using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Gives out one file of a task. Where it holds personal data, a purpose must be named and the read is written down, or it does not happen.</summary>
public static class ReadEvidence
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/{taskId:guid}/evidence/{evidenceId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks")
        .Produces<byte[]>(contentType: "application/octet-stream").ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<FileContentHttpResult, NotFound>> Handle(
        Guid taskId, Guid evidenceId, string? purpose, Person caller, HttpResponse response, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId, change: false) is null) return TypedResults.NotFound();
        var file = await work.Single<File>(
            "select content_type, content, personal from task_evidence where tenant_id = @Tenant and task_id = @taskId and evidence_id = @evidenceId", new { work.Tenant, taskId, evidenceId });
        if (file is null) return TypedResults.NotFound();
        if (file.Personal)
        {
            if (string.IsNullOrWhiteSpace(purpose) || purpose.Length > 200)
                throw new RuleBroken("purpose_required", "Cần nêu mục đích xem", "This file holds personal data: say with `purpose` what it is read for, in at most 200 characters.", 422);
            var now = clock.GetUtcNow();
            await work.Execute(
                "insert into task_evidence_read (tenant_id, read_id, evidence_id, at, subject, purpose) values (@Tenant, @Id, @evidenceId, @now, @Subject, @Purpose)",
                new { work.Tenant, Id = Guid.CreateVersion7(now), evidenceId, now, caller.Subject, Purpose = purpose.Trim() });
            await work.Commit();
        }
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.File(file.Content, file.ContentType, $"minh-chung-{evidenceId:N}{Ending(file.ContentType)}");
    }

    private static string Ending(string type) => type switch
    {
        "application/pdf" => ".pdf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        Domain.EvidenceFile.Docx => ".docx",
        _ => ".xlsx",
    };

    private sealed record File(string ContentType, byte[] Content, bool Personal);
}
