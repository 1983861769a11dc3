using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace CareerPlatform.Import;

/// <summary>Looks a workbook over before anything of it is read: counts, declared sizes, DTDs, and everything that could act or reach outside.</summary>
internal static class WorkbookGate
{
    private const int MaxEntries = 2_000;
    private const long RatioMatters = 16 << 20;
    private const int MaxRatio = 200;

    private static readonly string[] ActiveParts =
    [
        "vbaproject", "vbadata", "/externallinks/", "/embeddings/", "/activex/", "/macrosheets/", "/dialogsheets/", "customui/", "/connections.xml", "/model/", "/webextensions/",
        "/querytables/", "/ctrlprops/",
    ];

    private static readonly string[] ActiveRelations =
    [
        "/oleobject", "/externallink", "/externallinkpath", "/vbaproject", "/xlmacrosheet", "/xlintlmacrosheet", "/control", "/activexcontrolbinary", "/attachedtemplate", "/package",
        "/connections", "/querytable", "/frame", "/ddelink", "/customproperty", "/ctrlprop",
    ];

    private static readonly string[] ArchiveEndings = [".zip", ".gz", ".7z", ".rar", ".tar", ".jar", ".xlsx", ".xlsm", ".docx", ".bz2", ".xz"];

    public static XmlReaderSettings Xml { get; } = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = true,
        CloseInput = true,
    };

    public static ZipArchive Open(Stream stream, ReadOptions options)
    {
        CountEntries(stream);
        ZipArchive archive;
        try
        {
            stream.Position = 0;
            archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries.Count;
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or IOException or ArgumentException)
        {
            throw Refuse.ArchiveCorrupt("The archive's directory cannot be read; the file may be cut off.", broken);
        }

        try
        {
            Check(archive, options);
            return archive;
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>Opens a part for reading; what is wrong with it is said in our words.</summary>
    public static XmlReader OpenXml(ZipArchiveEntry entry) => Guard(() => XmlReader.Create(new CheckedPart(entry), Xml));

    public static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (Translate(broken) is { } refusal)
        {
            throw refusal;
        }
    }

    public static FileRefused? Translate(Exception broken) => broken switch
    {
        XmlException { Message: var message } when message.Contains("DTD", StringComparison.Ordinal) => Refuse.XmlDtdForbidden(),
        XmlException or InvalidDataException or EndOfStreamException => Refuse.ArchiveCorrupt("A part of the workbook cannot be read to its end.", broken),
        _ => null,
    };

    private static void Check(ZipArchive archive, ReadOptions options)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var declared = 0L;
        foreach (var entry in archive.Entries)
        {
            var name = entry.FullName.Replace('\\', '/');
            if (entry.IsEncrypted) throw Refuse.FileEncrypted();
            if (!names.Add(name)) throw Refuse.ArchiveCorrupt("The archive names one part twice.");
            if (name.StartsWith('/') || name.Contains(':') || name.Contains('\0') || name.Split('/').Contains("..")) throw Refuse.ArchiveCorrupt("A part's name leads out of the archive.");
            declared += entry.Length;
            if (declared > options.MaxWorkbookBytes || entry.Length < 0) throw Refuse.ArchiveBomb($"The parts declare more than {options.MaxWorkbookBytes} bytes.");
            if (entry.Length > RatioMatters && entry.Length / Math.Max(1, entry.CompressedLength) > MaxRatio)
            {
                throw Refuse.ArchiveBomb($"A part declares more than {MaxRatio} times its compressed size.");
            }
        }

        var isWorkbook = names.Contains("[Content_Types].xml") && names.Any(name => name.StartsWith("xl/", StringComparison.OrdinalIgnoreCase));
        if (!isWorkbook)
        {
            if (names.Any(name => ArchiveEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))))
            {
                throw Refuse.ArchiveTooManyEntries("The archive holds further archives.");
            }

            throw Refuse.ContentTypeMismatch("an archive that is not an XLSX workbook");
        }

        if (names.Any(name => ActiveParts.Any(part => ("/" + name).Contains(part, StringComparison.OrdinalIgnoreCase)))) throw Refuse.ActiveContent("macros, embedded objects or external links");
        if (names.Contains("xl/workbook.bin")) throw Refuse.ContentTypeMismatch("a binary workbook (.xlsb)");
        foreach (var entry in archive.Entries)
        {
            if (!IsXml(entry.FullName)) continue;
            RefuseDtd(entry);
            if (entry.FullName.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)) CheckRelations(entry);
            else if (entry.FullName.Equals("[Content_Types].xml", StringComparison.OrdinalIgnoreCase)) CheckContentTypes(entry);
        }
    }

    private static bool IsXml(string name) =>
        name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".vml", StringComparison.OrdinalIgnoreCase);

    private static void RefuseDtd(ZipArchiveEntry entry)
    {
        // A DTD can only stand in the prolog, so the start of the part is enough.
        var start = new byte[4096];
        var size = Guard(() =>
        {
            using var part = entry.Open();
            return part.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        });
        var text = start.AsSpan(0, size);
        if (text.IndexOf("<!DOCTYPE"u8) >= 0 || text.IndexOf(Encoding.Unicode.GetBytes("<!DOCTYPE")) >= 0 || text.IndexOf(Encoding.BigEndianUnicode.GetBytes("<!DOCTYPE")) >= 0)
        {
            throw Refuse.XmlDtdForbidden();
        }
    }

    private static void CheckRelations(ZipArchiveEntry entry) => Guard(() =>
    {
        using var xml = OpenXml(entry);
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element || xml.LocalName != "Relationship") continue;
            var type = xml.GetAttribute("Type") ?? "";
            if (ActiveRelations.Any(active => type.EndsWith(active, StringComparison.OrdinalIgnoreCase))) throw Refuse.ActiveContent("embedded objects, controls or links to other files");
            var external = string.Equals(xml.GetAttribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase);
            if (external && !type.EndsWith("/hyperlink", StringComparison.OrdinalIgnoreCase)) throw Refuse.ActiveContent("links to other files");
        }

        return true;
    });

    private static void CheckContentTypes(ZipArchiveEntry entry) => Guard(() =>
    {
        using var xml = OpenXml(entry);
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element) continue;
            var type = xml.GetAttribute("ContentType") ?? "";
            if (type.Contains("macro", StringComparison.OrdinalIgnoreCase) || type.Contains("vba", StringComparison.OrdinalIgnoreCase)) throw Refuse.ActiveContent("macros");
        }

        return true;
    });

    /// <summary>Reads the number of entries from the end of the file, before a directory of any size is built from it.</summary>
    private static void CountEntries(Stream stream)
    {
        var size = (int)Math.Min(stream.Length, 66_000);
        var tail = new byte[size];
        stream.Position = stream.Length - size;
        stream.ReadExactly(tail);
        var record = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (record < 0 || record + 22 > size) throw Refuse.ArchiveCorrupt("The archive has no directory; the file is cut off.");
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(record + 10));
        if (entries > MaxEntries) throw Refuse.ArchiveTooManyEntries($"The archive has more than {MaxEntries} entries.");

        // The count may lie; the directory's size bounds what can be behind it (46 bytes an entry at least).
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(record + 12));
        if (directory == uint.MaxValue || directory > MaxEntries * 1024u) throw Refuse.ArchiveTooManyEntries($"The archive's directory is larger than {MaxEntries} entries need.");
    }

    /// <summary>A part that must have the length and checksum its directory entry declares.</summary>
    private sealed class CheckedPart(ZipArchiveEntry entry) : Stream
    {
        private static readonly uint[] Table = BuildTable();
        private readonly Stream inner = entry.Open();
        private uint crc = uint.MaxValue;
        private long length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => entry.Length;

        public override long Position { get => length; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var size = inner.Read(buffer);
            if (size == 0)
            {
                if (buffer.Length > 0 && (length != entry.Length || ~crc != entry.Crc32)) throw new InvalidDataException("Length or checksum differs from what is declared.");
                return 0;
            }

            length += size;
            if (length > entry.Length) throw new InvalidDataException("Longer than declared.");
            foreach (var b in buffer[..size]) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
            return size;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private static uint[] BuildTable()
        {
            var table = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var value = i;
                for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
                table[i] = value;
            }

            return table;
        }
    }
}
