using System.Globalization;

namespace CareerPlatform.Targets.Domain;

/// <summary>On which days and by which rules things that schools do are counted. Days are MM-DD of the year asked for.</summary>
/// <param name="SchoolsOn">Programmes and qualified counsellors.</param>
/// <param name="TeachersOn">Career guidance teachers.</param>
/// <param name="InformedOn">Reach of pupils and guardians.</param>
/// <param name="InformedGrades">Grades whose pupils and guardians are to be reached.</param>
/// <param name="LeaveDays">Who is on a longer leave holds no active assignment.</param>
public sealed record GuidanceRules(string SchoolsOn, string TeachersOn, string InformedOn, IReadOnlyList<int> InformedGrades, int LeaveDays)
{
    /// <summary>This project's rule where a plan's owner says nothing: indicators.md, "Each source target, well defined".</summary>
    public static GuidanceRules Default { get; } = new("05-31", "12-31", "05-31", [8, 9, 11, 12], 90);

    public static DateOnly Day(int year, string day) => DateOnly.ParseExact($"{year}-{day}", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The school year that runs on a day, by the year in which it starts; the weeks after the exams still belong to the one before.</summary>
    public static int SchoolYearOf(DateOnly day) => day.Month >= 6 ? day.Year : day.Year - 1;
}

/// <summary>From when on a school's figures call for an inspection of whether its pupils decide for themselves.</summary>
/// <param name="SmallestSchool">Schools with fewer pupils in grade 9 are compared with nobody.</param>
/// <param name="PeersFactor">Never-registered share, as a multiple of that of its peers together.</param>
/// <param name="PeersPoints">And at least so many percentage points above them.</param>
/// <param name="HistoryPoints">Percentage points above its own share in the years before.</param>
/// <param name="HistoryYears">How many years before count.</param>
/// <param name="SameWording">Declarations in the same words, from how many on.</param>
/// <param name="ClosingDays">The last days before registration closes.</param>
/// <param name="ClosingShare">Percent of a school's declarations signed in these days.</param>
/// <param name="ClosingLeast">And at least so many.</param>
/// <param name="Methods">Which comparisons are made: `peers`, `history`, `wording`, `closing`.</param>
public sealed record Voluntariness(
    int SmallestSchool, decimal PeersFactor, decimal PeersPoints, decimal HistoryPoints, int HistoryYears, int SameWording, int ClosingDays, decimal ClosingShare, int ClosingLeast, IReadOnlyList<string> Methods)
{
    public static IReadOnlyList<string> AllMethods { get; } = ["peers", "history", "wording", "closing"];

    /// <summary>This project's rule where a plan's owner says nothing.</summary>
    public static Voluntariness Default { get; } = new(10, 2, 10, 10, 3, 5, 3, 50, 5, AllMethods);
}
