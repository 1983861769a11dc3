using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Reminders and escalations, the newest first: those of the caller's organisation, or the province's; leaders get what was escalated to them.</summary>
public static class ListTaskNotices
{
    /// <param name="Code">`due_in_14`, `due_in_3` (days at most), `overdue`, `escalated` (to the leaders).</param>
    public sealed record Item(Guid NoticeId, DateTimeOffset At, string Code, Text Title, Guid TaskId, string TaskCode, Text Task, string Owner, string? Area, DateOnly LastDay, bool Mailed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/notices", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person caller, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        var rows = await work.Query<Row>(
            $"""
            select n.notice_id, n.at, n.code as notice, n.last_day, t.task_id, t.code, t.title_vi, t.title_en, t.owner, t.area,
              exists (select from task_mail m where m.tenant_id = n.tenant_id and m.notice_id = n.notice_id) as mailed
            from task_notice n join task t using (tenant_id, task_id)
            where n.tenant_id = @Tenant and {TaskRows.Seen} and (not @Leader or n.code = 'escalated') order by n.at desc, n.notice_id desc limit 200
            """,
            new { work.Tenant, Organisation = caller.OnlyOf(), Leader = caller.Is(Policies.Leader) && !caller.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.Inspector]) });
        return TypedResults.Ok<IReadOnlyList<Item>>([.. rows.Select(row => new Item(
            row.NoticeId, row.At, row.Notice, Title(row.Notice), row.TaskId, row.Code, new Text(row.TitleVi, row.TitleEn), row.Owner, row.Area.Length == 0 ? null : row.Area, row.LastDay, row.Mailed))]);
    }

    internal static Text Title(string code) => code switch
    {
        "overdue" => new("Nhiệm vụ đã quá hạn", "A task is overdue"),
        "escalated" => new("Nhiệm vụ quá hạn kéo dài, báo cáo lãnh đạo", "A task has long been overdue; the leaders are told"),
        _ => new($"Nhiệm vụ còn không quá {code["due_in_".Length..]} ngày", $"A task is due within {code["due_in_".Length..]} days"),
    };

    private sealed record Row(Guid NoticeId, DateTimeOffset At, string Notice, DateOnly LastDay, Guid TaskId, string Code, string TitleVi, string TitleEn, string Owner, string Area, bool Mailed);
}
