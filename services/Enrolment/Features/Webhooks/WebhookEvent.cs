using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using CareerPlatform.Contracts;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>What an endpoint is told, as CloudEvents 1.0 in structured JSON: ids and positions only. Whoever wants to know more reads the feed with its token.</summary>
public sealed record WebhookEvent
{
    public const int LargestBody = 4 * 1024;

    /// <summary>Every type an endpoint may get, and when.</summary>
    public static readonly IReadOnlyDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["lead.offered"] = "The feed goes on, up to an offered lead.",
        ["lead.corrected"] = "The feed goes on, up to a lead whose details were corrected: read it again.",
        ["lead.answered"] = "The feed goes on, up to a family that wrote back through the platform: GET /v1/leads/{leadId}/messages.",
        ["lead.expired"] = "The feed goes on, up to a lead whose time is over: delete what you hold of it.",
        ["lead.revoked"] = "A family withdrew, or a lead was given by mistake: delete what you hold of it and acknowledge (POST /v1/revocations/{leadId}/ack).",
        ["lead.placed"] = "A lead is no longer available: delete what you hold of it and acknowledge.",
        ["subscription.test"] = "Answer 2xx with the challenge in the body.",
        ["subscription.suspended"] = "From now on only withdrawals are told; GET /v1/notices says why.",
        ["report.due"] = "Offers without a logged contact will be released to the next institution within two days.",
    };

    /// <summary>The fields that the data of a type hold, and no others.</summary>
    public static IReadOnlyList<string> DataOf(string type) => type switch
    {
        "subscription.test" => ["subscriptionId", "challenge"],
        "subscription.suspended" or "report.due" => ["subscriptionId"],
        _ => ["leadId", "feedFrom", "feedTo"],
    };

    public static string SchemaOf(string type) => $"urn:careerplatform:schema:{type}:1";

    private static readonly JsonSerializerOptions Written = new(StrictJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string Specversion { get; } = "1.0";
    public required Guid Id { get; init; }
    public required string Source { get; init; }

    /// <summary>One of <see cref="Types"/>.</summary>
    public required string Type { get; init; }

    /// <summary>`lead/…` or `subscription/…`.</summary>
    public required string Subject { get; init; }

    public required DateTimeOffset Time { get; init; }
    public string Datacontenttype { get; } = "application/json";
    public string Dataschema => SchemaOf(Type);

    /// <summary>Read the feed up to here.</summary>
    public long? Feedposition { get; init; }

    /// <summary>The how many-th item about this lead it is in this institution's feed.</summary>
    public long? Streamversion { get; init; }

    public required string Purpose { get; init; }
    public required EventData Data { get; init; }

    /// <param name="FeedFrom">First position not told before.</param>
    public sealed record EventData(Guid? LeadId = null, long? FeedFrom = null, long? FeedTo = null, Guid? SubscriptionId = null, string? Challenge = null);

    /// <summary>How an item of the feed is called outside: a place found elsewhere is only "no longer available".</summary>
    public static string TypeOf(string kind, string? reason) => kind == "withdrawn" ? reason == "no_longer_available" ? "lead.placed" : "lead.revoked" : $"lead.{kind}";

    public static string SourceOf(string province) => $"urn:careerplatform:province:{province}";

    /// <summary>The same message has the same id in every attempt and every replica; a poke that reaches farther is another message.</summary>
    public static Guid IdOf(string kind, Guid subscription, long position, int replay) =>
        StreamIds.Of("webhook", $"{kind}|{subscription:N}|{position.ToString(CultureInfo.InvariantCulture)}|{replay.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The signed request: the bytes signed are the bytes sent, the timestamp is this attempt's.</summary>
    public HttpRequestMessage ToRequest(string endpoint, IEnumerable<string> secrets, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(this, Written);
        if (body.Length > LargestBody) throw new InvalidOperationException("A webhook event is larger than 4 KiB.");
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8");
        request.Headers.Add("webhook-id", Id.ToString());
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(Id.ToString(), now.ToUnixTimeSeconds(), body, secrets));
        request.Headers.UserAgent.ParseAdd("CareerPlatform-Webhooks/1");
        return request;
    }
}
