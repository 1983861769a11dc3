using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Identity.Domain;

/// <summary>A client's secret: 256 random bits, shown once, kept only as a hash; at most two are good at a time so that it can be rotated.</summary>
public static class Secret
{
    /// <summary>Secrets of one client that may be good at the same time.</summary>
    public const int Active = 2;

    /// <summary>How long the old secret stays good after a rotation, unless the rotation says otherwise.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(7);

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 is enough: 256 random bits cannot be guessed, so slowing the hash down would only slow the token endpoint.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Compares with every hash, in constant time each, so that the answer's time tells nothing.</summary>
    public static bool IsOneOf(string secret, IEnumerable<byte[]> hashes)
    {
        var hash = Hash(secret);
        var found = false;
        foreach (var known in hashes) found |= CryptographicOperations.FixedTimeEquals(hash, known);
        return found;
    }
}
