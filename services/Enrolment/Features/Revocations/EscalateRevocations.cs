using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Revocations;

/// <summary>Withdrawals that nobody has confirmed: reminders after one and three days, the department after 7, its approvers after 15, and on the 20th day the institution's feed stops.</summary>
/// <remarks>reliability.md P3, P4, W14. A step that was missed (nothing ran) is taken late; the later one stands for the earlier.</remarks>
public static class EscalateRevocations
{
    public static Task Escalate(this Work work, DateTimeOffset now) => work.Execute(
        """
        with late as (
          select r.tenant_id, r.institution_id, r.pos, (select max(d) from unnest(array[1, 3, 7, 15, 20]) as d where r.revoked_at <= @Now - make_interval(days => d))::smallint as step
          from revocation r where r.acked_at is null and r.escalated < 20 and r.revoked_at <= @Now - interval '1 day' for update skip locked),
        raised as (
          update revocation r set escalated = l.step from late l
          where r.tenant_id = l.tenant_id and r.institution_id = l.institution_id and r.pos = l.pos and l.step > r.escalated
          returning r.tenant_id, r.institution_id, r.escalated),
        told as (
          insert into institution_notice (tenant_id, notice_id, institution_id, at, code, detail)
          select tenant_id, gen_random_uuid(), institution_id, @Now, case escalated when 20 then 'deletion_overdue' when 15 then 'deletion_late' when 7 then 'deletion_late' else 'deletion_due' end,
                 'day ' || escalated || ': ' || count(*)
          from raised group by tenant_id, institution_id, escalated),
        held as (
          insert into feed_hold (tenant_id, institution_id, since) select distinct tenant_id, institution_id, @Now from raised where escalated = 20 on conflict do nothing
          returning tenant_id, institution_id)
        update subscription s set announce = 'subscription.suspended', announce_id = gen_random_uuid(), announce_at = @Now
        from held h where s.tenant_id = h.tenant_id and s.institution_id = h.institution_id and s.state in ('active', 'failing')
        """, new { Now = now });
}
