using CareerPlatform.Contracts;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The calendar behind a person's secret address: this year's tasks on their last days. It ends with the address, and when the person's or the organisation's access is revoked.</summary>
/// <remarks>For the whole province the offices of all areas share one entry. No personal data.</remarks>
public static class ReadTaskCalendar
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/calendar.ics", Handle).AllowAnonymous().WithTags("Tasks").Produces<string>(contentType: "text/calendar").ProducesProblem(404);

    public static async Task<Results<ContentHttpResult, NotFound>> Handle(string key, HttpResponse response, Database database, TimeProvider clock, CancellationToken ct)
    {
        var province = key.Split('.')[0];
        if (key.Length > 200 || province.Length is 0 or > 10 || !province.All(char.IsAsciiLetterOrDigit)) return TypedResults.NotFound();
        var today = clock.Today();
        await using var work = await database.Begin(province, ct);
        var holder = await work.Single<Holder>(
            """
            update calendar_key k set used_on = @today where k.tenant_id = @Tenant and k.hash = @Hash and k.revoked_at is null
              and not exists (select from revoked_access r where r.tenant_id = k.tenant_id and r.revoked and r.at >= k.created_at
                and ((r.kind in ('person', 'roles') and r.subject = k.subject) or (r.kind = 'organisation' and r.subject = k.organisation_id::text)))
            returning k.key_id, k.organisation_id as organisation
            """, new { work.Tenant, today, Hash = MakeCalendarKey.Hash(key) });
        if (holder is null) return TypedResults.NotFound();
        var tasks = (await work.Query<AssignedTask>(
            $"select {TaskRows.Columns} from task t where t.tenant_id = @Tenant and @Year between t.first_year and t.last_year and t.dropped_at is null and {TaskRows.Seen} order by t.last_day, t.task_id",
            new { work.Tenant, today.Year, holder.Organisation })).Where(task => task.StateOn(today) != TaskState.Waiting);
        await work.Commit();

        var entries = holder.Organisation is not null
            ? tasks.Select(task => Entry(task.TaskId, [task], today))
            : tasks.GroupBy(task => (task.PlanId, task.Code, task.Period, task.Owner))
                .Select(same => Entry(StreamIds.Of("task", province, same.Key.PlanId, same.Key.Code, same.Key.Period, same.Key.Owner), [.. same], today));
        response.Headers.CacheControl = "private, max-age=900";
        return TypedResults.Text(TaskFeed.Write("Nhiệm vụ hướng nghiệp, phân luồng", entries), "text/calendar; charset=utf-8");
    }

    private static CalendarEntry Entry(Guid id, IReadOnlyList<AssignedTask> tasks, DateOnly today)
    {
        var (first, open) = (tasks[0], tasks.Count(task => task.WaitsForOwner));
        var owner = Function.Find(first.Owner)?.Title.Vi ?? "Chưa rõ đơn vị chủ trì";
        var where = first.AreaName is { } name && tasks.Count == 1 ? $" ({name})" : tasks.Count > 1 ? $" ({tasks.Count} địa bàn, còn {open})" : "";
        var state = open == 0 ? "Đã nộp" : today > first.LastDay ? "Quá hạn" : "Chưa nộp";
        return new CalendarEntry(
            id, first.LastDay, $"{first.Code} {first.TitleVi}",
            $"Đơn vị thực hiện: {owner}{where}\nCăn cứ: {first.Clause}\nNgày cuối cùng trong hạn: {first.LastDay:dd/MM/yyyy}\nNhận chậm đến hết: {first.LateUntil:dd/MM/yyyy}\nTình trạng: {state}",
            first.PlanId, open == 0, tasks.Max(task => task.ChangedAt), tasks.Sum(task => task.Version) - tasks.Count);
    }

    private sealed record Holder(Guid KeyId, Guid? Organisation);
}
