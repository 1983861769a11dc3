using System.Net;
using System.Text.RegularExpressions;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>Writes every attempt to the delivery log, and reads the secrets that hold. No personal data: what a receiver answers is masked and cut to 1 KiB.</summary>
public static partial class DeliveryLog
{
    public const int Kept = 90;
    private const int Stored = 1024;

    /// <summary>Before a request leaves: whatever becomes of this process, the attempt is in the log.</summary>
    public static async Task<Guid> BeginAttempt(this Work work, Guid subscription, Guid institution, WebhookEvent message, int number, DateTimeOffset at)
    {
        var attempt = Guid.CreateVersion7(at);
        await work.Execute(
            """
            insert into webhook_attempt (tenant_id, attempt_id, subscription_id, institution_id, message_id, type, feed_position, number, at)
            values (@Tenant, @Attempt, @Subscription, @Institution, @Id, @Type, @Feedposition, @Number, @At)
            """, new { work.Tenant, Attempt = attempt, Subscription = subscription, Institution = institution, message.Id, message.Type, message.Feedposition, Number = number, At = at });
        return attempt;
    }

    public static Task EndAttempt(this Work work, Guid attempt, Reply reply) => work.Execute(
        "update webhook_attempt set duration_ms = @Took, status = @Status, outcome = @Outcome, response = @Response where tenant_id = @Tenant and attempt_id = @Attempt",
        new { work.Tenant, Attempt = attempt, Took = (int)reply.Took.TotalMilliseconds, reply.Status, reply.Outcome, Response = Masked(reply.Body) });

    /// <summary>The current secret first, then old ones whose grace is not over.</summary>
    public static async Task<IReadOnlyList<string>> Secrets(this Work work, SecretSeal seal, Guid subscription, DateTimeOffset now) =>
        [.. (await work.Query<(Guid Id, string Sealed)>(
            """
            select secret_id, sealed from subscription_secret
            where tenant_id = @Tenant and subscription_id = @Subscription and (expires_at is null or expires_at > @Now) order by expires_at desc nulls first
            """, new { work.Tenant, Subscription = subscription, Now = now })).Select(row => seal.Open("webhook-secret", row.Id, row.Sealed))];

    /// <summary>Without e-mail addresses, long numbers, runs of capitalised words and words with letters beyond ASCII: what names, phones and addresses look like.</summary>
    public static string Masked(string text)
    {
        var head = text.Length > 4 * Stored ? text[..(4 * Stored)] : text;
        var plain = WebUtility.HtmlDecode(Uri.UnescapeDataString(Escaped().Replace(head, escape => ((char)Convert.ToUInt16(escape.Groups[1].Value, 16)).ToString())));
        var masked = Personal().Replace(Unprintable().Replace(plain, " "), "*");
        return masked.Length <= Stored ? masked : masked[..Stored];
    }

    [GeneratedRegex(@"[\w.+-]{1,64}@[\w.-]+|\+?\d(?:[ ./()-]{0,2}\d){5,}|\p{Lu}\p{L}{0,30}(?:\s{1,4}\p{Lu}\p{L}{0,30})+|\w{0,30}[^\x00-\x7F]\w{0,30}")]
    private static partial Regex Personal();

    /// <summary>A letter as JSON writes it when it must be ASCII.</summary>
    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"[\p{C}]")]
    private static partial Regex Unprintable();
}
