using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>What came of an attempt: the endpoint moves on, or waits for its next attempt, or is disabled and its institution told.</summary>
public static class RecordDelivery
{
    /// <summary>False when the claim was lost or the cursor moved meanwhile; the attempt is logged all the same.</summary>
    public static async Task<bool> Record(this Work work, Claimed claim, Delivery delivery, Reply reply, DateTimeOffset now)
    {
        await work.AsProvince();
        await work.EndAttempt(delivery.Attempt, reply);
        return reply.Ok ? await Arrived(work, claim, delivery, now) : await Failed(work, claim, delivery.Standing, reply, now);
    }

    private static async Task<bool> Arrived(Work work, Claimed claim, Delivery delivery, DateTimeOffset now)
    {
        var moved = await work.Execute(
            """
            update subscription set attempts = 0, failing_since = null, next_at = null, announce = case when announce_id = @Announced then null else announce end,
              told_pos = case when @Pos is null then told_pos when not @Withdrawal or told_pos = @Pos - 1 then greatest(told_pos, @Pos) else told_pos end,
              withdrawn_pos = case when @Withdrawal then greatest(withdrawn_pos, @Pos) else withdrawn_pos end,
              changed_at = case when state = 'failing' then @Now else changed_at end, state = case when state = 'failing' then 'active' else state end
            where tenant_id = @TenantId and subscription_id = @SubscriptionId and claim = @Claim and replays = @Replays
            """,
            new { claim.TenantId, claim.SubscriptionId, claim.Claim, delivery.Standing.Replays, Now = now, Announced = delivery.Message.Id, Pos = delivery.Item?.Pos, delivery.Withdrawal });
        if (delivery.Withdrawal)
        {
            await work.Execute(
                """
                insert into withdrawal_told (tenant_id, subscription_id, institution_id, pos, lead_id, message_id, attempts, told_at)
                values (@TenantId, @SubscriptionId, @InstitutionId, @Pos, @LeadId, @Message, @Attempts, @Now) on conflict (subscription_id, pos, tenant_id) do nothing
                """,
                new
                {
                    claim.TenantId,
                    claim.SubscriptionId,
                    claim.InstitutionId,
                    delivery.Item!.Pos,
                    delivery.Item.LeadId,
                    Message = delivery.Message.Id,
                    Attempts = delivery.Standing.Attempts + 1,
                    Now = now,
                });
        }
        return moved > 0;
    }

    private static async Task<bool> Failed(Work work, Claimed claim, Standing standing, Reply reply, DateTimeOffset now)
    {
        var failures = standing.Attempts + 1;
        var since = standing.FailingSince ?? now;
        var moved = await work.Single<string>(
            """
            update subscription set attempts = @Failures, failing_since = @Since, next_at = @NextAt, claim = null, claimed_until = null,
              changed_at = case when @Disabled or (state = 'active' and @Failing) then @Now else changed_at end,
              suspended_for = case when state = 'suspended' then suspended_for when @Disabled then 'auto' end,
              state = case when state = 'suspended' or @Disabled then 'suspended' when @Failing then 'failing' else state end
            where tenant_id = @TenantId and subscription_id = @SubscriptionId and claim = @Claim and state <> 'closed'
            returning state || coalesce(':' || suspended_for, '')
            """,
            new
            {
                claim.TenantId,
                claim.SubscriptionId,
                claim.Claim,
                Failures = failures,
                Since = since,
                Now = now,
                Disabled = reply.Outcome == "gone" || now - since >= RetrySchedule.DisabledAfter,
                Failing = failures >= RetrySchedule.FailingAfter || reply.Outcome == "address_not_allowed",
                NextAt = now + RetrySchedule.Pause(failures, reply.Outcome is "throttled" or "timeout", reply.RetryAfter, Random.Shared.NextDouble()),
            });
        if (moved == "suspended:auto")
        {
            await work.Note(claim.SubscriptionId, claim.InstitutionId, "platform", moved, reply.Outcome, now);
            await work.Notify(claim.InstitutionId, "endpoint_disabled", reply.Outcome, now);
        }
        return moved is not null;
    }
}
