using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>Seals webhook secrets and the contacts of subscriptions at rest: AES-256-GCM with a key of its own, derived from `Contact__SealKey`; purpose and id are bound in.</summary>
public sealed class SecretSeal(IConfiguration configuration)
{
    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256,
        Convert.FromBase64String(configuration["Contact:SealKey"] ?? throw new InvalidOperationException("Contact__SealKey is missing (base64 of 32 bytes).")),
        32, info: "careerplatform webhook secrets"u8.ToArray());

    public string Seal(string purpose, Guid id, string clear)
    {
        var text = Encoding.UTF8.GetBytes(clear);
        var box = new byte[28 + text.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(box.AsSpan(0, 12), text, box.AsSpan(28), box.AsSpan(12, 16), BoundTo(purpose, id));
        return $"v1.{Base64Url.EncodeToString(box)}";
    }

    public string Open(string purpose, Guid id, string sealedText)
    {
        try
        {
            var box = Base64Url.DecodeFromChars(sealedText.AsSpan(3));
            var clear = new byte[box.Length - 28];
            using var aes = new AesGcm(key, 16);
            aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear, BoundTo(purpose, id));
            return Encoding.UTF8.GetString(clear);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new RuleBroken("key_unavailable", "Không mở được khoá bí mật", "It was sealed with a key that this service does not hold.", 503);
        }
    }

    private static byte[] BoundTo(string purpose, Guid id) => Encoding.UTF8.GetBytes($"{purpose}|{id:N}");
}
