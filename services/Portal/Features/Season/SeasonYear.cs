using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Season;

/// <summary>Which season a page is about when nobody says: the grade-10 results of a school year come in June and July.</summary>
public static class SeasonYear
{
    /// <param name="asked">What the address says; a year that no page can be about is refused.</param>
    public static int Of(TimeProvider clock, int? asked = null)
    {
        if (Known(asked) is { } year) return year;
        var today = clock.Today();
        return today.Month >= 6 ? today.Year : today.Year - 1;
    }

    public static int? Known(int? asked) => asked is null or (>= 2000 and <= 2100) ? asked : throw new RuleBroken("year_invalid", "Năm không hợp lệ", "A year is 2000 to 2100.", 400);
}
