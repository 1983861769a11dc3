using System.Globalization;
using System.Text;
using System.Xml.Linq;
using CareerPlatform.Targets.Domain;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Writes a report as DOCX in the form of an administrative document: Nghị định 30/2020/NĐ-CP, appendix I (A4, margins 20, 20, 30 and 20 mm, Times New Roman, page numbers from the second page).</summary>
public static class WordDocument
{
    private static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private static readonly XNamespace R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static readonly XNamespace Wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
    private static readonly XNamespace A = "http://schemas.openxmlformats.org/drawingml/2006/main";
    private static readonly XNamespace C = "http://schemas.openxmlformats.org/drawingml/2006/chart";

    private const int PageWidth = 11906, PageHeight = 16838, Top = 1134, Bottom = 1134, Left = 1701, Right = 1134;   // twentieths of a point
    private const int TextWidth = PageWidth - Left - Right;
    private const int EmuPerMillimetre = 36_000;

    public static byte[] Write(ReportPaper paper)
    {
        using var content = new MemoryStream();
        using (var file = WordprocessingDocument.Create(content, WordprocessingDocumentType.Document))
        {
            file.PackageProperties.Title = paper.Subject;
            file.PackageProperties.Creator = paper.Letterhead.Office;
            var main = file.AddMainDocumentPart();
            Feed(main.AddNewPart<StyleDefinitionsPart>(), Styles());
            var (first, other) = (main.AddNewPart<HeaderPart>(), main.AddNewPart<HeaderPart>());
            Feed(first, new XElement(W + "hdr", Line("", align: "center")));
            Feed(other, new XElement(W + "hdr", new XElement(W + "p", Properties("center", 0, 0), Run(null, 28, field: "PAGE"))));
            var body = new XElement(W + "body", Head(paper), Title(paper), paper.Blocks.SelectMany(block => Block(block, main)), Foot(paper), Section(main.GetIdOfPart(first), main.GetIdOfPart(other)));
            Feed(main, new XElement(W + "document", new XAttribute(XNamespace.Xmlns + "w", W), new XAttribute(XNamespace.Xmlns + "r", R), body));
        }
        return content.ToArray();
    }

    private static void Feed(OpenXmlPart part, XElement root)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>" + root.ToString(SaveOptions.DisableFormatting)));
        part.FeedData(stream);
    }

    private static XElement Styles() => new(W + "styles",
        new XElement(W + "docDefaults", new XElement(W + "rPrDefault", new XElement(W + "rPr",
            new XElement(W + "rFonts", Is("ascii", "Times New Roman"), Is("hAnsi", "Times New Roman"), Is("eastAsia", "Times New Roman"), Is("cs", "Times New Roman")),
            new XElement(W + "sz", Is("val", 28)), new XElement(W + "szCs", Is("val", 28)), new XElement(W + "lang", Is("val", "vi-VN"))))),
        new XElement(W + "style", Is("type", "paragraph"), Is("default", 1), Is("styleId", "Normal"), new XElement(W + "name", Is("val", "Normal"))));

    /// <summary>Office and number on the left; country, motto, place and date on the right.</summary>
    private static IEnumerable<XElement> Head(ReportPaper paper)
    {
        var (letterhead, day) = (paper.Letterhead, paper.IssuedOn);
        var date = day is { } issued ? Vietnamese.LongDay(issued) : "ngày      tháng      năm        ";
        List<XElement> office = [];
        if (letterhead.Superior is { } superior) office.Add(Line(Upper(superior), 26, align: "center", after: 0));
        office.Add(Line(Upper(letterhead.Office), 26, bold: true, align: "center", after: 0));
        office.Add(Rule(1100));
        var (left, right) = (TextWidth * 42 / 100, TextWidth - (TextWidth * 42 / 100));
        yield return Grid([left, right], border: false,
            [
                Row([Cell(left, [.. office]), Cell(right, [
                    Line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 24, bold: true, align: "center", after: 0),
                    Line("Độc lập - Tự do - Hạnh phúc", 26, bold: true, align: "center", after: 0), Rule(1250)])]),
                Row([Cell(left, [Line($"Số: {paper.Number ?? "      "}/{letterhead.Symbol}", 26, align: "center", after: 0), .. paper.IsDraft ? (XElement[])[Line("DỰ THẢO", 24, bold: true, align: "center", after: 0)] : []]),
                     Cell(right, [Line($"{letterhead.Place}, {date}", 26, italic: true, align: "center", after: 0)])]),
            ]);
    }

    private static IEnumerable<XElement> Title(ReportPaper paper) =>
    [
        Line("BÁO CÁO", 28, bold: true, align: "center", before: 360, after: 0),
        Line(paper.Subject, 28, bold: true, align: "center", after: 0),
        Rule(3300),
        Line("", 16, after: 60),
    ];

    private static IEnumerable<XElement> Block(ReportPaper.Block block, MainDocumentPart main) => block switch
    {
        ReportPaper.Heading { Level: 1 } heading => [Line(heading.Text, 28, bold: true, before: 120, after: 120, indent: 720, keepNext: true, outline: 0)],
        ReportPaper.Heading heading => [Line(heading.Text, 28, bold: true, before: 60, after: 60, indent: 720, keepNext: true, outline: 1)],
        ReportPaper.Paragraph paragraph => [Line(paragraph.Text, 28, align: "both", before: 60, after: 60, indent: 720, spacing: 276)],
        ReportPaper.Table table => Table(table),
        ReportPaper.Chart chart => Chart(chart, main),
        _ => throw new InvalidOperationException(block.GetType().Name),
    };

    private static IEnumerable<XElement> Table(ReportPaper.Table table)
    {
        var whole = table.Columns.Sum(column => column.Weight);
        var widths = table.Columns.Select(column => TextWidth * column.Weight / whole).ToArray();
        yield return Line(table.Caption, 26, italic: true, align: "center", before: 120, after: 60, keepNext: true);
        yield return Grid(widths, border: true,
        [
            Row([.. table.Columns.Select((column, n) => Cell(widths[n], [Line(column.Title, 24, bold: true, align: "center", before: 20, after: 20)], middle: true))], header: true),
            .. table.Rows.Select((row, r) => Row([.. row.Select((text, n) =>
                Cell(widths[n], [Line(text, 24, bold: table.TotalLast && r == table.Rows.Count - 1, align: table.Columns[n].Align, before: 20, after: 20)], middle: true))])),
        ]);
        yield return Line("", 12, after: 60);
    }

    /// <summary>Office's recipients on the left, who signs on the right; never torn apart.</summary>
    private static IEnumerable<XElement> Foot(ReportPaper paper)
    {
        var letterhead = paper.Letterhead;
        var half = TextWidth / 2;
        yield return Line("", 16, after: 0, keepNext: true);
        yield return Grid([half, TextWidth - half], border: false,
        [
            Row([
                Cell(half, [
                    Line("Nơi nhận:", 24, bold: true, italic: true, after: 0),
                    .. letterhead.Recipients.Select(recipient => Line($"- {recipient};", 22, after: 0)),
                    Line($"- Lưu: {letterhead.Archive}.", 22, after: 0)]),
                Cell(TextWidth - half, [
                    .. letterhead.SignedAs.Select(line => Line(Upper(line), 28, bold: true, align: "center", after: 0)),
                    .. Enumerable.Repeat(0, 4).Select(_ => Line("", 28, align: "center", after: 0)),
                    Line(letterhead.Signer ?? "", 28, bold: true, align: "center", after: 0)])]),
        ]);
    }

    private static XElement Section(string first, string other) => new(W + "sectPr",
        new XElement(W + "headerReference", Is("type", "first"), new XAttribute(R + "id", first)), new XElement(W + "headerReference", Is("type", "default"), new XAttribute(R + "id", other)),
        new XElement(W + "pgSz", Is("w", PageWidth), Is("h", PageHeight)),
        new XElement(W + "pgMar", Is("top", Top), Is("right", Right), Is("bottom", Bottom), Is("left", Left), Is("header", 567), Is("footer", 567), Is("gutter", 0)),
        new XElement(W + "titlePg"));

    private static XElement Grid(int[] widths, bool border, IEnumerable<XElement> rows) => new(W + "tbl",
        new XElement(W + "tblPr", new XElement(W + "tblW", Is("w", widths.Sum()), Is("type", "dxa")), new XElement(W + "jc", Is("val", "center")),
            new XElement(W + "tblBorders", new[] { "top", "left", "bottom", "right", "insideH", "insideV" }.Select(side => new XElement(W + side, Is("val", border ? "single" : "nil"), border ? new object[] { Is("sz", 4), Is("space", 0), Is("color", "000000") } : []))),
            new XElement(W + "tblLayout", Is("type", "fixed")),
            new XElement(W + "tblCellMar", new XElement(W + "left", Is("w", border ? 70 : 0), Is("type", "dxa")), new XElement(W + "right", Is("w", border ? 70 : 0), Is("type", "dxa")))),
        new XElement(W + "tblGrid", widths.Select(width => new XElement(W + "gridCol", Is("w", width)))), rows);

    private static XElement Row(IEnumerable<XElement> cells, bool header = false) =>
        new(W + "tr", new XElement(W + "trPr", new XElement(W + "cantSplit"), header ? new XElement(W + "tblHeader") : null), cells);

    private static XElement Cell(int width, IEnumerable<XElement> lines, bool middle = false) =>
        new(W + "tc", new XElement(W + "tcPr", new XElement(W + "tcW", Is("w", width), Is("type", "dxa")), middle ? new XElement(W + "vAlign", Is("val", "center")) : null), lines);

    /// <summary>A thin line under something, narrower than the column by this on either side.</summary>
    private static XElement Rule(int inset) => new(W + "p", new XElement(W + "pPr",
        new XElement(W + "pBdr", new XElement(W + "top", Is("val", "single"), Is("sz", 6), Is("space", 1), Is("color", "000000"))),
        new XElement(W + "spacing", Is("before", 40), Is("after", 60), Is("line", 60), Is("lineRule", "exact")), new XElement(W + "ind", Is("left", inset), Is("right", inset))));

    private static XElement Line(
        string text, int size = 28, bool bold = false, bool italic = false, string align = "left", int before = 0, int after = 60, int indent = 0, int spacing = 240, bool keepNext = false, int? outline = null) =>
        new(W + "p", Properties(align, before, after, indent, spacing, keepNext, outline), text.Length == 0 ? null : Run(text, size, bold, italic));

    private static XElement Properties(string align, int before, int after, int indent = 0, int spacing = 240, bool keepNext = false, int? outline = null) => new(W + "pPr",
        keepNext ? new XElement(W + "keepNext") : null,
        new XElement(W + "spacing", Is("before", before), Is("after", after), Is("line", spacing), Is("lineRule", "auto")),
        indent > 0 ? new XElement(W + "ind", Is("firstLine", indent)) : null,
        new XElement(W + "jc", Is("val", align)),
        outline is { } level ? new XElement(W + "outlineLvl", Is("val", level)) : null);

    private static XElement Run(string? text, int size, bool bold = false, bool italic = false, string? field = null)
    {
        XElement Format() => new(W + "rPr", bold ? new XElement(W + "b") : null, italic ? new XElement(W + "i") : null, new XElement(W + "sz", Is("val", size)), new XElement(W + "szCs", Is("val", size)));
        return field is null
            ? new XElement(W + "r", Format(), new XElement(W + "t", new XAttribute(XNamespace.Xml + "space", "preserve"), text))
            : new XElement(W + "fldSimple", Is("instr", field), new XElement(W + "r", Format(), new XElement(W + "t", "2")));
    }

    private static XAttribute Is(string name, object value) => new(W + name, value);

    private static string Upper(string text) => text.ToUpper(CultureInfo.GetCultureInfo("vi-VN"));

    private static IEnumerable<XElement> Chart(ReportPaper.Chart chart, MainDocumentPart main)
    {
        var part = main.AddNewPart<ChartPart>();
        Feed(part, ChartSpace(chart));
        var (width, height) = (160L * EmuPerMillimetre, Math.Min(110L, 70 + (chart.Categories.Count * 5)) * EmuPerMillimetre);
        var number = main.ChartParts.Count();
        yield return Line(chart.Caption, 26, italic: true, align: "center", before: 120, after: 60, keepNext: true);
        yield return new XElement(W + "p", Properties("center", 0, 120), new XElement(W + "r", new XElement(W + "drawing",
            new XElement(Wp + "inline", new XAttribute("distT", 0), new XAttribute("distB", 0), new XAttribute("distL", 0), new XAttribute("distR", 0),
                new XElement(Wp + "extent", new XAttribute("cx", width), new XAttribute("cy", height)),
                new XElement(Wp + "docPr", new XAttribute("id", number), new XAttribute("name", $"Biểu đồ {number}"), new XAttribute("descr", chart.Caption)),
                new XElement(Wp + "cNvGraphicFramePr"),
                new XElement(A + "graphic", new XElement(A + "graphicData", new XAttribute("uri", C.NamespaceName),
                    new XElement(C + "chart", new XAttribute(XNamespace.Xmlns + "c", C), new XAttribute(R + "id", main.GetIdOfPart(part)))))))));
    }

    /// <summary>Bars side by side, the first series dark, with their values; data as literals, so that nothing else is needed to draw it.</summary>
    private static XElement ChartSpace(ReportPaper.Chart chart)
    {
        string[] colours = ["1F4E79", "F4B183", "A9D18E"];
        XElement Val(string name, object value) => new(C + name, new XAttribute("val", value));
        XElement Letters(int size) => new(C + "txPr", new XElement(A + "bodyPr"), new XElement(A + "p", new XElement(A + "pPr",
            new XElement(A + "defRPr", new XAttribute("sz", size), new XElement(A + "latin", new XAttribute("typeface", "Times New Roman")))), new XElement(A + "endParaRPr", new XAttribute("lang", "vi-VN"))));
        var series = chart.Series.Select((one, n) => new XElement(C + "ser", Val("idx", n), Val("order", n),
            new XElement(C + "tx", new XElement(C + "v", one.Name)),
            new XElement(C + "spPr", new XElement(A + "solidFill", new XElement(A + "srgbClr", new XAttribute("val", colours[n % colours.Length])))),
            Val("invertIfNegative", 0),
            new XElement(C + "dLbls", new XElement(C + "numFmt", new XAttribute("formatCode", "[$-42A]0.0"), new XAttribute("sourceLinked", 0)), Letters(900),
                Val("showLegendKey", 0), Val("showVal", 1), Val("showCatName", 0), Val("showSerName", 0), Val("showPercent", 0), Val("showBubbleSize", 0)),
            new XElement(C + "cat", new XElement(C + "strLit", Val("ptCount", chart.Categories.Count), chart.Categories.Select((text, place) => new XElement(C + "pt", new XAttribute("idx", place), new XElement(C + "v", text))))),
            new XElement(C + "val", new XElement(C + "numLit", new XElement(C + "formatCode", "0.0"), Val("ptCount", one.Values.Count),
                one.Values.Select((value, place) => value is null ? null : new XElement(C + "pt", new XAttribute("idx", place), new XElement(C + "v", value.Value.ToString(CultureInfo.InvariantCulture))))))));
        return new XElement(C + "chartSpace", new XAttribute(XNamespace.Xmlns + "c", C), new XAttribute(XNamespace.Xmlns + "a", A), Val("roundedCorners", 0),
            new XElement(C + "chart", Val("autoTitleDeleted", 1),
                new XElement(C + "plotArea", new XElement(C + "layout"),
                    new XElement(C + "barChart", Val("barDir", "bar"), Val("grouping", "clustered"), Val("varyColors", 0), series, Val("gapWidth", 60), Val("axId", 1), Val("axId", 2)),
                    new XElement(C + "catAx", Val("axId", 1), new XElement(C + "scaling", Val("orientation", "maxMin")), Val("delete", 0), Val("axPos", "l"), Val("majorTickMark", "none"), Val("minorTickMark", "none"), Val("tickLblPos", "low"), Letters(900), Val("crossAx", 2)),
                    new XElement(C + "valAx", Val("axId", 2), new XElement(C + "scaling", Val("orientation", "minMax"), Val("max", 100), Val("min", 0)), Val("delete", 0), Val("axPos", "b"), new XElement(C + "majorGridlines", new XElement(C + "spPr", new XElement(A + "ln", new XElement(A + "solidFill", new XElement(A + "srgbClr", new XAttribute("val", "D9D9D9")))))),
                        new XElement(C + "numFmt", new XAttribute("formatCode", "0"), new XAttribute("sourceLinked", 0)), Val("majorTickMark", "none"), Val("minorTickMark", "none"), Val("tickLblPos", "nextTo"), Letters(900), Val("crossAx", 1), Val("crosses", "max"))),
                new XElement(C + "legend", Val("legendPos", "b"), Val("overlay", 0), Letters(1000)), Val("plotVisOnly", 1)));
    }
}
