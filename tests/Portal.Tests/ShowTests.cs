using System.Globalization;
using CareerPlatform.Portal.Design;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Season;

namespace CareerPlatform.Portal.Tests;

public sealed class ShowTests
{
    [Theory]
    [InlineData("vi-VN", "1.234.567", "1.234,5", "23,5\u00a0%")]
    [InlineData("en-GB", "1,234,567", "1,234.5", "23.5\u00a0%")]
    public void Numbers_are_written_as_the_language_does(string language, string whole, string tenths, string percent)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(language);

        Show.Number(1_234_567).ShouldBe(whole);
        Show.Number(1_234.5m).ShouldBe(tenths);
        Show.Percent(23.46m).ShouldBe(percent);
        Show.Plain(23.46m).ShouldBe("23.46");
        Show.Number((long?)null).ShouldBe("–");
    }

    [Fact]
    public void Days_and_times_are_Vietnams_day_first()
    {
        Show.Day(new DateOnly(2026, 9, 5)).ShouldBe("05/09/2026");
        Show.Time(new DateTimeOffset(2026, 9, 4, 18, 30, 0, TimeSpan.Zero)).ShouldBe("01:30 05/09/2026");
    }

    [Fact]
    public void A_bar_has_room_above_its_largest_mark_and_never_more_than_everything()
    {
        Bullet.MaxOf(18.5m, 22m, 27m).ShouldBe(40);
        Bullet.MaxOf(95m, null).ShouldBe(100);
        Bullet.MaxOf(null, null).ShouldBe(10);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("nói \"có\"", "\"nói \"\"có\"\"\"")]
    [InlineData(null, "")]
    public void A_spreadsheet_takes_no_cell_for_a_formula(string? value, string cell) => ExportDashboard.Cell(value).ShouldBe(cell);

    [Theory]
    [InlineData(2026, 5, 31, 2025)]
    [InlineData(2026, 6, 1, 2026)]
    [InlineData(2027, 1, 15, 2026)]
    public void A_season_begins_in_June(int year, int month, int day, int season) =>
        SeasonYear.Of(new FixedClock(new DateTimeOffset(year, month, day, 12, 0, 0, TimeSpan.FromHours(7)))).ShouldBe(season);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
