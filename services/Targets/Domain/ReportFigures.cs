using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>Everything a report says in numbers, as the system knew it on a day. Fixed when the report is submitted, frozen with its hash when it is approved.</summary>
public sealed record ReportFigures
{
    public required DateOnly AsOf { get; init; }
    public required DateTimeOffset? DataAsOf { get; init; }

    /// <summary>The plan reported on; null where none was in force.</summary>
    public required PlanName? Plan { get; init; }

    public required string? AreaName { get; init; }
    public required IReadOnlyList<IndicatorLine> Indicators { get; init; }
    public required IReadOnlyList<AreaLine> Areas { get; init; }
    public required TaskCounts Tasks { get; init; }
    public required IReadOnlyList<LateTask> Late { get; init; }
    public required InspectionCounts Inspections { get; init; }
    public required IReadOnlyList<FindingLine> Findings { get; init; }
    public required OutreachCounts? Outreach { get; init; }
    public IReadOnlyList<BudgetLine> Budget { get; init; } = [];
    public BudgetSum? BudgetNeed { get; init; }

    /// <summary>Numbers of the labour market in the time reported, and how many of those who should have entered theirs.</summary>
    public IReadOnlyList<LabourLine> Labour { get; init; } = [];

    public LabourTold? LabourReporters { get; init; }

    /// <summary>How far the preparation of the plan's conference is.</summary>
    public IReadOnlyList<ConferenceLine> Conference { get; init; } = [];

    /// <summary>Reports of the areas that this one holds: accepted of all there are.</summary>
    public IReadOnlyList<AreaReport> AreaReports { get; init; } = [];

    public sealed record PlanName(string Id, string TitleVi, string Issuer, string? Number, DateOnly? Date);

    /// <summary>One indicator of one year; counts are null where nobody has told facts yet.</summary>
    public sealed record IndicatorLine(
        int Year, string Code, string Variant, string TitleVi, string? Maturity, DateOnly? ReferenceDate, bool Provisional, long? N, long? D, long? NotKnown, decimal? Share, decimal? Upper,
        decimal? Low, decimal? High, string? Unit, string? Comparator, string State);

    public sealed record AreaLine(string IndicatorCode, string? Area, string? Name, long N, long D, long NotKnown, decimal? Share, string State);

    /// <summary>How a table by area is headed: its sheet, what is counted (D), what of it (N), and whether some are not known.</summary>
    public sealed record AreaTable(string Sheet, string D, string N, bool HasNotKnown)
    {
        public static AreaTable Of(string indicator) => indicator switch
        {
            "enrolment_after_lower_secondary" => new("Địa bàn, sau THCS", "Tốt nghiệp", "Học nghề", true),
            "enrolment_after_upper_secondary" => new("Địa bàn, sau THPT", "Tốt nghiệp", "Học nghề", true),
            "career_programme_local_production" => new("Địa bàn, chương trình", "Số trường", "Có chương trình", false),
            "qualified_part_time_counsellor" => new("Địa bàn, tư vấn", "Số trường", "Có giáo viên đạt yêu cầu", false),
            "career_guidance_teacher" => new("Địa bàn, giáo viên", "Số trường", "Có giáo viên", false),
            "informed_about_streaming" => new("Địa bàn, tuyên truyền", "Học sinh, phụ huynh", "Được tuyên truyền", false),
            _ => throw new ArgumentOutOfRangeException(nameof(indicator), indicator, "An indicator that is not counted by area."),
        };
    }

    public sealed record TaskCounts(int All, int Accepted, int Submitted, int Working, int Overdue, int Waiting, int DoneLate);

    public sealed record LateTask(string Code, string TitleVi, string Owner, string? Area, DateOnly LastDay, int DaysLate, string State);

    public sealed record InspectionCounts(int Planned, int Held, int AreasVisited, int Findings, int Open, int Overdue);

    public sealed record FindingLine(string Area, string? AreaName, string Severity, string Text, string FollowUp, DateOnly FollowUpBy, bool Open);

    public sealed record OutreachCounts(long Leads, long Withdrawn, long Contacted, long ContactedInTime, long Reached, long Started);

    public sealed record BudgetLine(string Code, string TitleVi, decimal Estimated, decimal Committed, decimal Spent);

    public sealed record BudgetSum(decimal Need, IReadOnlyList<string> ExclusionsVi, string Clause);

    public sealed record LabourLine(string Measure, string TitleVi, string Level, string LevelVi, long Number, long? Before);

    public sealed record LabourTold(int Told, int All);

    public sealed record ConferenceLine(string Code, string Kind, string TitleVi, string? Who, string State, DateOnly Due, int DaysLate, int? Invited, int? Confirmed, int? Attended);

    public sealed record AreaReport(string Area, string? Name, string State, string? Sha256);

    /// <summary>As it is kept: the same figures give the same text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StrictJson.Options);

    public static ReportFigures Read(string json) => JsonSerializer.Deserialize<ReportFigures>(json, StrictJson.Options)!;

    /// <summary>Over figures and texts, so that neither changes unseen.</summary>
    public static byte[] Hash(string figures, string texts) => SHA256.HashData(Encoding.UTF8.GetBytes(figures + "\n" + texts));

    /// <summary>Where another state of the same figures differs, number by number.</summary>
    public IReadOnlyList<Difference> Against(ReportFigures now)
    {
        List<Difference> found = [];
        var lines = now.Indicators.ToLookup(line => (line.Year, line.Code, line.Variant, line.TitleVi));
        foreach (var line in Indicators)
        {
            var other = lines[(line.Year, line.Code, line.Variant, line.TitleVi)].FirstOrDefault();
            Compare($"{line.Year}/{line.Code}/{line.Variant}", line.TitleVi, [("n", line.N, other?.N), ("d", line.D, other?.D), ("notKnown", line.NotKnown, other?.NotKnown)]);
        }
        var areas = now.Areas.ToLookup(line => (line.IndicatorCode, line.Area));
        foreach (var line in Areas)
        {
            var other = areas[(line.IndicatorCode, line.Area)].FirstOrDefault();
            Compare($"{line.IndicatorCode}/{line.Area}", line.Name ?? "Chưa xác định địa bàn", [("n", line.N, other?.N), ("d", line.D, other?.D), ("notKnown", line.NotKnown, other?.NotKnown)]);
        }
        if (Outreach is { } told)
        {
            Compare("outreach", "Tư vấn học sinh không trúng tuyển",
                [("leads", told.Leads, now.Outreach?.Leads), ("contacted", told.Contacted, now.Outreach?.Contacted), ("reached", told.Reached, now.Outreach?.Reached), ("started", told.Started, now.Outreach?.Started)]);
        }
        return found;

        void Compare(string of, string title, (string Number, long? Frozen, long? Now)[] numbers) =>
            found.AddRange(numbers.Where(number => number.Frozen != number.Now).Select(number => new Difference($"{of}/{number.Number}", title, number.Frozen, number.Now)));
    }

    public sealed record Difference(string Number, string TitleVi, long? Frozen, long? Now);
}
