using System.Security.Cryptography;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>An institution lets its endpoint be tried: a signed `subscription.test` must be answered 2xx with the challenge it carried, before anything else is ever sent.</summary>
public static class TestEndpoint
{
    /// <param name="Outcome">`ok`, `challenge_missing`, or why the request failed; `pull_only` when there is no endpoint to try.</param>
    /// <param name="ClockSkewSeconds">How far the receiver's clock is ahead, by its `Date` header; signatures are good for five minutes.</param>
    public sealed record Answer(string Outcome, int? Status, int DurationMs, int? ClockSkewSeconds);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/subscriptions/{subscriptionId:guid}/tests", Handle).RequireAuthorization(Policies.Institution).WithTags("Webhooks").ProducesProblem(409).ProducesProblem(429);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid subscriptionId, Person caller, Database db, EndpointGuard guard, OutboundRules rules, SecretSeal seal, TimeProvider clock, CancellationToken ct)
    {
        var (at, claim, challenge) = (clock.GetUtcNow(), Guid.NewGuid(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        var message = new WebhookEvent
        {
            Id = Guid.CreateVersion7(at),
            Source = WebhookEvent.SourceOf(caller.Tenant),
            Type = "subscription.test",
            Subject = $"subscription/{subscriptionId}",
            Time = at,
            Purpose = DataScope.VocationalGuidance,
            Data = new(SubscriptionId: subscriptionId, Challenge: challenge),
        };
        Subscriptions.Subscriptions.Row? row;
        Guid attempt;
        IReadOnlyList<string> secrets;
        await using (var before = await db.BeginFor(caller, ct))
        {
            row = await before.Lock(subscriptionId);
            if (row is null) return TypedResults.NotFound();
            if (row.State == "closed") throw new RuleBroken("transition_not_allowed", "Trạng thái hiện tại không cho phép bước này", "The subscription is closed.");

            // One request in flight per endpoint: a test takes its turn like any delivery.
            var mine = new { before.Tenant, Id = subscriptionId, Claim = claim, caller.ClientId, At = at, Until = rules.Lease(at), Since = at.AddSeconds(-1) };
            var claimed = await before.Execute(
                """
                update subscription s set client_id = coalesce(@ClientId, client_id), claim = case when endpoint is null then null else @Claim end, claimed_until = case when endpoint is null then null else @Until end
                where tenant_id = @Tenant and subscription_id = @Id and (claimed_until is null or claimed_until <= @At) and not exists (
                  select from webhook_attempt a where a.tenant_id = s.tenant_id and a.subscription_id = s.subscription_id and a.type = 'subscription.test' and a.at > @Since)
                """, mine);
            if (claimed == 0) throw new RuleBroken("too_many_tests", "Thử quá dày", "One request at a time and one test a second: a delivery is under way, or there was a test just now.", 429).After(2);
            if (row.Endpoint is null)
            {
                await before.Commit();
                return TypedResults.Ok(new Answer("pull_only", null, 0, null));
            }
            secrets = await before.Secrets(seal, subscriptionId, at);
            attempt = await before.BeginAttempt(subscriptionId, row.InstitutionId, message, 1, at);
            await before.Commit();
        }

        var reply = await guard.Send(message.ToRequest(row.Endpoint, secrets, at), ct);
        if (reply.Ok && !reply.Body.Contains(challenge, StringComparison.Ordinal)) reply = reply with { Outcome = "challenge_missing" };

        await using var work = await db.BeginFor(caller, ct);
        await work.EndAttempt(attempt, reply);
        await work.Execute(
            """
            update subscription set tested_at = case when @Ok then @Now else tested_at end, claim = case when claim = @Claim then null else claim end, claimed_until = case when claim = @Claim then null else claimed_until end
            where tenant_id = @Tenant and subscription_id = @Id
            """, new { work.Tenant, Id = subscriptionId, reply.Ok, Claim = claim, Now = clock.GetUtcNow() });
        await work.Note(subscriptionId, row.InstitutionId, caller.Subject, "tested", reply.Outcome, at);
        await work.Commit();
        return TypedResults.Ok(new Answer(reply.Outcome, reply.Status, (int)reply.Took.TotalMilliseconds, reply.Date is { } theirs ? (int)(theirs - at).TotalSeconds : null));
    }
}
