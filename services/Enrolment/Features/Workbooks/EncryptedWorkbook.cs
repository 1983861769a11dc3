using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using CareerPlatform.Import;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>Opens a workbook that comes back with its password still on, as spreadsheets save it: ECMA-376 agile encryption ([MS-OFFCRYPTO] 2.3.4.10) in a compound file ([MS-CFB]).</summary>
/// <remarks>The content comes from outside: every length and chain is bounded, and whatever does not fit is a damaged file.</remarks>
public static class EncryptedWorkbook
{
    private const long Largest = 16 << 20;
    private const int MostTurns = 1_000_000;   // Excel makes 100,000

    private static readonly byte[] Input = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], Value = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E],
        Key = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], HmacKey = [0x5F, 0xB2, 0xAD, 0x01, 0x0C, 0xB9, 0xE1, 0xF6], HmacValue = [0xA0, 0x67, 0x7F, 0x02, 0xB2, 0x2C, 0x84, 0x33];

    /// <summary>The file's content as it is, or what the password opens.</summary>
    public static Stream OpenIfEncrypted(Stream file, string password)
    {
        Span<byte> magic = stackalloc byte[8];
        file.Position = 0;
        var read = file.ReadAtLeast(magic, 8, throwOnEndOfStream: false);
        file.Position = 0;
        if (read < 8 || !magic.SequenceEqual<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])) return file;
        if (file.Length > Largest) throw new FileRefused("body_too_large", "Tệp quá lớn", $"An encrypted workbook may hold {Largest >> 20} MiB.", 413);

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        file.Position = 0;
        if (bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("EncryptedPackage")) < 0) return file;   // an old binary workbook: the reader says so
        try
        {
            var container = new CompoundFile(bytes);
            return container.Stream("EncryptionInfo") is { } info && container.Stream("EncryptedPackage") is { } package ? new MemoryStream(Open(info, package, password), writable: false) : throw Corrupt(null);
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException or CryptographicException or XmlException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw Corrupt(broken);
        }
    }

    private static byte[] Open(byte[] info, byte[] package, string password)
    {
        if (info.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(info) != 0x0004_0004) throw Unknown();
        var (data, own, hmacKey, hmacValue) = Describe(info.AsSpan(8).ToArray());
        if (own.Turns is < 0 or > MostTurns) throw Unknown();

        var hash = own.Hash([.. own.Salt, .. Encoding.Unicode.GetBytes(password)]);
        var turn = new byte[4 + hash.Length];
        for (var n = 0; n < own.Turns; n++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(turn, n);
            hash.CopyTo(turn, 4);
            hash = own.Hash(turn);
        }
        byte[] Opened(byte[] block, byte[] cipher) => Decrypt(Fit(own.Hash([.. hash, .. block]), own.KeyBytes), Fit(own.Salt, own.Block), cipher);
        var expected = Opened(Value, own.Value);
        if (!CryptographicOperations.FixedTimeEquals(own.Hash(Opened(Input, own.Input)[..own.Salt.Length]), expected.AsSpan(0, own.HashBytes)))
            throw new FileRefused("password_wrong", "Tệp được đặt mật khẩu khác", "The workbook is encrypted with another password than the one it was given. Send it without a password.");

        var key = Opened(Key, own.Key)[..data.KeyBytes];
        byte[] Iv(byte[] block) => Fit(data.Hash([.. data.Salt, .. block]), data.Block);
        var mac = Decrypt(key, Iv(HmacKey), hmacKey)[..data.HashBytes];
        if (!CryptographicOperations.FixedTimeEquals(data.Mac(mac, package), Decrypt(key, Iv(HmacValue), hmacValue).AsSpan(0, data.HashBytes))) throw Corrupt(null);

        var size = BinaryPrimitives.ReadInt64LittleEndian(package);
        if (size < 0 || size > package.Length - 8) throw Corrupt(null);
        var clear = new MemoryStream();
        for (var (at, n) = (8, 0); at < package.Length; at += 4096, n++)
            clear.Write(Decrypt(key, Iv(BitConverter.GetBytes(n)), package[at..Math.Min(at + 4096, package.Length)]));
        return clear.ToArray()[..(int)size];
    }

    private static byte[] Decrypt(byte[] key, byte[] iv, byte[] cipher)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.DecryptCbc(cipher, iv, PaddingMode.None);
    }

    private static byte[] Fit(byte[] bytes, int length) => bytes.Length >= length ? bytes[..length] : [.. bytes, .. Enumerable.Repeat((byte)0x36, length - bytes.Length)];

    /// <summary>One of the two keys: that of the data, and that which the password makes.</summary>
    private sealed record Cipher(byte[] Salt, int Block, int KeyBytes, HashAlgorithmName Name)
    {
        public int Turns { get; init; }
        public byte[] Input { get; init; } = [];
        public byte[] Value { get; init; } = [];
        public byte[] Key { get; init; } = [];
        public int HashBytes => Hash([]).Length;

        public byte[] Hash(byte[] bytes) => CryptographicOperations.HashData(Name, bytes);

        public byte[] Mac(byte[] key, byte[] bytes) => CryptographicOperations.HmacData(Name, key, bytes);

        public static Cipher Read(XmlReader xml)
        {
            if (xml.GetAttribute("cipherAlgorithm") != "AES" || xml.GetAttribute("cipherChaining") != "ChainingModeCBC") throw Unknown();
            var name = xml.GetAttribute("hashAlgorithm") switch { "SHA1" => HashAlgorithmName.SHA1, "SHA256" => HashAlgorithmName.SHA256, "SHA384" => HashAlgorithmName.SHA384, "SHA512" => HashAlgorithmName.SHA512, _ => throw Unknown() };
            return new Cipher(Bytes(xml, "saltValue"), Number(xml, "blockSize"), Number(xml, "keyBits") / 8, name)
            {
                Turns = xml.GetAttribute("spinCount") is null ? 0 : Number(xml, "spinCount"),
                Input = Bytes(xml, "encryptedVerifierHashInput"),
                Value = Bytes(xml, "encryptedVerifierHashValue"),
                Key = Bytes(xml, "encryptedKeyValue"),
            };
        }
    }

    private static (Cipher Data, Cipher Own, byte[] HmacKey, byte[] HmacValue) Describe(byte[] description)
    {
        using var xml = XmlReader.Create(new MemoryStream(description), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var (data, own, hmacKey, hmacValue) = (default(Cipher), default(Cipher), Array.Empty<byte>(), Array.Empty<byte>());
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "keyData") data = Cipher.Read(xml);
            if (xml.LocalName == "encryptedKey") own ??= Cipher.Read(xml);
            if (xml.LocalName == "dataIntegrity") (hmacKey, hmacValue) = (Bytes(xml, "encryptedHmacKey"), Bytes(xml, "encryptedHmacValue"));
        }
        return data is null || own is null || hmacKey.Length == 0 ? throw Unknown() : (data, own, hmacKey, hmacValue);
    }

    private static byte[] Bytes(XmlReader xml, string name) => Convert.FromBase64String(xml.GetAttribute(name) ?? "");

    private static int Number(XmlReader xml, string name) => int.Parse(xml.GetAttribute(name) ?? "", NumberStyles.None, CultureInfo.InvariantCulture);

    private static FileRefused Unknown() => new("file_encrypted", "Kiểu mã hoá của tệp không được hỗ trợ", "The workbook is encrypted in another way than it was given. Send it without a password.");

    private static FileRefused Corrupt(Exception? broken) => new("archive_corrupt", "Tệp bảng tính bị hỏng hoặc bị cắt cụt", "The encrypted workbook cannot be read to its end.", inner: broken);

    /// <summary>The streams of a compound file.</summary>
    private sealed class CompoundFile
    {
        private const uint End = 0xFFFF_FFFA;   // from here on markers, no sectors

        private readonly byte[] bytes;
        private readonly int sector;
        private readonly uint[] next;
        private readonly byte[] directory;

        public CompoundFile(byte[] bytes)
        {
            this.bytes = bytes;
            sector = 1 << (bytes[30] is 9 or 12 ? bytes[30] : throw Corrupt(null));
            var table = new List<uint>();
            for (var n = 0; n < 109; n++) if (At(76 + n * 4) is < End and var part) table.Add(part);
            var more = At(68);
            for (var n = 0; more < End && n < bytes.Length / sector; n++)
            {
                var entries = Words(Sector(more));
                table.AddRange(entries[..^1].Where(part => part < End));
                more = entries[^1];
            }
            next = [.. table.Take(bytes.Length / sector).SelectMany(part => Words(Sector(part)))];
            directory = Chain(At(48), next, Sector);
        }

        public byte[]? Stream(string name)
        {
            for (var at = 0; at + 128 <= directory.Length; at += 128)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(directory.AsSpan(at + 64));
                if (directory[at + 66] != 2 || length is < 2 or > 64 || Encoding.Unicode.GetString(directory, at, length - 2) != name) continue;
                var (start, size) = (Word(directory, at + 116), Word(directory, at + 120));
                if (size > bytes.Length) throw Corrupt(null);
                return size < At(56) ? Chain(start, Words(Chain(At(60), next, Sector)), Mini(Chain(Word(directory, 116), next, Sector)))[..(int)size] : Chain(start, next, Sector)[..(int)size];
            }
            return null;
        }

        private static Func<uint, byte[]> Mini(byte[] stream) => part => stream.AsSpan(checked((int)part * 64), 64).ToArray();

        /// <summary>All sectors from the first on; a chain cannot be longer than the file.</summary>
        private byte[] Chain(uint first, uint[] follow, Func<uint, byte[]> read)
        {
            using var whole = new MemoryStream();
            for (var part = first; part < End; part = follow[part])
            {
                whole.Write(read(part));
                if (whole.Length > bytes.Length) throw Corrupt(null);
            }
            return whole.ToArray();
        }

        private byte[] Sector(uint part)
        {
            var from = checked(((long)part + 1) * sector);
            if (from >= bytes.Length) throw Corrupt(null);
            var all = new byte[sector];
            bytes.AsSpan((int)from, (int)Math.Min(sector, bytes.Length - from)).CopyTo(all);
            return all;
        }

        private uint At(int offset) => Word(bytes, offset);

        private static uint Word(byte[] from, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(from.AsSpan(offset));

        private static uint[] Words(byte[] from) => [.. Enumerable.Range(0, from.Length / 4).Select(n => Word(from, n * 4))];
    }
}
