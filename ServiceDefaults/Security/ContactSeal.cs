using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
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

/// <summary>A pupil's data key, open; whoever deletes its wrapped form has erased what it sealed, in every backup too.</summary>
public sealed record PupilKey(Guid Pupil, Guid Version, byte[] Key);

/// <summary>Seals contacts with AES-256-GCM so that nothing readable lies in a queue, a dead letter, a log or a dump.</summary>
/// <remarks>
/// `v2.` key version `.` box: under the pupil's own key (<see cref="PupilKeys"/>), box = base64url(nonce 12 ‖ tag 16 ‖ ciphertext), bound to table, column, pupil and key version.
/// `v1.` key id `.` box: under the master key itself; still read, never erased by a key. `Contact__SealKey` is the master key, `Contact__OldSealKeys` those before it (comma separated);
/// blind indexes stay with `Contact__IndexKey`, which is the first master key unless it is said.
/// </remarks>
public sealed class ContactSeal
{
    private const string KeyId = "1";
    private readonly IReadOnlyList<byte[]> masters;
    private readonly byte[] indexKey;
    private readonly byte[] dateKey;
    private readonly byte[] nameKey;
    private readonly ConcurrentDictionary<(string Province, DateOnly Date), byte[]> dates = [];

    public ContactSeal(IConfiguration configuration)
        : this(
            Convert.FromBase64String(configuration["Contact:SealKey"] ?? throw new InvalidOperationException("Contact__SealKey is missing (base64 of 32 bytes).")),
            [.. (configuration["Contact:OldSealKeys"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Convert.FromBase64String)],
            configuration["Contact:IndexKey"] is { } index ? Convert.FromBase64String(index) : null)
    {
    }

    public ContactSeal(byte[] key, IReadOnlyList<byte[]>? old = null, byte[]? index = null)
    {
        masters = [key, .. old ?? []];
        if (masters.Any(master => master.Length != 32)) throw new InvalidOperationException("Contact__SealKey must be 32 bytes.");
        indexKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, index ?? masters[^1], 32, info: "careerplatform family index"u8.ToArray());
        dateKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, index ?? masters[^1], 32, info: "careerplatform dates"u8.ToArray());
        nameKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, index ?? masters[^1], 32, info: "careerplatform names"u8.ToArray());
    }

    /// <summary>Under the master key: what no key of the pupil's own can erase.</summary>
    public string Seal(Guid pupilId, Contact contact) => $"v1.{KeyId}.{Base64Url.EncodeToString(Box(masters[0], Bytes(contact), BoundTo(pupilId)))}";

    /// <summary>Under the pupil's own key.</summary>
    public static string Seal(PupilKey key, Contact contact) =>
        $"v2.{Base64Url.EncodeToString(key.Version.ToByteArray(bigEndian: true))}.{Base64Url.EncodeToString(Box(key.Key, Bytes(contact), BoundTo(key)))}";

    /// <summary>The version of the pupil's key that is needed to open the text; null when it needs none.</summary>
    public static Guid? KeyVersion(string sealedText) => sealedText.Split('.') is ["v2", var version, _] ? new Guid(Base64Url.DecodeFromChars(version), bigEndian: true) : null;

    /// <summary>The contact in clear. Refuses (503 `key_unavailable`) when the key is not the one it was sealed with.</summary>
    public Contact Open(Guid pupilId, string sealedText, PupilKey? key = null)
    {
        var clear = sealedText.Split('.') switch
        {
            ["v1", KeyId, var text] => masters.Select(master => Clear(master, Base64Url.DecodeFromChars(text), BoundTo(pupilId))).FirstOrDefault(opened => opened is not null),
            ["v2", _, var text] when key is not null && key.Pupil == pupilId => Clear(key.Key, Base64Url.DecodeFromChars(text), BoundTo(key)),
            _ => null,
        };
        return JsonSerializer.Deserialize<Contact>(clear ?? throw KeyUnavailable(), StrictJson.Options)!;
    }

    /// <summary>Seals a key (of a province, or on its way to another service) under the master key.</summary>
    internal byte[] Wrap(byte[] key, string boundTo) => Box(masters[0], key, Encoding.UTF8.GetBytes(boundTo));

    /// <summary>The key in clear, whichever master key sealed it; says whether that is the current one.</summary>
    internal (byte[] Key, bool Current) Unwrap(byte[] wrapped, string boundTo)
    {
        for (var n = 0; n < masters.Count; n++)
            if (Clear(masters[n], wrapped, Encoding.UTF8.GetBytes(boundTo)) is { } key) return (key, n == 0);
        throw KeyUnavailable();
    }

    /// <summary>Equal for equal phones, useless without the key: 128 bits of HMAC-SHA-256 over the E.164 number.</summary>
    public string FamilyKey(string phone) => Base64Url.EncodeToString(Index(phone));

    /// <summary>128 bits of HMAC-SHA-256, to find something again without storing it.</summary>
    internal byte[] Index(string text) => HMACSHA256.HashData(indexKey, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16).ToArray();

    /// <summary>One block, equal for equal dates of a province: results are matched by it, nobody reads it without the key.</summary>
    public byte[] SealDate(string province, DateOnly date) => dates.GetOrAdd((province, date), day =>
    {
        var block = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(block, day.Date.DayNumber);
        using var aes = DateCipher(day.Province);
        return aes.EncryptEcb(block, PaddingMode.None);
    });

    /// <summary>The date in clear. Refuses (503 `key_unavailable`) when it was sealed with another key or for another province.</summary>
    public DateOnly OpenDate(string province, byte[] sealedDate)
    {
        using var aes = DateCipher(province);
        var block = aes.DecryptEcb(sealedDate, PaddingMode.None);
        var day = BinaryPrimitives.ReadInt32BigEndian(block);
        return block.AsSpan(4).ContainsAnyExcept((byte)0) || day < 0 || day > DateOnly.MaxValue.DayNumber ? throw KeyUnavailable() : DateOnly.FromDayNumber(day);
    }

    /// <summary>Seals and opens the names of a province's people.</summary>
    public NameSeal Names(string province) => new(HKDF.DeriveKey(HashAlgorithmName.SHA256, nameKey, 32, info: Encoding.UTF8.GetBytes(province)));

    private Aes DateCipher(string province)
    {
        var aes = Aes.Create();
        aes.Key = HKDF.DeriveKey(HashAlgorithmName.SHA256, dateKey, 32, info: Encoding.UTF8.GetBytes(province));
        return aes;
    }

    internal static byte[] Box(byte[] key, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> boundTo)
    {
        var box = new byte[12 + 16 + clear.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(box.AsSpan(0, 12), clear, box.AsSpan(28), box.AsSpan(12, 16), boundTo);
        return box;
    }

    internal static byte[]? Clear(byte[] key, byte[] box, ReadOnlySpan<byte> boundTo)
    {
        var clear = new byte[Math.Max(0, box.Length - 28)];
        using var aes = new AesGcm(key, 16);
        try
        {
            if (box.Length < 28) return null;
            aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear, boundTo);
            return clear;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Bytes(Contact contact) => JsonSerializer.SerializeToUtf8Bytes(contact, StrictJson.Options);

    private static byte[] BoundTo(Guid pupilId) => Encoding.UTF8.GetBytes($"contact|{pupilId:N}|{KeyId}");

    private static byte[] BoundTo(PupilKey key) => Encoding.UTF8.GetBytes($"contact|sealed_contact|{key.Pupil:N}|{key.Version:N}");

    internal static RuleBroken KeyUnavailable() =>
        new("key_unavailable", "Không mở được dữ liệu liên hệ", "The contact was sealed with a key that this service does not hold.", 503);
}

/// <summary>
/// Seals the names of a province's people at rest. Equal names give equal boxes, and equal foldings equal indexes, so that rows are compared and matched in the database, where nobody reads a name
/// without the key.
/// </summary>
/// <remarks>AES-256-GCM with a nonce that follows from the name (box = nonce 12 ‖ tag 16 ‖ ciphertext). Of one thread; from <see cref="ContactSeal.Names"/>.</remarks>
public sealed class NameSeal : IDisposable
{
    private readonly byte[] indexKey;
    private readonly byte[] boxKey;
    private readonly AesGcm aes;

    internal NameSeal(byte[] key)
    {
        indexKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "index"u8.ToArray());
        boxKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "box"u8.ToArray());
        aes = new AesGcm(boxKey, 16);
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
    public string Open(byte[] box) => Encoding.UTF8.GetString(ContactSeal.Clear(boxKey, box, []) ?? throw ContactSeal.KeyUnavailable());

    /// <summary>128 bits that are equal for equal texts: finds a name, or a folded form of it, without storing it.</summary>
    public byte[] Index(string folded)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(indexKey, Encoding.UTF8.GetBytes($"={folded}"), mac);
        return mac[..16].ToArray();
    }

    public void Dispose() => aes.Dispose();
}
