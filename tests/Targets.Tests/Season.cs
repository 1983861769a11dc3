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
}
