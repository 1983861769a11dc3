using System.Globalization;
using System.Text;
using System.Xml;

namespace CareerPlatform.Import;

/// <summary>Rows of one worksheet, streamed from its XML whatever dimension the sheet claims.</summary>
/// <remarks>
/// A formula's stored value is taken (and counted, so that a person is told); a formula without one leaves a cell that cannot be read.
/// Cells of a vertical merge below the first repeat its value.
/// </remarks>
internal sealed class WorkbookSource(Workbook workbook, int sheet, ReadOptions options) : RowSource
{
    private const int MaxMerges = 200_000;
    private static readonly string[] Reaching = ["WEBSERVICE(", "CALL(", "REGISTER(", "REGISTER.ID(", "EXEC(", "RTD(", "DDE("];
    private readonly List<(int Column, int FirstRow, int LastRow)> merges = [];
    private readonly Dictionary<int, (int LastRow, string Text, CellKind Kind)> openMerges = [];
    private readonly StringBuilder scratch = new();
    private XmlReader? xml;
    private char[] text = new char[4096];
    private int textLength;
    private int lastRow;
    private int nextMerge;
    private bool mergesKnown;

    private int formulas;
    private int cellsBeyond;

    public override int Formulas => formulas;

    public override int CellsBeyond => cellsBeyond;

    public override bool Date1904 => workbook.Date1904;

    public override void Restart()
    {
        xml?.Dispose();
        xml = WorkbookGate.OpenXml(workbook.Sheets[sheet].Part);
        openMerges.Clear();
        (lastRow, nextMerge, formulas, cellsBeyond) = (0, 0, 0, 0);
    }

    protected override bool Advance()
    {
        if (xml is null) Restart();
        try
        {
            return ReadRow();
        }
        catch (Exception broken) when (WorkbookGate.Translate(broken) is { } refusal)
        {
            throw refusal;
        }
    }

    public override void Dispose() => xml?.Dispose();

    private bool ReadRow()
    {
        while (xml!.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml.LocalName == "row")
            {
                StartRow();
                return true;
            }

            if (xml.LocalName == "mergeCell" && !mergesKnown) NoteMerge(xml.GetAttribute("ref"));
        }

        if (!mergesKnown)
        {
            merges.Sort((left, right) => left.FirstRow.CompareTo(right.FirstRow));
            mergesKnown = true;
        }

        return false;
    }

    private void StartRow()
    {
        var number = int.TryParse(xml!.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) && stated > lastRow ? stated : lastRow + 1;
        lastRow = number;
        Row.Reset(number);
        Row.Hidden = xml.GetAttribute("hidden") is "1" or "true";
        textLength = 0;
        var column = -1;
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && !(xml.NodeType is XmlNodeType.EndElement && xml.LocalName == "row"))
            {
                if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "c") ReadCell(ref column);
            }
        }

        Row.Text = text;
        if (mergesKnown && merges.Count > 0) FillMerges(number);
    }

    private void ReadCell(ref int column)
    {
        var type = "";
        var style = 0;
        var stated = -1;
        while (xml!.MoveToNextAttribute())
        {
            switch (xml.LocalName)
            {
                case "r": stated = ColumnOf(xml.Value); break;
                case "t": type = xml.Value; break;
                case "s": _ = int.TryParse(xml.Value, NumberStyles.None, CultureInfo.InvariantCulture, out style); break;
            }
        }

        xml.MoveToElement();
        column = stated >= 0 ? stated : column + 1;
        if (xml.IsEmptyElement) return;
        var start = textLength;
        var formula = false;
        var valued = false;
        var phonetic = false;
        while (xml.Read() && !(xml.NodeType is XmlNodeType.EndElement && xml.LocalName == "c"))
        {
            if (xml.NodeType is XmlNodeType.EndElement)
            {
                if (xml.LocalName == "rPh") phonetic = false;
                continue;
            }

            if (xml.NodeType is not XmlNodeType.Element) continue;
            switch (xml.LocalName)
            {
                case "f":
                    formula = true;
                    CheckFormula();
                    break;
                case "rPh":
                    phonetic = !xml.IsEmptyElement;
                    break;
                case "v" when !xml.IsEmptyElement:
                case "t" when !xml.IsEmptyElement && !phonetic:
                    valued |= AppendText();
                    break;
            }
        }

        if (column >= options.MaxColumns)
        {
            if (valued) cellsBeyond++;
            textLength = start;
            return;
        }

        if (formula && !valued)
        {
            Row.Set(column, start, 0, CellKind.FormulaWithoutValue);
            return;
        }

        if (!valued) return;
        if (formula) formulas++;
        var kind = Finish(type, style, start);
        if (textLength - start > options.MaxFieldLength) throw Refuse.FieldTooLong(Row.SourceRow, options.MaxFieldLength);
        Row.Set(column, start, textLength - start, kind);
    }

    /// <summary>Turns what the cell holds into the text a person sees.</summary>
    private CellKind Finish(string type, int style, int start)
    {
        switch (type)
        {
            case "s":
                if (!int.TryParse(CellText.Trim(text.AsSpan(start, textLength - start)), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    throw Refuse.ArchiveCorrupt("A cell points to no shared text.");
                }

                textLength = start + workbook.Strings.CopyTo(index, ref text, start);
                return CellKind.Text;
            case "str" or "inlineStr":
                var escaped = text.AsSpan(start, textLength - start);
                if (escaped.Contains("_x", StringComparison.Ordinal)) Replace(start, EscapedText.Decode(escaped.ToString()));
                return CellKind.Text;
            case "b":
                Replace(start, text[start] == '1' ? "TRUE" : "FALSE");
                return CellKind.Text;
            case "e":
                return CellKind.Error;
            case "d":
                return CellKind.Text;
            default:
                FinishNumber(style, start);
                return CellKind.Number;
        }
    }

    private void FinishNumber(int style, int start)
    {
        var written = text.AsSpan(start, textLength - start);
        var digitsOnly = written.Length <= 15 && !written.ContainsAnyExceptInRange('0', '9');
        if (!digitsOnly && double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            Replace(start, Math.Abs(number) < 1e15 && number == Math.Truncate(number)
                ? number.ToString("F0", CultureInfo.InvariantCulture)
                : Math.Round((decimal)Math.Clamp(number, -1e20, 1e20), 10).ToString("0.##########", CultureInfo.InvariantCulture));
        }

        var width = style < workbook.PaddedWidths.Count ? workbook.PaddedWidths[style] : 0;
        if (width > textLength - start && !text.AsSpan(start, textLength - start).ContainsAnyExceptInRange('0', '9'))
        {
            Replace(start, text.AsSpan(start, textLength - start).ToString().PadLeft(width, '0'));
        }
    }

    private void Replace(int start, string value)
    {
        textLength = start;
        Room(value.Length);
        value.CopyTo(text.AsSpan(start));
        textLength = start + value.Length;
    }

    private bool AppendText()
    {
        var any = false;
        while (xml!.Read() && xml.NodeType is not XmlNodeType.EndElement)
        {
            if (!xml.CanReadValueChunk || xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)) continue;
            while (true)
            {
                Room(256);
                var size = xml.ReadValueChunk(text, textLength, text.Length - textLength);
                if (size == 0) break;
                textLength += size;
                any = true;
                if (textLength > 64 * options.MaxFieldLength) throw Refuse.FieldTooLong(Row.SourceRow, options.MaxFieldLength);
            }
        }

        return any;
    }

    private void CheckFormula()
    {
        if (xml!.IsEmptyElement) return;
        scratch.Clear();
        while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
        {
            if (xml.HasValue && scratch.Length < 8192) scratch.Append(xml.Value);
        }

        var formula = scratch.ToString();
        if (Reaching.Any(call => formula.Contains(call, StringComparison.OrdinalIgnoreCase)) || (formula.Contains('|') && formula.Contains('!'))) throw Refuse.ActiveContent("a formula that reaches outside the workbook");
    }

    private void Room(int more)
    {
        if (text.Length < textLength + more) Array.Resize(ref text, Math.Max(text.Length * 2, textLength + more));
    }

    private void NoteMerge(string? reference)
    {
        if (reference is null || merges.Count >= MaxMerges || reference.IndexOf(':') is not (> 0 and var colon)) return;
        var (column, first, last) = (ColumnOf(reference), RowOf(reference.AsSpan(0, colon)), RowOf(reference.AsSpan(colon + 1)));
        if (last > first && column >= 0) merges.Add((column, first, last));
    }

    private void FillMerges(int number)
    {
        while (nextMerge < merges.Count && merges[nextMerge].FirstRow <= number)
        {
            var (column, first, last) = merges[nextMerge++];
            if (first == number && column < Row.Count && Row.Cells[column].Length > 0) openMerges[column] = (last, Row[column].ToString(), Row.Cells[column].Kind);
        }

        if (openMerges.Count == 0) return;
        foreach (var (column, open) in openMerges.ToArray())
        {
            if (number > open.LastRow) openMerges.Remove(column);
            else if (Row.Count > 0 && Row[column].IsEmpty)
            {
                var start = textLength;
                Room(open.Text.Length);
                open.Text.CopyTo(text.AsSpan(start));
                textLength += open.Text.Length;
                Row.Text = text;
                Row.Set(column, start, open.Text.Length, open.Kind);
            }
        }
    }

    private static int ColumnOf(string reference)
    {
        var column = 0;
        var letters = 0;
        foreach (var c in reference)
        {
            if (!char.IsAsciiLetter(c) || ++letters > 3) break;
            column = (column * 26) + (char.ToUpperInvariant(c) - 'A' + 1);
        }

        return column - 1;
    }

    private static int RowOf(ReadOnlySpan<char> reference) =>
        int.TryParse(reference.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ$"), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : 0;
}
