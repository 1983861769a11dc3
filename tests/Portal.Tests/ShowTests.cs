using System.Globalization;
using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Design;
using CareerPlatform.Portal.Features.Labour;
using CareerPlatform.Portal.Features.Protection;
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

    [Theory]
    [InlineData("vi-VN", "Law 91/2025/QH15", "Luật 91/2025/QH15")]
    [InlineData("vi-VN", "Decree 356/2025/ND-CP", "Nghị định 356/2025/NĐ-CP")]
    [InlineData("en-GB", "Decree 356/2025/ND-CP", "Decree 356/2025/ND-CP")]
    [InlineData("vi-VN", "Circular", "Circular")]
    public void A_law_is_named_in_the_visitors_language(string language, string source, string named)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);

        Show.Law(source).ShouldBe(named);
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
    public void A_spreadsheet_takes_no_cell_for_a_formula(string? value, string cell) => Csv.Cell(value).ShouldBe(cell);

    [Fact]
    public void A_row_of_a_file_has_plain_numbers_and_days_whatever_the_language()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("vi-VN");
        var csv = new Csv("a,b,c,d,e");
        csv.Row("Xã A, B", 23.46m, 1_234L, null, new DateOnly(2026, 9, 5));

        System.Text.Encoding.UTF8.GetString(csv.File("x.csv").FileContents.Span[3..]).ShouldBe("a,b,c,d,e\r\n\"Xã A, B\",23.46,1234,,2026-09-05\r\n");
    }

    [Theory]
    [InlineData("area|97001", "area|97001")]
    [InlineData("institution|0199a000-0000-7000-8000-000000000001", "institution|0199a000-0000-7000-8000-000000000001")]
    [InlineData("institution|x", "")]
    [InlineData("area|", "")]
    [InlineData(null, "")]
    public void Who_reports_is_an_area_or_an_institution(string? written, string read) => ShowLabour.Reporter.Of(written).ToString().ShouldBe(read);

    [Theory]
    [InlineData(0, false, null)]
    [InlineData(50, false, "warn")]
    [InlineData(100, true, "bad")]
    public void A_clock_that_runs_gets_louder(int alarm, bool late, string? tone) => new ListBreaches.Clock("agency", DateTimeOffset.UnixEpoch, alarm, late, null, null, null).Tone.ShouldBe(tone);

    [Fact]
    public void A_clock_that_is_settled_is_quiet_and_one_settled_too_late_is_not()
    {
        var sent = new ListBreaches.Clock("agency", DateTimeOffset.UnixEpoch, 50, false, DateTimeOffset.UnixEpoch, "1", null);

        (sent.Tone, (sent with { Late = true }).Tone, (sent with { NotifiedAt = null, NotDueBecause = "không" }).Tone).ShouldBe(("good", "bad", "good"));
    }

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
