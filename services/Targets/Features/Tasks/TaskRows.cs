using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Reads and keeps tasks within a unit of work, and says who may see and do what.</summary>
internal static class TaskRows
{
    /// <summary>Who has to do with tasks; families and the platform's operator have not.</summary>
    internal static readonly string[] Roles = [Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Leader, Policies.School, Policies.Institution];

    /// <summary>Of `task t`. What it depends on is looked for in the same area where both are an area's.</summary>
    internal const string Columns =
        """
        t.task_id, t.plan_id, t.kind, t.code, t.period, t.first_year, t.last_year, t.owner, t.area, t.title_vi, t.title_en, t.clause, t.awaits, t.not_before, t.due, t.last_day, t.late_until,
        t.locked_from, t.depends_on, t.state, t.submitted_on, t.submitted_by, t.dropped_at, t.changed_at, t.version,
        (select coalesce(array_agg(distinct d.code), '{}') from task d where d.tenant_id = t.tenant_id and d.plan_id = t.plan_id and d.period = t.period and d.code = any (t.depends_on)
           and (d.area = '' or t.area = '' or d.area = t.area) and d.state <> 'accepted' and d.dropped_at is null) as open_dependencies,
        (select count(*)::int from task_evidence e where e.tenant_id = t.tenant_id and e.task_id = t.task_id) as evidence,
        (select name from areas n where n.tenant_id = t.tenant_id and n.code = t.area and n.valid_from <= t.last_day and (n.valid_to is null or n.valid_to >= t.last_day) limit 1) as area_name
        """;

    /// <summary>The department's people, inspectors and leaders see every task; others those of their organisation.</summary>
    internal static bool SeesAllTasks(this Person person) => person.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader]);

    /// <summary>Condition on `t`, with the parameter @Organisation: null for those who see all.</summary>
    internal const string Seen =
        """
        (@Organisation::uuid is null or exists (select from task_owner o where o.tenant_id = t.tenant_id and o.organisation_id = @Organisation and o.owner = t.owner and o.area = t.area))
        """;

    internal static Guid? OnlyOf(this Person person) => person.SeesAllTasks() ? null : person.OwnOrganisation;

    /// <summary>The task, locked for a change; null where there is none that this person may see.</summary>
    internal static Task<AssignedTask?> TaskFor(this Work work, Person person, Guid task, bool change = true) => work.Single<AssignedTask>(
        $"select {Columns} from task t where t.tenant_id = @Tenant and t.task_id = @task and {Seen} {(change ? "for update of t" : "")}",
        new { work.Tenant, task, Organisation = person.OnlyOf() });

    /// <summary>The owner's people and the department work at a task; inspectors and leaders only look.</summary>
    internal static void MustWorkAtTasks(this Person person)
    {
        if (!person.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.School, Policies.Institution]))
            throw new RuleBroken("forbidden", "Không có quyền thực hiện", "Inspectors and leaders read tasks; they do not work at them.", 403);
    }

    internal static async Task Keep(this Work work, AssignedTask task, string act, Person by, string? note, DateTimeOffset at)
    {
        var kept = await work.Execute(
            """
            update task set state = @State, submitted_on = @SubmittedOn, submitted_by = @SubmittedBy, changed_at = @at, version = version + 1
            where tenant_id = @Tenant and task_id = @TaskId and version = @Version
            """,
            new { work.Tenant, task.TaskId, task.State, task.SubmittedOn, task.SubmittedBy, task.Version, at });
        if (kept != 1) throw new RuleBroken("version_conflict", "Dữ liệu vừa được người khác thay đổi", "Somebody else changed this task at the same time; read it again.");
        await work.Note(task.TaskId, act, by, note, at);
    }

    internal static Task Note(this Work work, Guid task, string act, Person by, string? note, DateTimeOffset at) => work.Execute(
        "insert into task_act (tenant_id, act_id, task_id, at, act, by, note) values (@Tenant, @Id, @task, @at, @act, @Subject, @note)",
        new { work.Tenant, Id = Guid.CreateVersion7(at), task, at, act, by.Subject, note });

    internal static string? Note(string? note)
    {
        if (note?.Length > 2_000) throw new RuleBroken("text_too_long", "Nội dung quá dài", "A note has at most 2,000 characters.", 422);
        return string.IsNullOrWhiteSpace(note) ? null : note.Trim();
    }

    /// <summary>The register of areas, as it stands here.</summary>
    internal static async Task<IReadOnlyCollection<Area>> Register(this Work work) =>
        [.. (await work.Query<(string Kind, string Code, string Name, string? Parent, DateOnly ValidFrom, DateOnly? ValidTo)>(
            "select kind, code, name, parent, valid_from, valid_to from areas where tenant_id = @Tenant", new { work.Tenant }))
            .Select(row => new Area(row.Kind, row.Code, row.Name, row.Parent, row.ValidFrom, row.ValidTo, []))];
}
