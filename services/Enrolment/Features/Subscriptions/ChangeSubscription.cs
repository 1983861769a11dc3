using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>An institution pauses, resumes or closes its subscription; the department suspends it after a leak, resumes or closes it. Withdrawals are told in the meantime; resumed delivery goes on from where it stopped.</summary>
public static class ChangeSubscription
{
    public sealed record Command
    {
        /// <summary>`active`, `paused`, `suspended` or `closed`.</summary>
        public required string State { get; init; }
    }

    public sealed record Answer(string State, string? SuspendedFor);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/subscriptions/{subscriptionId:guid}/state", Handle).WithTags("Subscriptions")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Institution)).ProducesProblem(409);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid subscriptionId, Command command, Person caller, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        var row = await work.Lock(subscriptionId);
        if (row is null) return TypedResults.NotFound();

        var now = clock.GetUtcNow();
        var (state, reason) = SubscriptionState.After(row.State, row.SuspendedFor, command.State, officer: !caller.Is(Policies.Institution));
        if (state == "active")
        {
            if (!await work.Agreed(subscriptionId, now)) throw new RuleBroken("agreement_not_in_force", "Không có thoả thuận đang hiệu lực", "Sign a new agreement first.");
            if (row is { SuspendedFor: "auto", Endpoint: not null } && (row.TestedAt is null || row.TestedAt <= row.ChangedAt))
                throw new RuleBroken("endpoint_not_tested", "Địa chỉ nhận chưa trả lời bản tin thử", "The endpoint was disabled because it failed: let it answer a test event first (POST …/tests).");
        }
        await work.Execute(
            """
            update subscription set state = @State, suspended_for = @Reason, changed_at = @Now, attempts = 0, failing_since = null, next_at = null,
              announce = case @Reason when 'leak' then 'subscription.suspended' end, announce_id = gen_random_uuid(), announce_at = @Now
            where tenant_id = @Tenant and subscription_id = @Id
            """, new { work.Tenant, Id = subscriptionId, State = state, Reason = reason, Now = now });
        await work.Note(subscriptionId, row.InstitutionId, caller.Subject, reason is null ? state : $"{state}:{reason}", state == "closed" ? $"told up to {row.ToldPos}; what was pending is dropped, the feed is still there" : null, now);
        await work.Commit();
        return TypedResults.Ok(new Answer(state, reason));
    }
}
