using CareerPlatform.Portal.Access;
using OfficeOpenXml;
using static CareerPlatform.Portal.Texts;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>The figures of the dashboard, or of one target in every area, as XLSX: counts are numbers, rates are formulas over them, so that whoever reads the sheet can follow each.</summary>
public static class ExportWorkbook
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/dashboard.xlsx", Targets).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));
        routes.MapGet("/portal/dashboard/areas/{code}/xlsx", Areas).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));
    }

    public static async Task<IResult> Targets(Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? maturity = null)
    {
        var filter = ShowDashboard.Filter.Of(clock, year, maturity, null);
        var answer = await api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?{filter.Query}", ct);
        return TypedResults.File(Write(answer.MustBeThere()), ContentType, $"targets-{filter.Year}.xlsx");
    }

    public static async Task<IResult> Areas(string code, Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? border = null, string? kind = null, string? variant = null)
    {
        var filter = ShowAreas.Filter.Of(clock, code, year, border, kind, variant, null);
        var (title, answer) = await ShowAreas.Ask(filter, api, ct);
        return TypedResults.File(Write(title, filter.Year, answer.MustBeThere()), ContentType, $"{code}-{filter.Year}-{filter.Border}-{filter.Kind}.xlsx");
    }

    /// <summary>One row for each target.</summary>
    public static byte[] Write(ShowDashboard.Indicators answer)
    {
        using var package = new ExcelPackage();
        var sheet = Sheet(package, T("Dashboard.Title"), T("Dashboard.Heading", answer.Year), [T("Dashboard.Target"), T("Areas.N"), T("Areas.D"), T("Sheet.NotKnown"), T("Sheet.Share"), T("Sheet.Upper"), T("Trend.Floor"), T("Dashboard.State"), T("Sheet.Clause")], [60, 12, 12, 12, 12, 14, 14, 28, 14]);
        var row = 4;
        foreach (var item in answer.Items)
        {
            Text(sheet.Cells[row, 1], item.Title.Text);
            if (item.Figure is { D: > 0 } figure) Counts(sheet, row, 2, figure);
            if (item.Floor is { } floor) sheet.Cells[row, 7].Value = floor;
            Text(sheet.Cells[row, 8], Code("State", item.State));
            Text(sheet.Cells[row, 9], item.Target?.Clause);
            row++;
        }
        package.Workbook.Calculate();
        return package.GetAsByteArray();
    }

    /// <summary>One row for each area, and their sum.</summary>
    public static byte[] Write(string title, int year, ShowAreas.Areas answer)
    {
        using var package = new ExcelPackage();
        var sheet = Sheet(package, T("Areas.Title"), $"{title}, {year}", [T("Sheet.Code"), T("Dashboard.Area"), T("Areas.N"), T("Areas.D"), T("Sheet.NotKnown"), T("Sheet.Share"), T("Sheet.Upper"), T("Dashboard.State")], [12, 44, 12, 12, 12, 12, 14, 28]);
        var row = 4;
        foreach (var area in answer.Rows)
        {
            Text(sheet.Cells[row, 1], area.Code);
            Text(sheet.Cells[row, 2], area.Name ?? area.Code ?? T("Areas.Unknown"));
            if (area.Figure is { D: > 0 }) Counts(sheet, row, 3, area.Figure);
            Text(sheet.Cells[row, 8], Code("State", area.State));
            row++;
        }
        Text(sheet.Cells[row, 2], T("Areas.Total"));
        if (row > 4)
        {
            foreach (var column in "CDE") sheet.Cells[$"{column}{row}"].Formula = $"SUM({column}4:{column}{row - 1})";
            Rates(sheet, row, 3);
        }
        sheet.Cells[row, 1, row, 8].Style.Font.Bold = true;
        package.Workbook.Calculate();
        return package.GetAsByteArray();
    }

    private static void Counts(ExcelWorksheet sheet, int row, int from, ShowDashboard.Figure figure)
    {
        (sheet.Cells[row, from].Value, sheet.Cells[row, from + 1].Value, sheet.Cells[row, from + 2].Value) = (figure.N, figure.D, figure.NotKnown);
        Rates(sheet, row, from);
    }

    private static void Rates(ExcelWorksheet sheet, int row, int from)
    {
        var (n, d, unknown) = (sheet.Cells[row, from].Address, sheet.Cells[row, from + 1].Address, sheet.Cells[row, from + 2].Address);
        sheet.Cells[row, from + 3].Formula = $"IF({d}=0,\"\",ROUND({n}*100/{d},2))";
        sheet.Cells[row, from + 4].Formula = $"IF({d}=0,\"\",ROUND(({n}+{unknown})*100/{d},2))";
        sheet.Cells[row, from, row, from + 2].Style.Numberformat.Format = "#,##0";
        sheet.Cells[row, from + 3, row, from + 4].Style.Numberformat.Format = "0.00";
    }

    private static ExcelWorksheet Sheet(ExcelPackage package, string name, string title, string[] columns, double[] widths)
    {
        var sheet = package.Workbook.Worksheets.Add(name);
        Text(sheet.Cells[1, 1], title);
        sheet.Cells[1, 1].Style.Font.Bold = true;
        for (var column = 0; column < columns.Length; column++)
        {
            Text(sheet.Cells[3, column + 1], columns[column]);
            sheet.Column(column + 1).Width = widths[column];
        }
        sheet.Cells[3, 1, 3, columns.Length].Style.Font.Bold = true;
        sheet.View.FreezePanes(4, 1);
        return sheet;
    }

    /// <summary>As text, whatever it begins with.</summary>
    private static void Text(ExcelRange cell, string? value)
    {
        cell.Style.Numberformat.Format = "@";
        cell.Value = value;
    }
}
