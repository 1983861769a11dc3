using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace CareerPlatform.Import;

/// <summary>The parts of a workbook that all its sheets share: names, texts, zero-padding formats, date system.</summary>
internal sealed class Workbook : IDisposable
{
    private const int MaxSheets = 300;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> parts;

    public Workbook(Stream stream, ReadOptions options)
    {
        archive = WorkbookGate.Open(stream, options);
        try
        {
            parts = archive.Entries.ToDictionary(entry => entry.FullName.Replace('\\', '/'), StringComparer.OrdinalIgnoreCase);
            var relations = ReadRelations();
            ReadWorkbook(relations.Sheets);
            if (Sheets.Count == 0) throw Refuse.ContentTypeMismatch("a workbook without worksheets");
            if (relations.Strings is { } strings && parts.TryGetValue(strings, out var stringsPart)) Strings.ReadFrom(stringsPart);
            if (relations.Styles is { } styles && parts.TryGetValue(styles, out var stylesPart)) ReadStyles(stylesPart);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public List<(string Name, bool Hidden, ZipArchiveEntry Part)> Sheets { get; } = [];

    public SharedTexts Strings { get; } = new();

    /// <summary>For each cell style, the digits its number format pads to ("000000" is 6); 0 where it does not pad.</summary>
    public List<int> PaddedWidths { get; } = [];

    public bool Date1904 { get; private set; }

    public void Dispose() => archive.Dispose();

    private (Dictionary<string, string> Sheets, string? Strings, string? Styles) ReadRelations()
    {
        var sheets = new Dictionary<string, string>();
        string? strings = null;
        string? styles = null;
        var root = parts.ContainsKey("xl/workbook.xml") ? "xl/_rels/workbook.xml.rels" : null;
        if (root is null || !parts.TryGetValue(root, out var part)) throw Refuse.ArchiveCorrupt("The workbook part or its relations are missing.");
        return WorkbookGate.Guard(() =>
        {
            using var xml = WorkbookGate.OpenXml(part);
            while (xml.Read())
            {
                if (xml.NodeType is not XmlNodeType.Element || xml.LocalName != "Relationship") continue;
                var type = xml.GetAttribute("Type") ?? "";
                var target = xml.GetAttribute("Target") ?? "";
                target = target.StartsWith('/') ? target[1..] : "xl/" + target;
                if (type.EndsWith("/worksheet", StringComparison.Ordinal)) sheets[xml.GetAttribute("Id") ?? ""] = target;
                else if (type.EndsWith("/sharedStrings", StringComparison.Ordinal)) strings = target;
                else if (type.EndsWith("/styles", StringComparison.Ordinal)) styles = target;
            }

            return (sheets, strings, styles);
        });
    }

    private void ReadWorkbook(Dictionary<string, string> targets) => WorkbookGate.Guard(() =>
    {
        using var xml = WorkbookGate.OpenXml(parts["xl/workbook.xml"]);
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml.LocalName == "workbookPr") Date1904 = xml.GetAttribute("date1904") is "1" or "true" or "on";
            if (xml.LocalName != "sheet" || Sheets.Count >= MaxSheets) continue;
            var name = xml.GetAttribute("name") ?? "";
            var hidden = xml.GetAttribute("state") is "hidden" or "veryHidden";
            string? id = null;
            while (xml.MoveToNextAttribute())
            {
                if (xml.LocalName == "id" && xml.NamespaceURI.Length > 0) id = xml.Value;
            }

            if (id is not null && targets.TryGetValue(id, out var target) && parts.TryGetValue(target, out var part)) Sheets.Add((name, hidden, part));
        }

        return true;
    });

    private void ReadStyles(ZipArchiveEntry part) => WorkbookGate.Guard(() =>
    {
        var padded = new Dictionary<string, int>();
        using var xml = WorkbookGate.OpenXml(part);
        var inCells = false;
        while (xml.Read())
        {
            if (xml.LocalName == "cellXfs") inCells = xml.NodeType is XmlNodeType.Element && !xml.IsEmptyElement;
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml.LocalName == "numFmt")
            {
                var format = (xml.GetAttribute("formatCode") ?? "").Split(';')[0].Trim('"');
                if (format.Length is > 1 and <= 15 && format.All(c => c == '0')) padded[xml.GetAttribute("numFmtId") ?? ""] = format.Length;
            }
            else if (inCells && xml.LocalName == "xf")
            {
                if (PaddedWidths.Count > 100_000) break;
                PaddedWidths.Add(padded.GetValueOrDefault(xml.GetAttribute("numFmtId") ?? "", 0));
            }
        }

        return true;
    });
}

/// <summary>The workbook's shared texts, kept end to end in one store so that a million of them stay small.</summary>
internal sealed class SharedTexts
{
    private const int MaxCharacters = 64 << 20;
    private const int MaxTexts = 8_000_000;
    private const int ChunkSize = 1 << 20;
    private readonly List<char[]> chunks = [];
    private readonly List<int> starts = [0];
    private int length;

    public int Count => starts.Count - 1;

    public void ReadFrom(ZipArchiveEntry part) => WorkbookGate.Guard(() =>
    {
        using var xml = WorkbookGate.OpenXml(part);
        var buffer = new StringBuilder();
        var phonetic = false;
        while (xml.Read())
        {
            if (xml.NodeType is XmlNodeType.Element)
            {
                if (xml.LocalName == "si")
                {
                    buffer.Clear();
                    if (xml.IsEmptyElement) Add("");
                }
                else if (xml.LocalName == "rPh") phonetic = !xml.IsEmptyElement;
                else if (xml.LocalName == "t" && !phonetic && !xml.IsEmptyElement) ReadText(xml, buffer);
            }
            else if (xml.NodeType is XmlNodeType.EndElement)
            {
                if (xml.LocalName == "si") Add(EscapedText.Decode(buffer.ToString()));
                else if (xml.LocalName == "rPh") phonetic = false;
            }
        }

        return true;
    });

    /// <summary>Copies a text to the end of the buffer and gives its length.</summary>
    public int CopyTo(int index, ref char[] buffer, int at)
    {
        if ((uint)index >= (uint)Count) throw Refuse.ArchiveCorrupt("A cell points to a shared text that is not there.");
        var (start, size) = (starts[index], starts[index + 1] - starts[index]);
        if (buffer.Length < at + size) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, at + size));
        var copied = 0;
        while (copied < size)
        {
            var chunk = chunks[(start + copied) / ChunkSize];
            var from = (start + copied) % ChunkSize;
            var part = Math.Min(size - copied, ChunkSize - from);
            Array.Copy(chunk, from, buffer, at + copied, part);
            copied += part;
        }

        return size;
    }

    private static void ReadText(XmlReader xml, StringBuilder buffer)
    {
        while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
        {
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace) buffer.Append(xml.Value);
            if (buffer.Length > 1 << 16) throw Refuse.FieldTooLong(0, 1 << 16);
        }
    }

    private void Add(string text)
    {
        if (Count >= MaxTexts || length + text.Length > MaxCharacters) throw Refuse.ArchiveBomb("The workbook holds more text than a list of pupils can.");
        var copied = 0;
        while (copied < text.Length)
        {
            if (length / ChunkSize >= chunks.Count) chunks.Add(new char[ChunkSize]);
            var at = length % ChunkSize;
            var part = Math.Min(text.Length - copied, ChunkSize - at);
            text.CopyTo(copied, chunks[length / ChunkSize], at, part);
            copied += part;
            length += part;
        }

        starts.Add(length);
    }
}

/// <summary>Characters written as <c>_xHHHH_</c> in a workbook's texts; decoded once, so an escaped escape stays text.</summary>
internal static class EscapedText
{
    public static string Decode(string text)
    {
        if (!text.Contains("_x", StringComparison.Ordinal)) return text;
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_' && i + 6 < text.Length && text[i + 1] == 'x' && text[i + 6] == '_'
                && ushort.TryParse(text.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                decoded.Append((char)code);
                i += 6;
            }
            else
            {
                decoded.Append(text[i]);
            }
        }

        return decoded.ToString();
    }
}
