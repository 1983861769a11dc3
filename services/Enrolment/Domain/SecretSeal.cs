using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>Seals webhook secrets, the contacts of subscriptions and relayed messages at rest: AES-256-GCM with a key of its own, derived from `Contact__SealKey`; purpose and id are bound in.</summary>
/// <remarks>What was sealed before the master key changed opens with `Contact__OldSealKeys`.</remarks>
public sealed class SecretSeal(IConfiguration configuration)
{
    private readonly byte[][] keys =
    [
        Derived(configuration["Contact:SealKey"] ?? throw new InvalidOperationException("Contact__SealKey is missing (base64 of 32 bytes).")),
        .. (configuration["Contact:OldSealKeys"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Derived),
    ];

    public string Seal(string purpose, Guid id, string clear)
    {
        var text = Encoding.UTF8.GetBytes(clear);
        var box = new byte[28 + text.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(keys[0], 16);
        aes.Encrypt(box.AsSpan(0, 12), text, box.AsSpan(28), box.AsSpan(12, 16), BoundTo(purpose, id));
        return $"v1.{Base64Url.EncodeToString(box)}";
    }

    public string Open(string purpose, Guid id, string sealedText)
    {
        var box = Base64Url.DecodeFromChars(sealedText.AsSpan(3));
        var clear = new byte[box.Length - 28];
        foreach (var key in keys)
        {
            try
            {
                using var aes = new AesGcm(key, 16);
                aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear, BoundTo(purpose, id));
                return Encoding.UTF8.GetString(clear);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Perhaps an older key.
            }
        }
        throw new RuleBroken("key_unavailable", "Không mở được khoá bí mật", "It was sealed with a key that this service does not hold.", 503);
    }

    private static byte[] Derived(string master) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromBase64String(master), 32, info: "careerplatform webhook secrets"u8.ToArray());

    private static byte[] BoundTo(string purpose, Guid id) => Encoding.UTF8.GetBytes($"{purpose}|{id:N}");
}
