using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Identity.Data;

/// <summary>Seals what lies in the database but must be unreadable there: signing keys and cookie keys. The key itself is never in the database.</summary>
public sealed class KeySeal
{
    private readonly byte[] key;

    public KeySeal(IConfiguration configuration)
    {
        var text = configuration["Identity:KeyEncryptionKey"] ?? throw Refused("is missing");
        key = new byte[32];
        if (!Convert.TryFromBase64String(text, key, out var length) || length != 32) throw Refused("is not base64 of 32 bytes");
        if (key.Distinct().Count() < 8) throw Refused("is not random");
    }

    public byte[] Seal(string name, ReadOnlySpan<byte> clear)
    {
        var box = new byte[12 + 16 + clear.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(box.AsSpan(0, 12), clear, box.AsSpan(28), box.AsSpan(12, 16), Encoding.UTF8.GetBytes(name));
        return box;
    }

    public byte[] Open(string name, byte[] box)
    {
        var clear = new byte[box.Length - 28];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear, Encoding.UTF8.GetBytes(name));
        return clear;
    }

    private static InvalidOperationException Refused(string why) =>
        new($"Identity__KeyEncryptionKey {why}. Give 32 random bytes in base64, for example from: openssl rand -base64 32");
}
