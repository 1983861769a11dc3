using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>What the acts on one subscription have in common.</summary>
public static class Subscriptions
{
    [method: Dapper.ExplicitConstructor]
    public sealed record Row(
        Guid SubscriptionId, Guid InstitutionId, string? Endpoint, string State, string? SuspendedFor, string RequestedBy, string[] ApprovedBy, string? ClientId, DateTimeOffset? TestedAt, DateTimeOffset ChangedAt, long ToldPos);

    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        VerifyInstitution.Map(routes);
        VerifyDomain.Map(routes);
        RequestSubscription.Map(routes);
        ListSubscriptions.Map(routes);
        ApproveSubscription.Map(routes);
        ShowConditions.Map(routes);
        ActivateSubscription.Map(routes);
        ChangeSubscription.Map(routes);
    }

    /// <summary>The subscription, locked for the rest of the transaction; null when the caller may not see it.</summary>
    public static Task<Row?> Lock(this Work work, Guid subscription) => work.Single<Row>(
        """
        select subscription_id, institution_id, endpoint, state, suspended_for, requested_by, approved_by, client_id, tested_at, changed_at, told_pos
        from subscription where tenant_id = @Tenant and subscription_id = @Id for update
        """, new { work.Tenant, Id = subscription });

    public static Task Note(this Work work, Guid subscription, Guid institution, string actor, string act, string? detail, DateTimeOffset at) => work.Execute(
        """
        insert into subscription_journal (tenant_id, entry_id, subscription_id, institution_id, at, actor, act, detail)
        values (@Tenant, @Entry, @Subscription, @Institution, @At, @Actor, @Act, @Detail)
        """, new { work.Tenant, Entry = Guid.CreateVersion7(at), Subscription = subscription, Institution = institution, At = at, Actor = actor, Act = act, Detail = detail });

    /// <summary>An agreement in force today covers its purposes.</summary>
    public static Task<bool> Agreed(this Work work, Guid subscription, DateTimeOffset now) => work.Holds(NextDelivery.Agreed, subscription, now);

    /// <summary>It is told of more than withdrawals today.</summary>
    public static Task<bool> Fed(this Work work, Guid subscription, DateTimeOffset now) => work.Holds(NextDelivery.Fed, subscription, now);

    private static Task<bool> Holds(this Work work, string condition, Guid subscription, DateTimeOffset now) => work.Single<bool>(
        $"select exists (select from subscription s where s.tenant_id = @Tenant and s.subscription_id = @Subscription and {condition})",
        new { work.Tenant, Subscription = subscription, Today = VietnamTime.Day(now) });

    /// <summary>Makes the subscription's new current secret and returns it in clear, once; what was current holds until <paramref name="oldUntil"/>.</summary>
    public static async Task<string> NewSecret(this Work work, Domain.SecretSeal seal, Guid subscription, Guid institution, DateTimeOffset now, DateTimeOffset oldUntil)
    {
        var (id, secret) = (Guid.CreateVersion7(now), Domain.WebhookSignature.NewSecret());
        await work.Execute(
            """
            update subscription_secret set expires_at = @OldUntil where tenant_id = @Tenant and subscription_id = @Subscription and expires_at is null;
            insert into subscription_secret (tenant_id, secret_id, subscription_id, institution_id, sealed, made_at) values (@Tenant, @Id, @Subscription, @Institution, @Sealed, @Now)
            """, new { work.Tenant, Id = id, Subscription = subscription, Institution = institution, Sealed = seal.Seal("webhook-secret", id, secret), Now = now, OldUntil = oldUntil });
        return secret;
    }
}
