using CareerPlatform.Targets.Domain;
using OfficeOpenXml;
using OfficeOpenXml.Style;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Writes a report's figures as XLSX: counts as numbers, rates, sums and verdicts as formulas over them, calculated once so that their kept values equal the figures.</summary>
public static class ReportWorkbook
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string Whole = "#,##0", Rate = "0.00";

    public static byte[] Write(ReportPaper paper, ReportFigures figures)
    {
        using var package = new ExcelPackage();
        package.Workbook.Properties.Title = paper.Subject;
        package.Workbook.Properties.Author = paper.Letterhead.Office;
        Indicators(package, paper, figures);
        Areas(package, figures);
        Tasks(package, figures);
        if (figures.Findings.Count > 0) Findings(package, figures);
        if (figures.Budget.Count > 0) Budget(package, figures);
        if (figures.Labour.Count > 0) Labour(package, figures);
        if (figures.Conference.Count > 0) Conference(package, figures);
        package.Workbook.Calculate();
        return package.GetAsByteArray();
    }

    private static void Indicators(ExcelPackage package, ReportPaper paper, ReportFigures figures)
    {
        var sheet = Sheet(package, "Chỉ tiêu", paper.Subject, ["Năm", "Chỉ tiêu", "Địa bàn", "Tử số (N)", "Mẫu số (D)", "Chưa rõ", "Tỷ lệ (%)", "Cận trên (%)", "Mức kế hoạch (%)", "Chênh lệch", "Đánh giá"], [8, 52, 18, 12, 12, 12, 12, 14, 16, 12, 20]);
        var row = 4;
        foreach (var line in figures.Indicators)
        {
            (sheet.Cells[row, 1].Value, sheet.Cells[row, 3].Value) = (line.Year, line.Variant.StartsWith("disadvantaged", StringComparison.Ordinal) ? "ĐBKK" : "Toàn bộ");
            Text(sheet.Cells[row, 2], line.TitleVi);
            if (line.D is > 0)
            {
                (sheet.Cells[row, 4].Value, sheet.Cells[row, 5].Value, sheet.Cells[row, 6].Value) = (line.N, line.D, line.NotKnown);
                sheet.Cells[row, 7].Formula = $"ROUND(D{row}*100/E{row},2)";
                sheet.Cells[row, 8].Formula = $"ROUND((D{row}+F{row})*100/E{row},2)";
                if (line is { Unit: "percent", Low: { } low })
                {
                    sheet.Cells[row, 9].Value = low;
                    sheet.Cells[row, 10].Formula = $"G{row}-I{row}";
                    sheet.Cells[row, 11].Formula = $"IF(D{row}*100>=I{row}*E{row},\"Đạt\",IF((D{row}+F{row})*100>=I{row}*E{row},\"Chưa đủ căn cứ\",\"Chưa đạt\"))";
                }
            }
            else
            {
                sheet.Cells[row, 11].Value = "Chưa có số liệu";
            }
            row++;
        }
        Finish(sheet, row - 1, 11, whole: [4, 5, 6], rate: [7, 8, 9, 10]);
    }

    private static void Areas(ExcelPackage package, ReportFigures figures)
    {
        foreach (var code in figures.Areas.Select(line => line.IndicatorCode).Distinct())
        {
            var lines = figures.Areas.Where(line => line.IndicatorCode == code).ToList();
            var words = ReportFigures.AreaTable.Of(code);
            var sheet = Sheet(package, words.Sheet, Indicator.Find(code)!.Title.Vi, ["Mã", "Địa bàn", $"{words.D} (D)", $"{words.N} (N)", "Chưa rõ", "Tỷ lệ (%)"], [12, 44, 16, 16, 14, 14]);
            for (var n = 0; n < lines.Count; n++)
            {
                var (row, line) = (n + 4, lines[n]);
                Text(sheet.Cells[row, 1], line.Area ?? "");
                Text(sheet.Cells[row, 2], line.Name ?? "Chưa xác định địa bàn");
                (sheet.Cells[row, 3].Value, sheet.Cells[row, 4].Value, sheet.Cells[row, 5].Value) = (line.D, line.N, line.NotKnown);
                sheet.Cells[row, 6].Formula = $"IF(C{row}=0,\"\",ROUND(D{row}*100/C{row},2))";
            }
            var last = lines.Count + 3;
            sheet.Cells[last + 1, 2].Value = "Toàn tỉnh";
            foreach (var column in "CDE") sheet.Cells[$"{column}{last + 1}"].Formula = $"SUM({column}4:{column}{last})";
            sheet.Cells[last + 1, 6].Formula = $"IF(C{last + 1}=0,\"\",ROUND(D{last + 1}*100/C{last + 1},2))";
            sheet.Cells[last + 1, 1, last + 1, 6].Style.Font.Bold = true;
            Finish(sheet, last + 1, 6, whole: [3, 4, 5], rate: [6]);
        }
    }

    private static void Tasks(ExcelPackage package, ReportFigures figures)
    {
        var sheet = Sheet(package, "Nhiệm vụ", "Nhiệm vụ của kế hoạch", ["Tình trạng", "Số nhiệm vụ", "Tỷ lệ (%)"], [44, 16, 14]);
        var tasks = figures.Tasks;
        (string, int)[] counts = [("Đã nghiệm thu", tasks.Accepted), ("Đã nộp, chờ nghiệm thu", tasks.Submitted), ("Đang thực hiện", tasks.Working), ("Quá hạn", tasks.Overdue), ("Chưa đến thời điểm", tasks.Waiting)];
        for (var n = 0; n < counts.Length; n++)
        {
            (sheet.Cells[n + 4, 1].Value, sheet.Cells[n + 4, 2].Value) = counts[n];
            sheet.Cells[n + 4, 3].Formula = $"IF($B$9=0,\"\",ROUND(B{n + 4}*100/$B$9,2))";
        }
        sheet.Cells[9, 1].Value = "Cộng";
        sheet.Cells[9, 2].Formula = "SUM(B4:B8)";
        sheet.Cells[9, 1, 9, 3].Style.Font.Bold = true;
        Finish(sheet, 9, 3, whole: [2], rate: [3]);

        if (figures.Late.Count == 0) return;
        var late = Sheet(package, "Nhiệm vụ chậm", "Nhiệm vụ chậm so với thời hạn", ["Mã", "Nhiệm vụ", "Đơn vị", "Địa bàn", "Ngày cuối trong hạn", "Số ngày chậm"], [8, 70, 36, 26, 18, 14]);
        for (var n = 0; n < figures.Late.Count; n++)
        {
            var (row, task) = (n + 4, figures.Late[n]);
            Text(late.Cells[row, 1], task.Code);
            Text(late.Cells[row, 2], task.TitleVi);
            Text(late.Cells[row, 3], task.Owner);
            Text(late.Cells[row, 4], task.Area ?? "");
            late.Cells[row, 5].Value = task.LastDay.ToDateTime(TimeOnly.MinValue);
            late.Cells[row, 5].Style.Numberformat.Format = "dd/mm/yyyy";
            late.Cells[row, 6].Value = task.DaysLate;
        }
        Finish(late, figures.Late.Count + 3, 6, whole: [6], rate: []);
    }

    private static void Findings(ExcelPackage package, ReportFigures figures)
    {
        var sheet = Sheet(package, "Kiểm tra", "Kiến nghị sau kiểm tra", ["Địa bàn", "Nội dung", "Mức độ", "Yêu cầu", "Xử lý trước ngày", "Tình trạng"], [26, 60, 16, 44, 18, 16]);
        for (var n = 0; n < figures.Findings.Count; n++)
        {
            var (row, finding) = (n + 4, figures.Findings[n]);
            Text(sheet.Cells[row, 1], finding.AreaName ?? finding.Area);
            Text(sheet.Cells[row, 2], finding.Text);
            sheet.Cells[row, 3].Value = finding.Severity switch { "critical" => "Nghiêm trọng", "major" => "Lớn", _ => "Nhỏ" };
            Text(sheet.Cells[row, 4], finding.FollowUp);
            sheet.Cells[row, 5].Value = finding.FollowUpBy.ToDateTime(TimeOnly.MinValue);
            sheet.Cells[row, 5].Style.Numberformat.Format = "dd/mm/yyyy";
            sheet.Cells[row, 6].Value = finding.Open ? "Đang xử lý" : "Đã xử lý";
        }
        Finish(sheet, figures.Findings.Count + 3, 6, whole: [], rate: []);
    }

    private static void Budget(ExcelPackage package, ReportFigures figures)
    {
        var sheet = Sheet(package, "Kinh phí", "Kinh phí thực hiện (đồng)", ["Nội dung", "Dự toán", "Đã cam kết", "Đã chi", "Còn lại", "Đã chi (%)"], [60, 20, 20, 20, 20, 14]);
        var last = figures.Budget.Count + 3;
        for (var n = 0; n < figures.Budget.Count; n++)
        {
            var (row, line) = (n + 4, figures.Budget[n]);
            Text(sheet.Cells[row, 1], line.TitleVi);
            (sheet.Cells[row, 2].Value, sheet.Cells[row, 3].Value, sheet.Cells[row, 4].Value) = (line.Estimated, line.Committed, line.Spent);
        }
        sheet.Cells[last + 1, 1].Value = "Cộng";
        foreach (var column in "BCD") sheet.Cells[$"{column}{last + 1}"].Formula = $"SUM({column}4:{column}{last})";
        for (var row = 4; row <= last + 1; row++)
        {
            sheet.Cells[row, 5].Formula = $"B{row}-D{row}";
            sheet.Cells[row, 6].Formula = $"IF(B{row}=0,\"\",ROUND(D{row}*100/B{row},2))";
        }
        sheet.Cells[last + 1, 1, last + 1, 6].Style.Font.Bold = true;
        Finish(sheet, last + 1, 6, whole: [2, 3, 4, 5], rate: [6]);
    }

    private static void Labour(ExcelPackage package, ReportFigures figures)
    {
        var sheet = Sheet(package, "Lao động", "Năng lực đào tạo, việc làm, thị trường lao động", ["Chỉ tiêu", "Trình độ", "Kỳ này", "Cùng kỳ năm trước", "Tăng, giảm"], [50, 24, 16, 20, 16]);
        for (var n = 0; n < figures.Labour.Count; n++)
        {
            var (row, line) = (n + 4, figures.Labour[n]);
            Text(sheet.Cells[row, 1], line.TitleVi);
            Text(sheet.Cells[row, 2], line.LevelVi);
            (sheet.Cells[row, 3].Value, sheet.Cells[row, 4].Value) = (line.Number, line.Before);
            sheet.Cells[row, 5].Formula = $"IF(D{row}=\"\",\"\",C{row}-D{row})";
        }
        Finish(sheet, figures.Labour.Count + 3, 5, whole: [3, 4, 5], rate: []);
    }

    private static void Conference(ExcelPackage package, ReportFigures figures)
    {
        var sheet = Sheet(package, "Hội nghị", "Chuẩn bị hội nghị", ["Mã", "Nội dung", "Đơn vị", "Hạn", "Trạng thái", "Số ngày chậm", "Mời", "Xác nhận", "Dự"], [16, 60, 40, 14, 16, 14, 12, 12, 12]);
        for (var n = 0; n < figures.Conference.Count; n++)
        {
            var (row, item) = (n + 4, figures.Conference[n]);
            Text(sheet.Cells[row, 1], item.Code);
            Text(sheet.Cells[row, 2], item.TitleVi);
            Text(sheet.Cells[row, 3], item.Who ?? "");
            sheet.Cells[row, 4].Value = item.Due.ToDateTime(TimeOnly.MinValue);
            sheet.Cells[row, 4].Style.Numberformat.Format = "dd/mm/yyyy";
            Text(sheet.Cells[row, 5], item.State);
            (sheet.Cells[row, 6].Value, sheet.Cells[row, 7].Value, sheet.Cells[row, 8].Value, sheet.Cells[row, 9].Value) = (item.DaysLate, item.Invited, item.Confirmed, item.Attended);
        }
        Finish(sheet, figures.Conference.Count + 3, 9, whole: [6, 7, 8, 9], rate: []);
    }

    private static ExcelWorksheet Sheet(ExcelPackage package, string name, string title, string[] columns, double[] widths)
    {
        var sheet = package.Workbook.Worksheets.Add(name);
        (sheet.Cells.Style.Font.Name, sheet.Cells.Style.Font.Size) = ("Times New Roman", 12);
        Text(sheet.Cells[1, 1], title);
        (sheet.Cells[1, 1].Style.Font.Bold, sheet.Cells[1, 1].Style.Font.Size) = (true, 14);
        for (var n = 0; n < columns.Length; n++)
        {
            sheet.Cells[3, n + 1].Value = columns[n];
            sheet.Column(n + 1).Width = widths[n];
        }
        var head = sheet.Cells[3, 1, 3, columns.Length].Style;
        (head.Font.Bold, head.WrapText, head.HorizontalAlignment, head.VerticalAlignment) = (true, true, ExcelHorizontalAlignment.Center, ExcelVerticalAlignment.Center);
        sheet.View.FreezePanes(4, 1);
        var print = sheet.PrinterSettings;
        (print.PaperSize, print.Orientation, print.FitToPage, print.FitToHeight, print.RepeatRows) = (ePaperSize.A4, eOrientation.Landscape, true, 0, new ExcelAddress("3:3"));
        return sheet;
    }

    private static void Finish(ExcelWorksheet sheet, int last, int columns, int[] whole, int[] rate)
    {
        if (last < 4) return;
        foreach (var column in whole) sheet.Cells[4, column, last, column].Style.Numberformat.Format = Whole;
        foreach (var column in rate) sheet.Cells[4, column, last, column].Style.Numberformat.Format = Rate;
        var style = sheet.Cells[4, 1, last, columns].Style;
        (style.WrapText, style.VerticalAlignment) = (true, ExcelVerticalAlignment.Top);
        var border = sheet.Cells[3, 1, last, columns].Style.Border;
        (border.Top.Style, border.Bottom.Style, border.Left.Style, border.Right.Style) = (ExcelBorderStyle.Thin, ExcelBorderStyle.Thin, ExcelBorderStyle.Thin, ExcelBorderStyle.Thin);
    }

    /// <summary>Words stay words: what begins like a formula does not become one.</summary>
    private static void Text(ExcelRange cell, string text)
    {
        cell.Value = text;
        cell.Style.QuotePrefix = text.Length > 0 && text[0] is '=' or '+' or '-' or '@';
    }
}
