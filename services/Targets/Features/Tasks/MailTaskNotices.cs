using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Mails reminders and escalations: one letter a round for each mailbox, with all that is new for it. Owners get theirs, the leaders what was escalated to them, the department what no organisation does.</summary>
/// <remarks>A notice of the last 30 days goes to each of its mailboxes once; without a mailbox or a mail server it stands in the list only.</remarks>
public sealed class MailTaskNotices(Database database, Mailer mailer, TimeProvider clock)
{
    private sealed record Row
    {
        public required string Whose { get; init; }
        public required string[] Addresses { get; init; }
        public Guid NoticeId { get; init; }
        public required string Notice { get; init; }
        public required string Code { get; init; }
        public required string TitleVi { get; init; }
        public string? AreaName { get; init; }
        public DateOnly LastDay { get; init; }
    }

    public async Task Send(string province, CancellationToken ct)
    {
        if (!mailer.IsOn) return;
        await using var work = await database.Begin(province, ct);
        var waiting = await work.Query<Row>(
            """
            select b.whose, b.addresses, n.notice_id, n.code as notice, t.code, t.title_vi,
              (select name from areas a where a.tenant_id = t.tenant_id and a.code = t.area order by a.valid_from desc limit 1) as area_name, n.last_day
            from task_notice n join task t using (tenant_id, task_id)
            join task_mailbox b on b.tenant_id = n.tenant_id and case
              when n.code = 'escalated' then b.whose = @Leaders
              when exists (select from task_owner o join task_mailbox x on x.tenant_id = o.tenant_id and x.whose = o.organisation_id::text
                where o.tenant_id = t.tenant_id and o.owner = t.owner and o.area = t.area)
                then exists (select from task_owner o where o.tenant_id = t.tenant_id and o.owner = t.owner and o.area = t.area and o.organisation_id::text = b.whose)
              else b.whose = @Department end
            where n.tenant_id = @Tenant and n.at > @Since and t.dropped_at is null and t.state in ('not_begun', 'in_progress', 'returned')
              and not exists (select from task_mail m where m.tenant_id = n.tenant_id and m.notice_id = n.notice_id and m.whose = b.whose)
            order by b.whose, n.last_day, t.code for update of n skip locked
            """, new { work.Tenant, Since = clock.GetUtcNow().AddDays(-30), SetMailbox.Leaders, SetMailbox.Department });
        var letters = waiting.GroupBy(row => row.Whose).Take(Mailer.AtOnce).Select(mailbox => ((IReadOnlyList<Row>)[.. mailbox], new Letter(mailbox.First().Addresses, Subject([.. mailbox]), Body([.. mailbox])))).ToList();
        await mailer.Send(letters, rows => work.Execute(
            "insert into task_mail (tenant_id, notice_id, whose, mailed_at) select @Tenant, id, @Whose, @Now from unnest(@Ids) as id on conflict do nothing",
            new { work.Tenant, rows[0].Whose, Now = clock.GetUtcNow(), Ids = rows.Select(row => row.NoticeId).ToArray() }), ct);
        await work.Commit();
    }

    private static string Subject(IReadOnlyCollection<Row> rows)
    {
        var (escalated, overdue) = (rows.Count(row => row.Notice == "escalated"), rows.Count(row => row.Notice == "overdue"));
        var due = rows.Count - escalated - overdue;
        return "[CareerPlatform] " + string.Join(", ", new[] { (due, "nhiệm vụ sắp đến hạn"), (overdue, "nhiệm vụ quá hạn"), (escalated, "nhiệm vụ quá hạn kéo dài") }.Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}"));
    }

    /// <summary>By notice, the most urgent first; the tasks of the plan and their last days, nothing about persons.</summary>
    private static string Body(IReadOnlyCollection<Row> rows) =>
        string.Join("\n", rows.GroupBy(row => row.Notice).OrderBy(same => same.Key switch { "escalated" => 0, "overdue" => 1, _ => 2 }).ThenBy(same => same.Key.Length).ThenBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => $"{ListTaskNotices.Title(same.Key).Vi}:\n{string.Concat(same.Select(row => $"- {row.Code}. {row.TitleVi}{(row.AreaName is null ? "" : $" ({row.AreaName})")}: hạn cuối {Vietnamese.Day(row.LastDay)}\n"))}"))
        + "\nGET /v1/tasks/notices, GET /v1/tasks/late\n";
}
