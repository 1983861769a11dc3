using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Indicators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Makes a year's tasks of the plan in force, or brings them up to date after a plan, a succession or the register of areas changed; what people did to them stays.</summary>
/// <remarks>The same again changes nothing. What the plan no longer asks for goes if nobody touched it, otherwise it stands as dropped; locked tasks are left as they were.</remarks>
public static class MakeTasks
{
    public sealed record Answer(int Year, string? Plan, int Tasks, int Changed, int Removed, int Dropped);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/years/{year:int}", Handle).RequireAuthorization(Policies.Officer).WithTags("Tasks").ProducesProblem(400);

    public static async Task<Ok<Answer>> Handle(int year, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (year is < 2000 or > 2100) throw Question.Unknown("year");
        return TypedResults.Ok(await database.Run(officer.Tenant, work => work.MakeYear(plans, year, clock), ct));
    }

    internal static async Task<Answer> MakeYear(this Work work, PlanRegistry plans, int year, TimeProvider clock)
    {
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('tasks:' || @Tenant, 0))", new { work.Tenant });
        var plan = plans.InForce(work.Tenant, year);
        IReadOnlyList<AssignedTask> tasks = plan is null ? [] : Assignments.Of(plan, year, await work.Register(), await Events(work, year));
        var (now, today) = (clock.GetUtcNow(), clock.Today());
        var changed = await Put(work, tasks, now);
        var gone = new { work.Tenant, Year = year, Ids = tasks.Select(task => task.TaskId).ToArray(), Today = today, Now = now };
        const string noLonger = "t.tenant_id = @Tenant and @Year between t.first_year and t.last_year and t.locked_from > @Today and t.dropped_at is null and not t.task_id = any (@Ids)";
        var removed = await work.Execute(
            $"""
            delete from task t where {noLonger} and t.state = 'not_begun'
              and not exists (select from task_act a where a.tenant_id = t.tenant_id and a.task_id = t.task_id)
              and not exists (select from task_evidence e where e.tenant_id = t.tenant_id and e.task_id = t.task_id)
            """, gone);
        var dropped = await work.Execute($"update task t set dropped_at = @Now, changed_at = @Now, version = version + 1 where {noLonger}", gone);
        return new Answer(year, plan?.Id, tasks.Count, changed, removed, dropped);
    }

    private static async Task<Dictionary<string, DateOnly>> Events(Work work, int year) =>
        (await work.Query<(string Event, DateOnly On)>("select event, happened_on from plan_event where tenant_id = @Tenant and year = @year", new { work.Tenant, year }))
            .ToDictionary(row => row.Event, row => row.On);

    private static Task<int> Put(Work work, IReadOnlyList<AssignedTask> tasks, DateTimeOffset now)
    {
        const string said = "kind, first_year, last_year, title_vi, title_en, clause, awaits, not_before, due, last_day, late_until, locked_from, depends_on";
        static string Of(string row) => string.Join(", ", said.Split(", ").Select(column => $"{row}.{column}"));
        return work.Execute(
            $"""
            insert into task as t (tenant_id, task_id, plan_id, code, period, owner, area, {said}, changed_at)
            select @Tenant, r.task_id, r.plan_id, r.code, r.period, r.owner, r.area, {Of("r")}, @now
            from jsonb_to_recordset(@rows::jsonb) as r(task_id uuid, plan_id varchar, code varchar, period varchar, owner varchar, area varchar, kind varchar, first_year int, last_year int,
              title_vi varchar, title_en varchar, clause varchar, awaits varchar, not_before date, due date, last_day date, late_until date, locked_from date, depends_on varchar[])
            on conflict (tenant_id, task_id) do update
              set ({said}) = row({Of("excluded")}), dropped_at = null, changed_at = excluded.changed_at, version = t.version + 1
              where t.dropped_at is not null or ({Of("t")}) is distinct from ({Of("excluded")})
            """,
            new { work.Tenant, now, rows = JsonSerializer.Serialize(tasks, Snake) });
    }

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
