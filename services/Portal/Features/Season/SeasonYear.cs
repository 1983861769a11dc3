using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Season;

/// <summary>Which season a page is about when nobody says: the grade-10 results of a school year come in June and July.</summary>
public static class SeasonYear
{
    public static int Of(TimeProvider clock)
    {
        var today = clock.Today();
        return today.Month >= 6 ? today.Year : today.Year - 1;
    }
}
