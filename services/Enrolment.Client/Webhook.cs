using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Client;

/// <summary>What the platform tells your endpoint: read the feed (`FeedTo`), delete a lead, answer a test.</summary>
/// <param name="Id">The same in every attempt: handle it once.</param>
/// <param name="Type">`lead.offered`, `lead.revoked`, …, `subscription.test`.</param>
/// <param name="LeadId">What it is about; null for a subscription's own events.</param>
/// <param name="FeedTo">Read the feed up to here.</param>
/// <param name="Challenge">Of a test: answer 2xx with this text in the body.</param>
public sealed record WebhookMessage(string Id, string Type, Guid? LeadId, long? FeedTo, string? Challenge);

/// <summary>A request that did not come from the platform, or not now.</summary>
/// <param name="code">`header_missing`, `timestamp_invalid`, `timestamp_too_old`, `timestamp_in_future`, `signature_invalid` or `body_invalid`.</param>
public sealed class WebhookRefused(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Verifies webhooks by the Standard Webhooks specification. Give it the bytes as they came: JSON that was read and written again has another signature.</summary>
public static class Webhook
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="secrets">Your `whsec_…`; while you rotate, the old and the new one.</param>
    /// <param name="headers">Reads a request header by name: `webhook-id`, `webhook-timestamp`, `webhook-signature`.</param>
    /// <param name="body">The exact bytes of the body.</param>
    /// <param name="now">Your clock, which must be right within five minutes.</param>
    public static WebhookMessage Verify(IEnumerable<string> secrets, Func<string, string?> headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        if (headers("webhook-id") is not { Length: > 0 } id || headers("webhook-timestamp") is not { } timestamp || headers("webhook-signature") is not { } signatures)
            throw new WebhookRefused("header_missing", "webhook-id, webhook-timestamp and webhook-signature are needed.");
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253402300799) throw new WebhookRefused("timestamp_invalid", "webhook-timestamp is seconds since 1970.");
        var age = now - DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (age > Tolerance) throw new WebhookRefused("timestamp_too_old", $"Signed {age.TotalSeconds:0} s ago: a replay, or your clock is ahead.");
        if (-age > Tolerance) throw new WebhookRefused("timestamp_in_future", $"Signed {-age.TotalSeconds:0} s in the future: your clock is behind.");

        var keys = secrets.Select(Key).ToList();
        if (!Matches(keys, id, timestamp, signatures, body.Span)) throw new WebhookRefused("signature_invalid", Why(keys, id, timestamp, signatures, body.Span));
        return Read(id, body);
    }

    private static bool Matches(IReadOnlyList<byte[]> keys, string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var given = signatures.Split(' ').Where(signature => signature.StartsWith("v1,", StringComparison.Ordinal)).Select(signature => Encoding.ASCII.GetBytes(signature[3..])).ToList();
        return keys.Any(key => Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(key, signed))) is var expected && given.Any(one => CryptographicOperations.FixedTimeEquals(one, expected)));
    }

    private static byte[] Key(string secret) => Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);

    /// <summary>The usual mistake is a framework that read the JSON and wrote it again: if the platform's own spelling of it is what was signed, says at which byte they part.</summary>
    private static string Why(IReadOnlyList<byte[]> keys, string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
    {
        const string other = "Not signed with any of these secrets over these bytes.";
        try
        {
            if (JsonNode.Parse(body) is not JsonObject read) return other;
            byte[] sent = Encoding.UTF8.GetBytes(Spelled(read).ToJsonString(Plain));
            if (!Matches(keys, id, timestamp, signatures, sent)) return other;
            return $"The body was written anew after it came: it parts from what was signed at byte {body.CommonPrefixLength(sent)}. Verify the bytes of the request, before anything parses them.";
        }
        catch (JsonException)
        {
            return other;
        }
    }

    /// <summary>In the order in which the platform writes its fields.</summary>
    private static JsonObject Spelled(JsonObject read)
    {
        string[] order = ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "feedposition", "streamversion", "purpose", "data"];
        string[] data = ["leadId", "feedFrom", "feedTo", "subscriptionId", "challenge"];
        return Sorted(read, order, value => value is JsonObject inner ? Sorted(inner, data, field => field) : value);

        static JsonObject Sorted(JsonObject from, string[] names, Func<JsonNode?, JsonNode?> each) => new(names.Where(from.ContainsKey).Select(name => KeyValuePair.Create(name, each(from[name]?.DeepClone()))));
    }

    private static WebhookMessage Read(string id, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var data = root.GetProperty("data");
            return new(id, root.GetProperty("type").GetString()!,
                data.TryGetProperty("leadId", out var lead) ? lead.GetGuid() : null,
                data.TryGetProperty("feedTo", out var to) ? to.GetInt64() : null,
                data.TryGetProperty("challenge", out var challenge) ? challenge.GetString() : null);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new WebhookRefused("body_invalid", "Signed, but not an event of the platform.");
        }
    }
}
