using System.Security.Cryptography;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Adds a file to a task somebody works at; the body is the file. The same content again changes nothing.</summary>
public static class AddEvidence
{
    /// <param name="Sha256">In hexadecimal.</param>
    public sealed record Answer(Guid EvidenceId, string ContentType, int Size, string Sha256);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tasks/{taskId:guid}/evidence", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks")
        .Accepts<byte[]>("application/octet-stream").ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);

    /// <param name="title">What it shows; the sender's file name is not kept.</param>
    /// <param name="personal">It holds personal data: each read needs a purpose and is written down.</param>
    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid taskId, string title, bool? personal, HttpRequest request, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        caller.MustWorkAtTasks();
        if (string.IsNullOrWhiteSpace(title) || title.Length > 200 || title.Any(char.IsControl))
            throw new RuleBroken("title_invalid", "Tên tài liệu không hợp lệ", "A title has 1 to 200 characters, none of them a control character.", 422);
        var content = await Read(request, ct);
        var type = EvidenceFile.TypeOf(content);
        var hash = SHA256.HashData(content);
        var now = clock.GetUtcNow();

        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.TaskFor(caller, taskId) is not { } task) return TypedResults.NotFound();
        var known = await work.Single<Guid?>("select evidence_id from task_evidence where tenant_id = @Tenant and task_id = @taskId and sha256 = @hash", new { work.Tenant, taskId, hash });
        if (known is null)
        {
            task.Workable(clock.Today());
            if (!task.WaitsForOwner) throw new RuleBroken("transition_not_allowed", "Không thực hiện được ở trạng thái này", "Evidence is added before a task is submitted, or after it was returned.");
            if (task.Evidence >= EvidenceFile.MostFiles) throw new RuleBroken("too_many_files", "Quá nhiều tài liệu", $"A task has at most {EvidenceFile.MostFiles} files.");
            known = Guid.CreateVersion7(now);
            await work.Execute(
                """
                insert into task_evidence (tenant_id, evidence_id, task_id, title, content_type, size, sha256, content, personal, added_by, added_at)
                values (@Tenant, @known, @taskId, @Title, @type, @Length, @hash, @content, @Personal, @Subject, @now)
                """,
                new { work.Tenant, known, taskId, Title = title.Trim(), type, content.Length, hash, content, Personal = personal ?? false, caller.Subject, now });
            await work.Note(taskId, "evidence", caller, title.Trim(), now);
            await work.Commit();
        }
        return TypedResults.Ok(new Answer(known.Value, type, content.Length, Convert.ToHexStringLower(hash)));
    }

    private static async Task<byte[]> Read(HttpRequest request, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = EvidenceFile.MaxBytes + 1;
        if (request.ContentLength > EvidenceFile.MaxBytes) throw TooLarge();
        using var content = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[1 << 16];
        for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > EvidenceFile.MaxBytes) throw TooLarge();
        }
        return content.ToArray();
    }

    private static RuleBroken TooLarge() => new("body_too_large", "Tệp quá lớn", $"Evidence has at most {EvidenceFile.MaxBytes} bytes.", 413);
}
