using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.ServiceDefaults;

/// <summary>
/// Seals the names of a province's people at rest. Equal names give equal boxes, and equal foldings equal indexes, so that rows are compared and matched in the database, where nobody reads a name
/// without the key.
/// </summary>
/// <remarks>AES-256-GCM with a nonce that follows from the name (box = nonce 12 ‖ tag 16 ‖ ciphertext). Of one thread; from <see cref="ContactSeal.Names"/>.</remarks>
public sealed class NameSeal : IDisposable
{
    private readonly byte[] indexKey;
    private readonly AesGcm aes;

    internal NameSeal(byte[] key)
    {
        indexKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "index"u8.ToArray());
        aes = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "box"u8.ToArray()), 16);
    }

    public byte[] Seal(string name)
    {
        var clear = Encoding.UTF8.GetBytes(name);
        var box = new byte[28 + clear.Length];
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(indexKey, clear, mac);
        mac[..12].CopyTo(box);
        aes.Encrypt(box.AsSpan(0, 12), clear, box.AsSpan(28), box.AsSpan(12, 16));
        return box;
    }

    /// <summary>The name in clear. Refuses (503 `key_unavailable`) when it was sealed with another key or for another province.</summary>
    public string Open(byte[] box)
    {
        var clear = new byte[Math.Max(0, box.Length - 28)];
        try
        {
            if (box.Length < 28) throw ContactSeal.KeyUnavailable();
            aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear);
            return Encoding.UTF8.GetString(clear);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw ContactSeal.KeyUnavailable();
        }
    }

    /// <summary>128 bits that are equal for equal texts: finds a name, or a folded form of it, without storing it.</summary>
    public byte[] Index(string folded)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(indexKey, Encoding.UTF8.GetBytes($"={folded}"), mac);
        return mac[..16].ToArray();
    }

    public void Dispose() => aes.Dispose();
}
