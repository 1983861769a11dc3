using System.Globalization;
using CareerPlatform.Portal.Features.Leader;
using OfficeOpenXml;

namespace CareerPlatform.Portal.Tests;

public sealed class WorkbookTests
{
    private static readonly ShowDashboard.Figure Figure = new("census", new DateOnly(2026, 12, 31), false, 30, 120, 6, 25m, 5m, 25m, 30m, false);

    [Fact]
    public void Rates_are_formulas_over_counts_and_their_sum_is_the_provinces()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("vi-VN");
        var answer = new ShowAreas.Areas("census", null, false, null, Figure, "met", [], [new("001", "=1+1", Figure, "met"), new("002", "Xã Mẫu", Figure with { N = 10, D = 80, NotKnown = 0 }, "not_met"), new(null, null, Figure with { N = null, D = null }, "suppressed")]);

        using var package = new ExcelPackage(new MemoryStream(ExportWorkbook.Write("Tỷ lệ", 2026, answer)));
        var sheet = package.Workbook.Worksheets["Theo địa bàn"];

        sheet.Cells["B4"].Value.ShouldBe("=1+1", "a name is never a formula");
        sheet.Cells["B4"].Formula.ShouldBeEmpty();
        sheet.Cells["F4"].Formula.ShouldBe("IF(D4=0,\"\",ROUND(C4*100/D4,2))");
        sheet.Cells["F4"].Value.ShouldBe(25d);
        sheet.Cells["G4"].Value.ShouldBe(30d);
        sheet.Cells["C6"].Value.ShouldBeNull("what is hidden stays hidden");
        (sheet.Cells["C7"].Value, sheet.Cells["D7"].Value, sheet.Cells["F7"].Value).ShouldBe((40d, 200d, 20d));
    }

    [Theory]
    [InlineData("Mùa Thị Ân", "Vi Văn An", 1)]
    [InlineData("Lò Văn Đức", "Sùng A Dế", 1)]
    [InlineData("Vi Thị An", "Cầm Bá An", 1)]
    [InlineData("Mùa A Dế", "Mùa A Đức", -1)]
    public void People_stand_by_their_given_names(string one, string other, int order) => Math.Sign(Vietnamese.People.Compare(one, other)).ShouldBe(order);
}
