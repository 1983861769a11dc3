using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>What only time does to tasks: the year's are made and brought up to date, owners are reminded, who is overdue is told, and what stays overdue goes to the leaders.</summary>
/// <remarks>Every replica may run it: tasks are made one at a time per province, and each notice stands once per task and last day.</remarks>
public sealed class KeepTasks(Database database, PlanRegistry plans, MailTaskNotices mail, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Days before the last day on which an owner is reminded, and after it when leaders are told: this project's rule, `Tasks__ReminderDays__0` and so on, `Tasks__EscalationDays`.</summary>
    private int[] ReminderDays => configuration.GetSection("Tasks:ReminderDays").Get<int[]>() ?? [14, 3];

    private int EscalationDays => configuration.GetValue("Tasks:EscalationDays", 7);

    /// <summary>One round over all provinces.</summary>
    public async Task Round(CancellationToken ct)
    {
        foreach (var province in await Provinces(ct)) await Round(province, ct);
    }

    public async Task Round(string province, CancellationToken ct)
    {
        await database.Run(province, async work =>
        {
            await work.MakeYear(plans, clock.Today().Year, clock);
            await Remind(work);
        }, ct);
        await mail.Send(province, ct);
    }

    /// <summary>Those that this installation serves: a plan in a file may be another province's.</summary>
    private async Task<IReadOnlyList<string>> Provinces(CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        return await work.Query<string>("select tenant_id from areas union select tenant_id from plans union select tenant_id from task");
    }

    private Task<int> Remind(Work work) => work.Execute(
        """
        insert into task_notice (tenant_id, notice_id, task_id, code, last_day, at)
        select t.tenant_id, gen_random_uuid(), t.task_id, n.code, t.last_day, @Now from task t
        cross join lateral (
          select 'due_in_' || min(d) as code from unnest(@Days) d where t.last_day >= @Today and t.last_day - @Today <= d having min(d) is not null
          union all select 'overdue' where t.last_day < @Today
          union all select 'escalated' where t.last_day + @Escalation <= @Today) n
        where t.tenant_id = @Tenant and t.state in ('not_begun', 'in_progress', 'returned') and t.dropped_at is null and t.locked_from > @Today and (t.awaits is null or t.not_before is not null)
        on conflict (tenant_id, task_id, last_day, code) do nothing
        """,
        new { work.Tenant, Now = clock.GetUtcNow(), Today = clock.Today(), Days = ReminderDays, Escalation = EscalationDays });
}
