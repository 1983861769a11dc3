using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>Tells endpoints that their feed has news: withdrawals one by one, the rest as one poke "feed up to position N". One request in flight per endpoint, whatever the number of replicas.</summary>
/// <remarks>
/// All state is in the subscription's row. A replica claims rows (`for update skip locked`) for a little longer than a delivery can take and holds no connection while it waits for an answer;
/// a replica that dies loses its claim. Endpoints that failed last share a few places of their own, so that they cannot keep the others waiting.
/// </remarks>
public sealed class DeliverWebhooks(Database db, EndpointGuard guard, OutboundRules rules, SecretSeal seal, IConfiguration configuration, TimeProvider clock, ILogger<DeliverWebhooks> log) : BackgroundService
{
    private const int HealthyPlaces = 128;
    private const int FailingPlaces = 32;
    private const int InOneClaim = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private int healthy;
    private int failing;

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        if (configuration.GetValue("Webhooks:Off", configuration.GetValue("Messaging:Off", false))) return;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                foreach (var claim in await Claim("*", HealthyPlaces - healthy, FailingPlaces - failing, ct)) _ = Serve(claim, ct);
                await Task.Delay(Pause, clock, ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("Webhooks could not be looked after: {Exception}", exception.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Serves everything that is due now in one province, or in all; returns when all of it was tried.</summary>
    public async Task Round(string tenant, CancellationToken ct) => await Task.WhenAll((await Claim(tenant, HealthyPlaces, FailingPlaces, ct)).Select(claim => Serve(claim, ct)));

    private async Task<IReadOnlyList<Claimed>> Claim(string tenant, int healthyFree, int failingFree, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var work = await db.Begin(tenant, ct);
        await work.AsProvince();
        var claims = await work.Query<Claimed>(
            $"""
            with due as (
              select s.tenant_id, s.subscription_id, s.attempts > 0 as failing, coalesce(s.next_at, '-infinity') as since
              from subscription s left join institution_feed_head h using (tenant_id, institution_id)
              where s.endpoint is not null and (s.next_at is null or s.next_at <= @Now) and (s.claimed_until is null or s.claimed_until <= @Now) and (
                (s.state in ('active', 'failing') and h.pos > s.told_pos and {NextDelivery.Fed})
                or ((s.state in ('active', 'failing') or s.suspended_for <> 'auto') and (s.announce is not null
                  or exists (select from institution_feed f where f.tenant_id = s.tenant_id and f.institution_id = s.institution_id and f.kind = 'withdrawn' and f.pos > s.withdrawn_pos)))))
            , mine as (
              (select tenant_id, subscription_id from due where not failing order by since limit @Healthy) union all
              (select tenant_id, subscription_id from due where failing order by since limit @Failing))
            , locked as (
              select s.tenant_id, s.subscription_id from subscription s join mine using (tenant_id, subscription_id)
              where (s.next_at is null or s.next_at <= @Now) and (s.claimed_until is null or s.claimed_until <= @Now) for update of s skip locked)
            update subscription s set claim = gen_random_uuid(), claimed_until = @Until from locked l
            where s.tenant_id = l.tenant_id and s.subscription_id = l.subscription_id
            returning s.tenant_id, s.subscription_id, s.institution_id, s.attempts > 0 as failing, s.claim
            """, new { Now = now, Today = VietnamTime.Day(now), Until = rules.Lease(now), Healthy = Math.Max(0, healthyFree), Failing = Math.Max(0, failingFree) });
        await work.Commit();
        return claims;
    }

    /// <summary>Delivers to one endpoint, one after the other, until nothing is due or one attempt fails.</summary>
    private async Task Serve(Claimed claim, CancellationToken ct)
    {
        Count(claim, 1);
        try
        {
            for (var n = 0; n < InOneClaim; n++)
            {
                var at = clock.GetUtcNow();
                if (await db.Run(claim.TenantId, work => work.Next(claim, seal, at, rules.Lease(at)), ct) is not { } delivery) break;
                var reply = await guard.Send(delivery.Message.ToRequest(delivery.Standing.Endpoint, delivery.Secrets, at), ct);
                if (!await db.Run(claim.TenantId, work => work.Record(claim, delivery, reply, clock.GetUtcNow()), ct)) break;
                if (!reply.Ok) return;   // the record of a failure has released the claim
            }
            await db.Run(claim.TenantId, async work =>
            {
                await work.AsProvince();
                await work.Execute("update subscription set claim = null, claimed_until = null where tenant_id = @TenantId and subscription_id = @SubscriptionId and claim = @Claim", claim);
            }, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.LogWarning("Delivery to subscription {Subscription} was interrupted: {Exception}", claim.SubscriptionId, exception.GetType().Name);   // its claim runs out
        }
        catch (OperationCanceledException)
        {
            // This process stops; its claim runs out and another replica goes on.
        }
        finally
        {
            Count(claim, -1);
        }
    }

    private void Count(Claimed claim, int by)
    {
        if (claim.Failing) Interlocked.Add(ref failing, by);
        else Interlocked.Add(ref healthy, by);
    }
}
