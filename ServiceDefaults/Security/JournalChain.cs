using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>The read journal's chain: hash = SHA-256(hash before ‖ position ‖ read), the read written with every length in front, so that no two reads look alike.</summary>
/// <remarks>Compiled into the services, which seal, and into careerctl, which verifies.</remarks>
internal sealed class JournalChain
{
    /// <summary>What the chain covers of a read `a`, its items in the order of the pupils' ids.</summary>
    internal const string Columns =
        """
        a.tenant_id, a.access_id, a.at, a.subject, a.client_id, a.organisation, a.purpose, a.route,
        (select string_agg(uuid_send(i.pupil_id) || int4send(octet_length(i.fields)) || convert_to(i.fields, 'UTF8'), ''::bytea order by i.pupil_id)
         from pii_access_item i where i.tenant_id = a.tenant_id and i.access_id = a.access_id) as items
        """;

    private readonly ArrayBufferWriter<byte> row = new(1024);

    internal JournalChain(long position, byte[] hash) => (Position, Hash) = (position, hash);

    internal long Position { get; private set; }
    internal byte[] Hash { get; private set; }

    /// <summary>Goes on after this position, whatever came before it.</summary>
    internal void ContinueAfter(long position, byte[] hash) => (Position, Hash) = (position, hash);

    /// <summary>Takes the read that begins at <paramref name="column"/> of the current row into the chain.</summary>
    internal byte[] Add(NpgsqlDataReader read, int column)
    {
        row.ResetWrittenCount();
        row.Write(Hash);
        Write(++Position);
        Write(read.GetString(column));
        Write(read.GetGuid(column + 1));
        Write(new DateTimeOffset(read.GetFieldValue<DateTime>(column + 2), TimeSpan.Zero).Ticks / TimeSpan.TicksPerMicrosecond);
        Write(read.GetString(column + 3));
        Write(read.IsDBNull(column + 4) ? null : read.GetString(column + 4));
        Write(read.IsDBNull(column + 5) ? null : read.GetGuid(column + 5).ToString());
        Write(read.GetString(column + 6));
        Write(read.GetString(column + 7));
        if (!read.IsDBNull(column + 8)) row.Write(read.GetFieldValue<byte[]>(column + 8));
        return Hash = SHA256.HashData(row.WrittenSpan);
    }

    private void Write(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(row.GetSpan(8), value);
        row.Advance(8);
    }

    private void Write(Guid value)
    {
        value.TryWriteBytes(row.GetSpan(16), bigEndian: true, out _);
        row.Advance(16);
    }

    private void Write(string? text)
    {
        Write(text is null ? -1L : Encoding.UTF8.GetByteCount(text));
        if (text is not null) Encoding.UTF8.GetBytes(text, row);
    }
}

/// <summary>Where a journal's chain ended at a time, signed, and kept in a second place: it shows a cut tail and a chain that was made anew.</summary>
internal sealed record JournalHead
{
    public required string Service { get; init; }

    /// <summary>1, 2, 3 … without a gap.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>How many reads the chain had: positions have no gaps.</summary>
    public required long Position { get; init; }

    /// <summary>Hash of the read at that position, in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Digest of the head before this one.</summary>
    public required string Before { get; init; }

    /// <summary>ECDSA P-256 over SHA-256 of the other members.</summary>
    public string Signature { get; init; } = "";

    internal string FileName => $"{Service}-{Number:D8}.json";

    private byte[] Signed => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"journal-head|v1|{Service}|{Number}|{At.ToUniversalTime():O}|{Position}|{Hash}|{Before}"));

    internal string Digest => Convert.ToHexStringLower(SHA256.HashData(Signed));

    internal JournalHead SignedWith(ECDsa key) => this with { Signature = Convert.ToBase64String(key.SignData(Signed, HashAlgorithmName.SHA256)) };

    internal bool IsSignedBy(ECDsa key)
    {
        var signature = new byte[128];
        return Convert.TryFromBase64String(Signature, signature, out var length) && key.VerifyData(Signed, signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    /// <summary>A service's heads in a folder, by number; a file that is no head comes as null with its name.</summary>
    internal static IEnumerable<(string File, JournalHead? Head)> Read(string folder, string service) =>
        Directory.EnumerateFiles(folder, $"{service}-*.json").Order(StringComparer.Ordinal).Select(file =>
        {
            try
            {
                return (file, JsonSerializer.Deserialize<JournalHead>(File.ReadAllText(file)));
            }
            catch (JsonException)
            {
                return (file, null);
            }
        });

    /// <summary>Writes the head as a new file, to the disk itself; never over another one.</summary>
    internal void Write(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(this));
        file.Flush(flushToDisk: true);
    }
}
