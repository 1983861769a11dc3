using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace CareerPlatform.ServiceDefaults;

/// <summary>What is needed to reach a family; exists in clear only inside Schools and Enrolment, at the moment of use.</summary>
/// <param name="Name">The pupil's full name, NFC.</param>
/// <param name="Phone">E.164; null when unknown.</param>
/// <param name="Address">Postal address below the commune; null when unknown.</param>
/// <param name="Guardian">The representative's name; null when unknown.</param>
/// <param name="BirthDate">Null when unknown.</param>
public sealed record Contact(string Name, string? Phone, string? Address, string? Guardian, DateOnly? BirthDate);

/// <summary>Seals contacts with AES-256-GCM so that nothing readable lies in a queue, a dead letter, a log or a dump.</summary>
/// <remarks>Text form: `v1.` key id `.` base64url(nonce 12 ‖ tag 16 ‖ ciphertext). The pupil's id is bound in as associated data.</remarks>
public sealed class ContactSeal
{
    private const string KeyId = "1";
    private readonly byte[] key;
    private readonly byte[] indexKey;

    public ContactSeal(IConfiguration configuration)
        : this(Convert.FromBase64String(configuration["Contact:SealKey"] ?? throw new InvalidOperationException("Contact__SealKey is missing (base64 of 32 bytes).")))
    {
    }

    public ContactSeal(byte[] key)
    {
        if (key.Length != 32) throw new InvalidOperationException("Contact__SealKey must be 32 bytes.");
        this.key = key;
        indexKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "careerplatform family index"u8.ToArray());
    }

    /// <summary>The sealed form of one pupil's contact.</summary>
    public string Seal(Guid pupilId, Contact contact)
    {
        var clear = JsonSerializer.SerializeToUtf8Bytes(contact, StrictJson.Options);
        var box = new byte[12 + 16 + clear.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(box.AsSpan(0, 12), clear, box.AsSpan(28), box.AsSpan(12, 16), BoundTo(pupilId));
        return $"v1.{KeyId}.{Base64Url.EncodeToString(box)}";
    }

    /// <summary>The contact in clear. Refuses (503 `key_unavailable`) when the key is not the one it was sealed with.</summary>
    public Contact Open(Guid pupilId, string sealedText)
    {
        var parts = sealedText.Split('.');
        if (parts is not ["v1", KeyId, var text]) throw KeyUnavailable();

        var box = Base64Url.DecodeFromChars(text);
        var clear = new byte[box.Length - 28];
        using var aes = new AesGcm(key, 16);
        try
        {
            aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear, BoundTo(pupilId));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw KeyUnavailable();
        }
        return JsonSerializer.Deserialize<Contact>(clear, StrictJson.Options)!;
    }

    /// <summary>Equal for equal phones, useless without the key: 128 bits of HMAC-SHA-256 over the E.164 number.</summary>
    public string FamilyKey(string phone) => Base64Url.EncodeToString(HMACSHA256.HashData(indexKey, Encoding.UTF8.GetBytes(phone)).AsSpan(0, 16));

    private static byte[] BoundTo(Guid pupilId) => Encoding.UTF8.GetBytes($"contact|{pupilId:N}|{KeyId}");

    private static RuleBroken KeyUnavailable() =>
        new("key_unavailable", "Không mở được dữ liệu liên hệ", "The contact was sealed with a key that this service does not hold.", 503);
}
