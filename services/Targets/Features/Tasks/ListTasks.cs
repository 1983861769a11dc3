using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Indicators;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>A year's tasks: whose, until when, how they stand and what they wait for; all of the province, or those of the caller's organisation.</summary>
public static class ListTasks
{
    /// <param name="State">As it stands today: kept, or `overdue`, `waiting` (for an event), `dropped`.</param>
    /// <param name="OpenDependencies">Codes of what must be accepted first and is not.</param>
    /// <param name="OwnerTitle">As an office would be called.</param>
    /// <param name="LastDay">The last day in time: the day before, where the plan says "before".</param>
    /// <param name="LateUntil">Until this day it is taken, as late.</param>
    /// <param name="LockedFrom">From this day on nobody may change it.</param>
    public sealed record Item(
        Guid TaskId, string Plan, string Kind, string Code, string Period, Text Title, string Clause, string Owner, Text? OwnerTitle, string? Area, string? AreaName,
        DateOnly? NotBefore, DateOnly? Due, DateOnly LastDay, DateOnly LateUntil, DateOnly LockedFrom, string State, int DaysLate, DateOnly? SubmittedOn,
        IReadOnlyList<string> DependsOn, IReadOnlyList<string> OpenDependencies, int Evidence);

    public sealed record Answer(int Year, DateOnly Today, IReadOnlyList<Item> Items, Guid? Next);

    private const int Page = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks").ProducesProblem(400);

    public static async Task<Ok<Answer>> Handle(
        int? year, string? state, string? owner, string? area, string? code, Guid? after, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (state is not null && !TaskState.All.Contains(state)) throw Question.Unknown("state");
        var today = clock.Today();
        await using var work = await database.Begin(caller.Tenant, ct);
        var items = await Read(
            work, caller.OnlyOf(), year ?? today.Year, today,
            """
            and (@owner::varchar is null or t.owner = @owner) and (@area::varchar is null or t.area = @area) and (@code::varchar is null or t.code = @code)
            and (@after::uuid is null or (t.last_day, t.task_id) > (select a.last_day, a.task_id from task a where a.tenant_id = t.tenant_id and a.task_id = @after))
            """,
            state is null ? Page : int.MaxValue, new { owner, area, code, after });
        var page = items.Where(item => state is null || item.State == state).Take(Page).ToList();
        return TypedResults.Ok(new Answer(year ?? today.Year, today, page, page.Count == Page ? page[^1].TaskId : null));
    }

    /// <summary>In the order of their last days.</summary>
    internal static async Task<IReadOnlyList<Item>> Read(Work work, Guid? organisation, int year, DateOnly today, string where, int limit, object? args = null)
    {
        var given = new DynamicParameters(args);
        given.AddDynamicParams(new { work.Tenant, Organisation = organisation, Year = year, Limit = limit });
        var rows = await work.Query<AssignedTask>(
            $"""
            select {TaskRows.Columns}
            from task t where t.tenant_id = @Tenant and @Year between t.first_year and t.last_year and {TaskRows.Seen} {where}
            order by t.last_day, t.task_id limit @Limit
            """, given);
        return [.. rows.Select(row => Shown(row, today))];
    }

    internal static Item Shown(AssignedTask task, DateOnly today) => new(
        task.TaskId, task.PlanId, task.Kind, task.Code, task.Period, new Text(task.TitleVi, task.TitleEn), task.Clause, task.Owner, Function.Find(task.Owner)?.Title,
        task.Area.Length == 0 ? null : task.Area, task.AreaName, task.NotBefore, task.Due, task.LastDay, task.LateUntil, task.LockedFrom, task.StateOn(today), task.DaysLate(today), task.SubmittedOn,
        task.DependsOn, [.. task.OpenDependencies.Order(StringComparer.Ordinal)], task.Evidence);
}
