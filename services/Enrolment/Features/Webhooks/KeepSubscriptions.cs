using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Revocations;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>What only time does: an agreement that ended suspends from midnight, five days of failure disable, offers about to be released and deletions nobody confirmed are called to mind, old log lines and counted reads go, notices are mailed.</summary>
/// <remarks>Apart from the delivery, which must not wait for a slow mail server.</remarks>
public sealed class KeepSubscriptions(Database db, AllocationTimes times, MailNotices mail, TimeProvider clock)
{
    /// <summary>So long before an offer without a contact is released its institution is told `report.due`, once a day.</summary>
    private const int RemindDays = 2;

    public async Task Round(string tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using (var work = await db.Begin(tenant, ct))
        {
            await work.AsProvince();
            await Suspend(work, now);
            await Remind(work, now);
            await work.Escalate(now);
            await work.Execute("delete from webhook_attempt where at < @Before", new { Before = now.AddDays(-DeliveryLog.Kept) });
            await work.Execute("delete from lead_shown where day < @Yesterday", new { Yesterday = VietnamTime.Day(now).AddDays(-1) });
            await work.Commit();
        }
        await mail.Send(tenant, ct);
    }

    private static Task Suspend(Work work, DateTimeOffset now) => work.Execute(
        $"""
        with over as (
          update subscription s set changed_at = @Now, state = 'suspended', attempts = 0, next_at = null, failing_since = null, suspended_for = case when agreed then 'auto' else 'agreement' end,
            announce = case when agreed then s.announce else 'subscription.suspended' end, announce_id = gen_random_uuid(), announce_at = @Now
          from (select s.tenant_id, s.subscription_id, {NextDelivery.Agreed} as agreed from subscription s where s.state in ('active', 'failing') for update skip locked) d
          where s.tenant_id = d.tenant_id and s.subscription_id = d.subscription_id and (not agreed or s.failing_since <= @Since)
          returning s.tenant_id, s.subscription_id, s.institution_id, s.suspended_for),
        told as (
          insert into institution_notice (tenant_id, notice_id, institution_id, at, code)
          select tenant_id, gen_random_uuid(), institution_id, @Now, case suspended_for when 'auto' then 'endpoint_disabled' else 'agreement_ended' end from over)
        insert into subscription_journal (tenant_id, entry_id, subscription_id, institution_id, at, actor, act)
        select tenant_id, gen_random_uuid(), subscription_id, institution_id, @Now, 'platform', 'suspended:' || suspended_for from over
        """, new { Now = now, Today = VietnamTime.Day(now), Since = now - RetrySchedule.DisabledAfter });

    private Task Remind(Work work, DateTimeOffset now) => work.Execute(
        """
        update subscription s set announce = 'report.due', announce_id = gen_random_uuid(), announce_at = @Now, reported_on = @Today
        where s.state in ('active', 'failing') and s.endpoint is not null and s.announce is null and s.reported_on is distinct from @Today
          and exists (select from lead_grant g where g.tenant_id = s.tenant_id and g.institution_id = s.institution_id and g.state = 'offered' and g.granted_at <= @Before)
        """, new { Now = now, Today = VietnamTime.Day(now), Before = now.AddDays(RemindDays - times.ExclusiveDays) });
}
