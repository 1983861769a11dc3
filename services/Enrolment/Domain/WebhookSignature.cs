using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>Signatures by the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, one `v1,…` for each key that still holds.</summary>
/// <remarks>The specification's libraries for .NET (StandardWebhooks, Svix) are not in the registry; its test vector holds this one to it.</remarks>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>A new secret: 32 random bytes, base64 after `whsec_`.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The header `webhook-signature` for exactly these bytes.</summary>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed))}"));
    }

    private static byte[] Key(string secret) => Convert.FromBase64String(secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret);
}
