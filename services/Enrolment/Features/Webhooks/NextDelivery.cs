using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>A subscription that this replica alone serves, until its claim runs out.</summary>
public sealed record Claimed(string TenantId, Guid SubscriptionId, Guid InstitutionId, bool Failing, Guid Claim);

/// <summary>How delivery to an endpoint stands.</summary>
[method: Dapper.ExplicitConstructor]
public sealed record Standing(
    string Endpoint, string State, string? SuspendedFor, string? Announce, Guid? AnnounceId, DateTimeOffset? AnnounceAt, string[] Purposes, long ToldPos, long WithdrawnPos, int Replays, int Attempts, DateTimeOffset? FailingSince);

/// <summary>One item of the feed, as a message is made of it.</summary>
public sealed record NewsItem(long Pos, string Kind, Guid LeadId, string? Reason, DateTimeOffset At, long Version);

/// <summary>One attempt that is about to be made; it stands in the log already.</summary>
/// <param name="Withdrawal">Told one by one, with a receipt.</param>
public sealed record Delivery(Guid Attempt, WebhookEvent Message, NewsItem? Item, bool Withdrawal, Standing Standing, IReadOnlyList<string> Secrets);

/// <summary>Chooses what an endpoint should hear of next: its suspension or a reminder, the next withdrawal, the news of its feed.</summary>
public static class NextDelivery
{
    /// <summary>On the day `@Today` an agreement in force covers the purposes of the subscription `s`.</summary>
    public const string Agreed =
        "exists (select from agreement a where a.tenant_id = s.tenant_id and a.institution_id = s.institution_id and @Today between a.valid_from and a.valid_to and a.purposes @> s.purposes::text[])";

    /// <summary>The subscription `s` is told of more than withdrawals on the day `@Today`.</summary>
    public const string Fed = $"({Agreed} and not {Revocations.Revocations.Held})";

    /// <summary>Null when nothing is due or the claim is no longer ours; otherwise the claim is prolonged and the attempt logged.</summary>
    public static async Task<Delivery?> Next(this Work work, Claimed claim, SecretSeal seal, DateTimeOffset now, DateTimeOffset until)
    {
        await work.AsProvince();
        var standing = await work.Single<Standing>(
            """
            update subscription set claimed_until = @Until where tenant_id = @TenantId and subscription_id = @SubscriptionId and claim = @Claim and state in ('active', 'failing', 'suspended')
            returning endpoint, state, suspended_for, announce, announce_id, announce_at, purposes, told_pos, withdrawn_pos, replays, attempts, failing_since
            """, new { claim.TenantId, claim.SubscriptionId, claim.Claim, Until = until });
        if (standing is null or { SuspendedFor: "auto" }) return null;

        if (standing.Announce is not null) return await Attempt(Announcement(claim, standing), null, false);

        var withdrawn = await Read(work, claim, "kind = 'withdrawn' and pos > @Position order by pos", standing.WithdrawnPos);
        if (withdrawn is not null) return await Attempt(About(claim, standing, withdrawn, withdrawn.Pos, "withdrawal"), withdrawn, true);

        if (standing.State == "suspended" || !await work.Fed(claim.SubscriptionId, now)) return null;
        var newest = await Read(work, claim, "kind <> 'withdrawn' and pos > @Position order by pos desc", standing.ToldPos);
        if (newest is not null) return await Attempt(About(claim, standing, newest, standing.ToldPos + 1, "poke"), newest, false);

        // Only withdrawals lie behind, and they were told one by one.
        await work.Execute("update subscription set told_pos = greatest(told_pos, withdrawn_pos) where tenant_id = @TenantId and subscription_id = @SubscriptionId", new { claim.TenantId, claim.SubscriptionId });
        return null;

        async Task<Delivery> Attempt(WebhookEvent message, NewsItem? item, bool withdrawal) => new(
            await work.BeginAttempt(claim.SubscriptionId, claim.InstitutionId, message, standing.Attempts + 1, now), message, item, withdrawal, standing, await work.Secrets(seal, claim.SubscriptionId, now));
    }

    private static Task<NewsItem?> Read(Work work, Claimed claim, string where, long position) => work.Single<NewsItem>(
        $"""
        select f.pos, f.kind, f.lead_id, f.reason, f.at, (
            select count(*) from lead_grant g join institution_feed o on o.tenant_id = g.tenant_id and o.grant_id = g.grant_id
            where g.tenant_id = f.tenant_id and g.lead_id = f.lead_id and g.institution_id = f.institution_id and o.pos <= f.pos) as version
        from (select * from institution_feed where tenant_id = @TenantId and institution_id = @InstitutionId and {where} limit 1) f
        """, new { claim.TenantId, claim.InstitutionId, Position = position });

    private static WebhookEvent About(Claimed claim, Standing standing, NewsItem item, long from, string kind) => new()
    {
        Id = WebhookEvent.IdOf(kind, claim.SubscriptionId, item.Pos, standing.Replays),
        Source = WebhookEvent.SourceOf(claim.TenantId),
        Type = WebhookEvent.TypeOf(item.Kind, item.Reason),
        Subject = $"lead/{item.LeadId}",
        Time = item.At,
        Feedposition = item.Pos,
        Streamversion = item.Version,
        Purpose = standing.Purposes[0],
        Data = new(item.LeadId, from, item.Pos),
    };

    private static WebhookEvent Announcement(Claimed claim, Standing standing) => new()
    {
        Id = standing.AnnounceId!.Value,
        Source = WebhookEvent.SourceOf(claim.TenantId),
        Type = standing.Announce!,
        Subject = $"subscription/{claim.SubscriptionId}",
        Time = standing.AnnounceAt!.Value,
        Purpose = standing.Purposes[0],
        Data = new(SubscriptionId: claim.SubscriptionId),
    };
}
