using System.Globalization;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Targets.Tests;

/// <summary>Facts of one fictional season, as the other services announce them.</summary>
internal static class Season
{
    internal const string Province = "97";

    internal static Guid Pupil(int number) => StreamIds.Of("pupil", number);

    internal static Guid School(string area) => StreamIds.Of("school", area);

    internal static DateTimeOffset At(string day) => new(Day(day).ToDateTime(new TimeOnly(3, 0)), TimeSpan.Zero);

    internal static DateOnly Day(string day) => DateOnly.Parse(day, CultureInfo.InvariantCulture);

    /// <summary>Graduates of one school; every second one lives in a specially disadvantaged commune unless said otherwise.</summary>
    internal static GraduatesRecognised Recognised(
        string area, IEnumerable<int> pupils, int cohort = 2026, string level = "lower_secondary", string at = "2026-06-05",
        Func<int, string>? residence = null, Func<int, string?>? before = null, Func<int, bool>? disadvantaged = null, Func<int, string>? programme = null) => new()
        {
            Province = Province,
            Cohort = cohort,
            Level = level,
            School = School(area),
            SchoolArea = area,
            SchoolDisadvantaged = false,
            Part = 1,
            Parts = 1,
            Graduates = [.. pupils.Select(number => new RecognisedGraduate
        {
            PupilId = Pupil(number),
            Programme = programme?.Invoke(number) ?? "general",
            ResidenceArea = residence?.Invoke(number) ?? area,
            ResidenceAreaBefore = before?.Invoke(number),
            ResidenceDisadvantaged = disadvantaged?.Invoke(number) ?? number % 2 == 0,
        })],
            RecognisedAt = At(at),
        };

    internal static DestinationRecorded Recorded(int pupil, params (string Status, string Since)[] timeline) => Recorded(pupil, 2026, "lower_secondary", false, timeline);

    internal static DestinationRecorded Recorded(int pupil, int cohort, string level, bool dual, params (string Status, string Since)[] timeline) => new()
    {
        Province = Province,
        GraduateId = Pupil(pupil),
        Cohort = cohort,
        Level = level,
        Status = timeline.Length == 0 ? "not_known" : timeline[^1].Status,
        Since = timeline.Length == 0 ? Day("2026-06-05") : Day(timeline[^1].Since),
        DualTrack = dual,
        RecordedAt = At("2026-09-02"),
        Timeline = [.. timeline.Select(period => new DestinationPeriod { Status = period.Status, Since = Day(period.Since), DualTrack = dual && period.Status.StartsWith("gdnn", StringComparison.Ordinal) })],
    };

    internal static AreaRegisterChanged Register(params ListedArea[] areas) => new() { Province = Province, Areas = areas, ChangedAt = At("2026-01-05") };

    /// <summary>A commune of today with the former communes it was made of.</summary>
    internal static ListedArea Commune(string code, bool disadvantaged = false, params string[] predecessors) => new()
    {
        Code = code,
        Name = $"Commune {code}",
        Kind = "commune",
        Parent = "97",
        ValidFrom = Day("2025-07-01"),
        Disadvantaged = disadvantaged,
        Predecessors = [.. predecessors.Select(former => new AreaPredecessor { Code = former, Kind = "commune", Whole = true })],
    };

    internal static ListedArea FormerCommune(string code, string district) => Former(code, "commune", district);

    internal static ListedArea FormerDistrict(string code) => Former(code, "district", "97");

    private static ListedArea Former(string code, string kind, string parent) => new()
    {
        Code = code,
        Name = $"Former {kind} {code}",
        Kind = kind,
        Parent = parent,
        ValidFrom = Day("2004-01-01"),
        ValidTo = Day("2025-06-30"),
        Disadvantaged = false,
        Predecessors = [],
    };
}
