using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Writes small workbooks by hand, so that a test can put anything into any part.</summary>
internal sealed class TestWorkbook
{
    private readonly List<(string Name, string? State, string Xml)> sheets = [];
    private readonly List<(string Name, byte[] Content)> parts = [];
    private readonly List<string> shared = [];

    public bool Date1904 { get; init; }

    public string ContentType { get; init; } = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

    public string? Styles { get; init; }

    public string? SharedStringsXml { get; set; }

    public string ExtraRelations { get; init; } = "";

    /// <summary>Adds a sheet of cells: a string is shared text, a number a number, null nothing, a <see cref="Raw"/> its own XML.</summary>
    public TestWorkbook Sheet(string name, IEnumerable<object?[]> rows, string? state = null, string merges = "", string? dimension = null, Func<int, string>? rowAttributes = null)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">");
        if (dimension is not null) xml.Append($"<dimension ref=\"{dimension}\"/>");
        xml.Append("<sheetData>");
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            if (row.Length == 0) continue;
            xml.Append($"<row r=\"{number}\"{rowAttributes?.Invoke(number)}>");
            for (var column = 0; column < row.Length; column++) xml.Append(Cell($"{ColumnName(column)}{number}", row[column]));
            xml.Append("</row>");
        }

        xml.Append("</sheetData>");
        if (merges.Length > 0) xml.Append("<mergeCells>").AppendJoin("", merges.Split(' ').Select(merge => $"<mergeCell ref=\"{merge}\"/>")).Append("</mergeCells>");
        sheets.Add((name, state, xml.Append("</worksheet>").ToString()));
        return this;
    }

    public TestWorkbook RawSheet(string name, string xml)
    {
        sheets.Add((name, null, xml));
        return this;
    }

    public TestWorkbook Part(string name, string content) => Part(name, Encoding.UTF8.GetBytes(content));

    public TestWorkbook Part(string name, byte[] content)
    {
        parts.Add((name, content));
        return this;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "[Content_Types].xml", $"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"{ContentType}\"/></Types>");
            Write(zip, "_rels/.rels", "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            var list = string.Concat(sheets.Select((sheet, index) => $"<sheet name=\"{SecurityElement.Escape(sheet.Name)}\" sheetId=\"{index + 1}\" r:id=\"rId{index + 1}\"{(sheet.State is null ? "" : $" state=\"{sheet.State}\"")}/>"));
            Write(zip, "xl/workbook.xml", $"<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{(Date1904 ? "<workbookPr date1904=\"1\"/>" : "")}<sheets>{list}</sheets></workbook>");
            var relations = string.Concat(sheets.Select((_, index) => $"<Relationship Id=\"rId{index + 1}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{index + 1}.xml\"/>"));
            var ends = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
            Write(zip, "xl/_rels/workbook.xml.rels", $"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}<Relationship Id=\"s1\" Type=\"{ends}sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"s2\" Type=\"{ends}styles\" Target=\"styles.xml\"/>{ExtraRelations}</Relationships>");
            for (var index = 0; index < sheets.Count; index++) Write(zip, $"xl/worksheets/sheet{index + 1}.xml", sheets[index].Xml);
            Write(zip, "xl/sharedStrings.xml", SharedStringsXml ?? $"<?xml version=\"1.0\"?><sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{string.Concat(shared.Select(text => $"<si><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></si>"))}</sst>");
            if (Styles is not null) Write(zip, "xl/styles.xml", Styles);
            foreach (var (name, content) in parts)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    public MemoryStream ToStream() => new(ToBytes());

    private static void Write(ZipArchive zip, string name, string content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(content));
    }

    private static string ColumnName(int column) => column < 26 ? ((char)('A' + column)).ToString() : ColumnName((column / 26) - 1) + (char)('A' + (column % 26));

    private string Cell(string reference, object? value)
    {
        switch (value)
        {
            case null:
                return "";
            case Raw raw:
                return raw.Xml.Replace("{r}", reference, StringComparison.Ordinal);
            case string text:
                shared.Add(text);
                return $"<c r=\"{reference}\" t=\"s\"><v>{shared.Count - 1}</v></c>";
            case bool truth:
                return $"<c r=\"{reference}\" t=\"b\"><v>{(truth ? 1 : 0)}</v></c>";
            default:
                return $"<c r=\"{reference}\"><v>{Convert.ToString(value, CultureInfo.InvariantCulture)}</v></c>";
        }
    }

    /// <summary>A cell's XML, with {r} for its reference.</summary>
    public sealed record Raw(string Xml);
}
