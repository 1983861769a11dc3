using System.Buffers;
using System.Text;

namespace CareerPlatform.Import;

/// <summary>Finds out how a text file is encoded, from its bytes alone.</summary>
/// <remarks>
/// A byte order mark decides; then zero bytes (UTF-16); then strict UTF-8. Bytes that are none of these are read as TCVN3, VNI-Windows and
/// Windows-1258 in turn, and the reading whose accented words are Vietnamese syllables wins. Where none is clearly Vietnamese the file is refused.
/// </remarks>
internal static class EncodingDetector
{
    private const int SampleSize = 128 * 1024;

    public static EncodingFound Detect(Stream stream, ReadOptions options)
    {
        var head = ReadAt(stream, 0, 4);
        if (head is [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..]) throw Refuse.EncodingUnsupported("UTF-32");
        if (head is [0x2B, 0x2F, 0x76, ..]) throw Refuse.EncodingUnsupported("UTF-7");
        if (options.Encoding is { } declared) return Declared(declared, head);
        if (head is [0xEF, 0xBB, 0xBF, ..]) return CheckDoubleEncoding(stream, new EncodingFound("utf-8-bom", 3), options);
        if (head is [0xFF, 0xFE, ..]) return new EncodingFound("utf-16le", 2);
        if (head is [0xFE, 0xFF, ..]) return new EncodingFound("utf-16be", 2);

        var start = ReadAt(stream, 0, SampleSize);
        if (Utf16WithoutMark(start) is { } utf16) return new EncodingFound(utf16, 0);

        var firstHigh = FirstNonAscii(stream);
        if (firstHigh < 0) return new EncodingFound("utf-8", 0);
        var window = Math.Max(0, firstHigh - 1024);
        var utf8 = new EncodingFound("utf-8", 0);
        var invalid = FirstInvalid(stream, utf8, firstHigh, SampleSize);
        if (invalid < 0) return CheckDoubleEncoding(stream, utf8, options);
        return Legacy(ReadAt(stream, window, SampleSize)) is { } legacy ? new EncodingFound(legacy, 0) : throw Refuse.EncodingInvalid(invalid, "utf-8");
    }

    /// <summary>Offset of the first byte that is not valid in a UTF encoding, -1 when all are.</summary>
    public static long FirstInvalid(Stream stream, EncodingFound encoding, long from, long length = long.MaxValue)
    {
        if (encoding.Name.StartsWith("utf-16", StringComparison.Ordinal)) return FirstInvalidUtf16(stream, encoding, from);
        var offset = from;
        var skipPartial = from > encoding.Preamble;
        while (length > 0)
        {
            var block = ReadAt(stream, offset, (int)Math.Min(64 * 1024, length));
            if (block.Length == 0) return -1;
            var rest = block.AsSpan();
            while (skipPartial && !rest.IsEmpty && (rest[0] & 0xC0) == 0x80 && offset > 0 && rest.Length > block.Length - 3)
            {
                // The block starts inside a character that began before it.
                rest = rest[1..];
            }

            skipPartial = false;
            while (!rest.IsEmpty)
            {
                var status = Rune.DecodeFromUtf8(rest, out _, out var used);
                if (status is OperationStatus.NeedMoreData && offset + block.Length < stream.Length) break;
                if (status is not OperationStatus.Done) return offset + block.Length - rest.Length;
                rest = rest[used..];
            }

            var done = block.Length - rest.Length;
            if (done == 0) return -1;
            offset += done;
            length -= done;
        }

        return -1;
    }

    /// <summary>The bytes these characters had in an 8-bit code page; false when one of them is not in it.</summary>
    public static bool TryBytesOf(ReadOnlySpan<char> text, Encoding codePage, Span<byte> bytes)
    {
        var table = ReverseOf(codePage);
        for (var i = 0; i < text.Length; i++)
        {
            if (!table.TryGetValue(text[i], out bytes[i])) return false;
        }

        return true;
    }

    private static readonly Dictionary<char, byte> Reverse1252 = BuildReverse(LegacyCodePages.Windows1252);
    private static readonly Dictionary<char, byte> Reverse1258 = BuildReverse(LegacyCodePages.Windows1258);

    private static Dictionary<char, byte> ReverseOf(Encoding codePage) => codePage.CodePage == 1258 ? Reverse1258 : Reverse1252;

    private static Dictionary<char, byte> BuildReverse(Encoding codePage)
    {
        var reverse = new Dictionary<char, byte>();
        for (var i = 0; i < 256; i++)
        {
            reverse.TryAdd((char)i, (byte)i);
        }

        for (var i = 0x80; i < 256; i++)
        {
            reverse[codePage.GetString([(byte)i])[0]] = (byte)i;
        }

        return reverse;
    }

    private static EncodingFound Declared(string name, byte[] head) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" or "utf-8-bom" => head is [0xEF, 0xBB, 0xBF, ..] ? new EncodingFound("utf-8-bom", 3) : new EncodingFound("utf-8", 0),
        "utf-16" or "utf-16le" => new EncodingFound("utf-16le", head is [0xFF, 0xFE, ..] ? 2 : 0),
        "utf-16be" => new EncodingFound("utf-16be", head is [0xFE, 0xFF, ..] ? 2 : 0),
        "tcvn3" or "abc" => new EncodingFound("tcvn3", 0),
        "vni" or "vni-windows" => new EncodingFound("vni", 0),
        "windows-1258" or "cp1258" => new EncodingFound("windows-1258", 0),
        _ => throw Refuse.EncodingUnsupported("declared"),
    };

    private static EncodingFound CheckDoubleEncoding(Stream stream, EncodingFound utf8, ReadOptions options)
    {
        var first = FirstNonAscii(stream, utf8.Preamble);
        if (first < 0) return utf8;
        var window = Math.Max(utf8.Preamble, first - 512);
        var bytes = ReadAt(stream, window, 64 * 1024);
        var text = new UTF8Encoding(false, false).GetString(bytes.AsSpan(0, WholeCharacters(bytes)));
        foreach (var codePage in new[] { LegacyCodePages.Windows1252, LegacyCodePages.Windows1258 })
        {
            var buffer = new byte[text.Length];
            if (!TryBytesOf(text, codePage, buffer)) continue;
            var whole = WholeCharacters(buffer);
            string inner;
            try
            {
                inner = new UTF8Encoding(false, true).GetString(buffer, 0, whole);
            }
            catch (DecoderFallbackException)
            {
                continue;
            }

            var (valid, words) = Vietnamese.CountSyllables(inner);
            if (words == 0 || valid * 2 < words) continue;
            if (!options.RepairDoubleEncoding) throw Refuse.DoubleEncoded(first);
            return utf8 with { DoubleEncoded = codePage };
        }

        return utf8;
    }

    /// <summary>Length without a character cut off at the end.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        var back = 0;
        while (back < 3 && back < bytes.Length && (bytes[bytes.Length - 1 - back] & 0xC0) == 0x80) back++;
        if (back >= bytes.Length) return bytes.Length;
        var lead = bytes[bytes.Length - 1 - back];
        var needed = lead switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
        return needed > back + 1 ? bytes.Length - 1 - back : bytes.Length;
    }

    private static string? Legacy(byte[] sample)
    {
        var candidates = new[]
        {
            ("tcvn3", Decode(new TableCharReader(new MemoryStream(sample), LegacyCodePages.Tcvn3), sample.Length)),
            ("vni", Decode(new VniCharReader(new MemoryStream(sample)), sample.Length)),
            ("windows-1258", LegacyCodePages.Windows1258.GetString(sample).Normalize(NormalizationForm.FormC)),
        };
        var scored = candidates
            .Select(candidate =>
            {
                var (valid, words) = Vietnamese.CountSyllables(candidate.Item2);
                return (Name: candidate.Item1, Share: words == 0 ? 0 : (double)valid / words);
            })
            .OrderByDescending(candidate => candidate.Share).ToArray();
        return scored[0].Share >= 0.6 && scored[0].Share - scored[1].Share >= 0.1 ? scored[0].Name : null;
    }

    public static string Decode(CharReader reader, int size)
    {
        var text = new StringBuilder(size);
        var buffer = new char[4096];
        reader.Restart();
        while (reader.Read(buffer) is > 0 and var count) text.Append(buffer, 0, count);
        return text.ToString();
    }

    private static string? Utf16WithoutMark(byte[] sample)
    {
        if (sample.Length < 8) return null;
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < sample.Length; i += 2)
        {
            if (sample[i] == 0 && sample[i + 1] != 0) even++;
            if (sample[i + 1] == 0 && sample[i] != 0) odd++;
        }

        var pairs = sample.Length / 2;
        if (odd > pairs * 0.3 && even < pairs * 0.05) return "utf-16le";
        return even > pairs * 0.3 && odd < pairs * 0.05 ? "utf-16be" : null;
    }

    private static long FirstInvalidUtf16(Stream stream, EncodingFound encoding, long from)
    {
        var big = encoding.Name == "utf-16be";
        var offset = Math.Max(encoding.Preamble, from - ((from - encoding.Preamble) & 1));
        var high = -1L;
        while (true)
        {
            var block = ReadAt(stream, offset, 64 * 1024);
            for (var i = 0; i + 1 < block.Length; i += 2)
            {
                var unit = (char)(big ? (block[i] << 8) | block[i + 1] : block[i] | (block[i + 1] << 8));
                if (high >= 0 && !char.IsLowSurrogate(unit)) return high;
                if (high < 0 && char.IsLowSurrogate(unit) && offset + i > from) return offset + i;
                high = char.IsHighSurrogate(unit) ? offset + i : -1;
            }

            if (block.Length < 2 || (block.Length & 1) == 1) return high >= 0 ? high : offset + block.Length - (block.Length & 1);
            offset += block.Length;
        }
    }

    private static long FirstNonAscii(Stream stream, long from = 0)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            stream.Position = from;
            for (var offset = from; ;)
            {
                var size = stream.Read(buffer, 0, buffer.Length);
                if (size == 0) return -1;
                var index = buffer.AsSpan(0, size).IndexOfAnyInRange((byte)0x80, (byte)0xFF);
                if (index >= 0) return offset + index;
                offset += size;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] ReadAt(Stream stream, long offset, int count)
    {
        stream.Position = offset;
        var size = (int)Math.Min(count, Math.Max(0, stream.Length - offset));
        var bytes = new byte[size];
        var read = stream.ReadAtLeast(bytes, size, throwOnEndOfStream: false);
        return read == size ? bytes : bytes[..read];
    }
}
