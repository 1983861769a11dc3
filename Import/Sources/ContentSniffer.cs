using System.Text;

namespace CareerPlatform.Import;

/// <summary>Tells a workbook from text by the first bytes, and refuses what is neither; the file's name is never asked.</summary>
internal static class ContentSniffer
{
    private static readonly (byte[] Magic, string Name)[] Others =
    [
        ("%PDF"u8.ToArray(), "a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47], "an image"),
        ([0xFF, 0xD8, 0xFF], "an image"),
        ("GIF8"u8.ToArray(), "an image"),
        ("II*\0"u8.ToArray(), "an image"),
        ("MM\0*"u8.ToArray(), "an image"),
        ("BM"u8.ToArray(), "an image"),
        ("RIFF"u8.ToArray(), "a media file"),
        ("{\\rtf"u8.ToArray(), "an RTF document"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive"),
        ("Rar!"u8.ToArray(), "a RAR archive"),
        ("BZh"u8.ToArray(), "a bzip2 archive"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        ("MZ"u8.ToArray(), "a program"),
        ("SQLite format 3"u8.ToArray(), "a database"),
    ];

    /// <summary>True for a zip container (to be looked into further), false for what may be text.</summary>
    public static bool IsZip(Stream stream)
    {
        if (stream.Length == 0) throw Refuse.FileEmpty();
        stream.Position = 0;
        var head = new byte[Math.Min(4096, stream.Length)];
        stream.ReadExactly(head);
        if (head is [0x50, 0x4B, 0x03, 0x04, ..]) return true;
        if (head is [0x50, 0x4B, 0x05, 0x06, ..] or [0x50, 0x4B, 0x07, 0x08, ..]) throw Refuse.ContentTypeMismatch("an empty or split archive");
        if (head is [0xD0, 0xCF, 0x11, 0xE0, ..])
        {
            throw HoldsEncryptedPackage(stream) ? Refuse.FileEncrypted() : Refuse.ContentTypeMismatch("an old binary Office file (.xls)");
        }

        // BIFF 2 to 5 came without a container.
        if (head is [0x09, 0x00 or 0x02 or 0x04 or 0x08, 0x04 or 0x06 or 0x08, 0x00, ..]) throw Refuse.ContentTypeMismatch("an old binary spreadsheet (.xls)");
        foreach (var (magic, name) in Others)
        {
            if (!head.AsSpan().StartsWith(magic) || (magic.Length == 2 && char.IsAsciiLetter((char)magic[0]) && !LooksBinary(head))) continue;
            throw Refuse.ContentTypeMismatch(name);
        }

        if (head is not [0xFF, 0xFE, ..] and not [0xFE, 0xFF, ..] && LooksBinary(head) && !LooksUtf16(head)) throw Refuse.ContentTypeMismatch("binary data");
        return false;
    }

    /// <summary>Refuses markup, and tells JSON from delimited text by the first characters.</summary>
    public static FileKind KindOfText(string start)
    {
        var text = start.AsSpan().TrimStart('\uFEFF').TrimStart();
        if (text.IsEmpty && start.AsSpan().Trim().IsEmpty) throw Refuse.FileEmpty();
        if (text.StartsWith("<"))
        {
            foreach (var opening in new[] { "<!doctype", "<html", "<head", "<body", "<table", "<meta", "<style", "<script", "<svg", "<?xml", "<!--", "<workbook", "<div", "<span" })
            {
                if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase)) throw Refuse.ContentTypeMismatch("an HTML or XML document");
            }
        }

        foreach (var opening in new[] { "MIME-Version:", "Content-Type:", "From: <" })
        {
            if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase)) throw Refuse.ContentTypeMismatch("a web archive (MHTML)");
        }

        if (text.StartsWith("[") && text[1..].TrimStart().StartsWith("{")) return FileKind.JsonArray;
        if (IsObjectAroundArray(text)) return FileKind.JsonArray;
        if (text.StartsWith("{") && (text[1..].TrimStart().StartsWith("\"") || text[1..].TrimStart().StartsWith("}"))) return FileKind.JsonLines;
        return FileKind.Delimited;
    }

    /// <summary>An object over the whole file that holds the rows as an array, as web services answer; not one row that has an array in it.</summary>
    private static bool IsObjectAroundArray(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("{") || text[1..].TrimStart() is not ['"', ..]) return false;
        var bracket = text.IndexOf('[');
        if (bracket < 0 || text[1..bracket].ContainsAny('{', '}') || !text[(bracket + 1)..].TrimStart().StartsWith("{")) return false;
        var close = text.IndexOf(']');
        return close < 0 || !text[close..].Contains("\n{", StringComparison.Ordinal);
    }

    private static bool LooksBinary(ReadOnlySpan<byte> head)
    {
        var odd = 0;
        foreach (var b in head)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n' or 0x0C)) odd++;
        }

        return odd * 10 > head.Length;
    }

    private static bool LooksUtf16(ReadOnlySpan<byte> head)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < head.Length; i += 2)
        {
            if (head[i] == 0) even++;
            if (head[i + 1] == 0) odd++;
        }

        var pairs = head.Length / 2;
        return (odd > pairs * 0.3 && even < pairs * 0.05) || (even > pairs * 0.3 && odd < pairs * 0.05);
    }

    private static bool HoldsEncryptedPackage(Stream stream)
    {
        // The container's directory names its streams in UTF-16; it lies near the start or the end.
        var name = Encoding.Unicode.GetBytes("EncryptedPackage");
        var size = (int)Math.Min(stream.Length, 1 << 20);
        var part = new byte[size];
        stream.Position = 0;
        stream.ReadExactly(part);
        if (part.AsSpan().IndexOf(name) >= 0) return true;
        stream.Position = stream.Length - size;
        stream.ReadExactly(part);
        return part.AsSpan().IndexOf(name) >= 0;
    }
}
