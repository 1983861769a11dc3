using System.Text;

namespace CareerPlatform.Import;

/// <summary>A file's characters, decoded strictly as they are asked for.</summary>
internal abstract class CharReader
{
    /// <summary>Fills the buffer from its start; 0 at the end of the file.</summary>
    public abstract int Read(Span<char> into);

    /// <summary>Back to the first character.</summary>
    public abstract void Restart();

    public static CharReader For(Stream stream, EncodingFound encoding) => encoding.Name switch
    {
        "tcvn3" => new TableCharReader(stream, LegacyCodePages.Tcvn3),
        "vni" => new VniCharReader(stream),
        "windows-1258" => new StrictCharReader(stream, encoding, LegacyCodePages.Windows1258),
        "utf-16le" => new StrictCharReader(stream, encoding, new UnicodeEncoding(false, false, true)),
        "utf-16be" => new StrictCharReader(stream, encoding, new UnicodeEncoding(true, false, true)),
        _ when encoding.DoubleEncoded is { } through => new DoubleEncodedCharReader(stream, encoding, through),
        _ => new StrictCharReader(stream, encoding, new UTF8Encoding(false, true)),
    };
}

/// <summary>An encoding and where the text starts after its byte order mark.</summary>
internal sealed record EncodingFound(string Name, int Preamble)
{
    /// <summary>The code page through which UTF-8 was misread before it was saved as UTF-8 again.</summary>
    public Encoding? DoubleEncoded { get; init; }
}

/// <summary>Characters held in memory.</summary>
internal sealed class TextCharReader(string text) : CharReader
{
    private int position;

    public override int Read(Span<char> into)
    {
        var count = Math.Min(into.Length, text.Length - position);
        text.AsSpan(position, count).CopyTo(into);
        position += count;
        return count;
    }

    public override void Restart() => position = 0;
}

internal sealed class StrictCharReader(Stream stream, EncodingFound found, Encoding encoding) : CharReader
{
    private const int BlockSize = 15 * 1024;
    private readonly byte[] bytes = new byte[BlockSize];
    private readonly char[] spare = new char[BlockSize + 16];
    private readonly Decoder decoder = encoding.GetDecoder();
    private long read;
    private int spareStart;
    private int spareEnd;
    private bool ended;
    private bool started;

    public override void Restart()
    {
        stream.Position = found.Preamble;
        decoder.Reset();
        (read, spareStart, spareEnd, ended, started) = (found.Preamble, 0, 0, false, true);
    }

    public override int Read(Span<char> into)
    {
        if (!started) Restart();
        while (true)
        {
            if (spareStart < spareEnd)
            {
                var count = Math.Min(into.Length, spareEnd - spareStart);
                spare.AsSpan(spareStart, count).CopyTo(into);
                spareStart += count;
                return count;
            }

            if (ended) return 0;
            var size = stream.ReadAtLeast(bytes, BlockSize, throwOnEndOfStream: false);
            ended = size < BlockSize;
            try
            {
                if (into.Length >= BlockSize + 16)
                {
                    var direct = decoder.GetChars(bytes.AsSpan(0, size), into, ended);
                    read += size;
                    if (direct > 0) return direct;
                }
                else
                {
                    (spareStart, spareEnd) = (0, decoder.GetChars(bytes.AsSpan(0, size), spare, ended));
                    read += size;
                }
            }
            catch (DecoderFallbackException refused)
            {
                throw Refuse.EncodingInvalid(EncodingDetector.FirstInvalid(stream, found, Math.Max(found.Preamble, read - 8)), found.Name, refused);
            }
        }
    }
}

internal sealed class TableCharReader(Stream stream, char[] table) : CharReader
{
    private readonly byte[] bytes = new byte[32 * 1024];

    public override void Restart() => stream.Position = 0;

    public override int Read(Span<char> into)
    {
        var size = stream.Read(bytes, 0, Math.Min(bytes.Length, into.Length));
        for (var i = 0; i < size; i++) into[i] = table[bytes[i]];
        return size;
    }
}

internal sealed class VniCharReader(Stream stream) : CharReader
{
    private readonly byte[] bytes = new byte[32 * 1024];
    private char held;

    public override void Restart()
    {
        stream.Position = 0;
        held = '\0';
    }

    public override int Read(Span<char> into)
    {
        // One letter is always held back, since the byte after it may be its mark; so a block gives at most one character more than it has bytes.
        while (true)
        {
            var size = stream.Read(bytes, 0, Math.Min(bytes.Length, into.Length - 1));
            var written = 0;
            if (size == 0)
            {
                if (held == '\0') return 0;
                into[0] = Single(held);
                held = '\0';
                return 1;
            }

            for (var i = 0; i < size; i++)
            {
                var c = (char)bytes[i];
                if (held != '\0')
                {
                    if (c > 0x7F && LegacyCodePages.VniPairs.TryGetValue((held, c), out var letter))
                    {
                        into[written++] = letter;
                        held = '\0';
                        continue;
                    }

                    into[written++] = Single(held);
                }

                held = c;
                if (c == '\0' || (c < 0x80 && !char.IsAsciiLetter(c)))
                {
                    into[written++] = c;
                    held = '\0';
                }
            }

            if (written > 0) return written;
        }
    }

    private static char Single(char c) => c switch
    {
        <= '\u007F' => c,
        <= '\u009F' => LegacyCodePages.Windows1252.GetString([(byte)c])[0],
        _ => LegacyCodePages.VniSingles.GetValueOrDefault(c, c),
    };
}

/// <summary>UTF-8 that was read as an 8-bit code page and written as UTF-8 again: undone.</summary>
internal sealed class DoubleEncodedCharReader(Stream stream, EncodingFound found, Encoding through) : CharReader
{
    private readonly StrictCharReader outer = new(stream, found, new UTF8Encoding(false, true));
    private readonly Decoder inner = new UTF8Encoding(false, true).GetDecoder();
    private readonly char[] chars = new char[8 * 1024];
    private readonly byte[] bytes = new byte[8 * 1024];

    public override void Restart()
    {
        outer.Restart();
        inner.Reset();
    }

    public override int Read(Span<char> into)
    {
        while (true)
        {
            var size = outer.Read(chars.AsSpan(0, Math.Min(chars.Length, into.Length - 2)));
            try
            {
                if (!EncodingDetector.TryBytesOf(chars.AsSpan(0, size), through, bytes)) throw Refuse.DoubleEncoded(0);
                var count = inner.GetChars(bytes.AsSpan(0, size), into, size == 0);
                if (count > 0 || size == 0) return count;
            }
            catch (DecoderFallbackException refused)
            {
                throw Refuse.DoubleEncoded(0, refused);
            }
        }
    }
}
