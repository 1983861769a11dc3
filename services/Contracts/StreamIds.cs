using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Contracts;

/// <summary>Names a stream by what it is about, so that every process finds the same one.</summary>
public static class StreamIds
{
    /// <summary>The id (a name-based UUID) of the stream of this kind for these keys.</summary>
    public static Guid Of(string kind, params object[] keys)
    {
        var name = string.Join('|', keys.Prepend(kind).Select(key => Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture)));
        var id = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16).ToArray();
        id[6] = (byte)((id[6] & 0x0F) | 0x80);   // version 8: name-based, our own namespace
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
