using System.Text.Json;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>A kind of report, as `Reports/report-kinds.json` says: who makes it for which period, what it consists of, and which duties of plans it answers.</summary>
/// <param name="Level">`area` or `province`.</param>
/// <param name="Period">`year`, `half`, `quarter` or `years`.</param>
/// <param name="Into">Kind of the report of the province that it is part of; null where there is none.</param>
/// <param name="Title">With {period} and {area}.</param>
/// <param name="To">Function that gets it.</param>
/// <param name="Duties">Tasks and reporting duties, by their codes and clauses; the plan in force says when they are due.</param>
/// <param name="Parts">In their order.</param>
public sealed record ReportKind(string Code, string Level, string Period, string? Into, Text Title, string To, IReadOnlyList<ReportKind.Duty> Duties, IReadOnlyList<ReportKind.Part> Parts)
{
    public sealed record Duty(string Code, string Clause);

    /// <param name="Code">Names the text that people write to it.</param>
    /// <param name="Source">`text`, or what the system knows: `indicators`, `areas`, `tasks`, `inspections`, `outreach`, `budget`, `conference`, `labour_capacity`, `labour_market`.</param>
    public sealed record Part(string Code, string Source, string Heading);

    public static IReadOnlyList<ReportKind> All { get; } = Read();

    public static ReportKind? Find(string code) => All.FirstOrDefault(kind => kind.Code == code);

    /// <summary>What a plan asks for in this period; null where it asks for no such report.</summary>
    public Occurrence? DueIn(Plan plan, ReportPeriod period) => TaskCalendar.Of(plan, period.Year)
        .Where(one => Duties.Any(duty => duty.Code == one.Code && duty.Clause == one.Clause))
        .FirstOrDefault(one => Period is "years" || one.Period == period.Name || (Period == "year" && one.Period == $"{period.Year}"));

    private static List<ReportKind> Read()
    {
        using var file = typeof(ReportKind).Assembly.GetManifestResourceStream("CareerPlatform.Targets.Reports.report-kinds.json")!;
        return JsonSerializer.Deserialize<List<ReportKind>>(file, StrictJson.Options)!;
    }
}

/// <summary>What time a report is about.</summary>
/// <param name="From">First year.</param>
/// <param name="Year">Last year; its cohort is the one reported.</param>
/// <param name="Part">1–2 of a half, 1–4 of a quarter; otherwise null.</param>
public sealed record ReportPeriod(int From, int Year, int? Part)
{
    /// <summary>2024, 2024-H1, 2024-Q3, 2020–2023: as in the calendar of tasks.</summary>
    public string Name => Part is { } part ? $"{Year}-{(Kind == "half" ? 'H' : 'Q')}{part}" : From == Year ? $"{Year}" : $"{From}–{Year}";

    private string Kind { get; init; } = "year";

    /// <summary>In words: "năm 2024", "6 tháng đầu năm 2024", "quý III năm 2024", "giai đoạn 2020–2023".</summary>
    public string Vi => Kind switch
    {
        "half" => $"6 tháng {(Part == 1 ? "đầu" : "cuối")} năm {Year}",
        "quarter" => $"quý {new[] { "I", "II", "III", "IV" }[Part!.Value - 1]} năm {Year}",
        _ => From == Year ? $"năm {Year}" : $"giai đoạn {From}–{Year}",
    };

    /// <summary>First and last quarter of the last year that the time holds.</summary>
    public (int First, int Last) Quarters => (Kind, Part) switch
    {
        ("quarter", { } quarter) => (quarter, quarter),
        ("half", { } half) => ((half * 2) - 1, half * 2),
        _ => (1, 4),
    };

    /// <summary>The last day of the time.</summary>
    public DateOnly Until => Part is { } part ? new DateOnly(Year, 1, 1).AddMonths(part * (Kind == "half" ? 6 : 3)).AddDays(-1) : new DateOnly(Year, 12, 31);

    public static ReportPeriod Of(ReportKind kind, int year, int? part, int? from)
    {
        var parts = kind.Period switch { "half" => 2, "quarter" => 4, _ => 0 };
        if (year is < 2000 or > 2100 || (part is null) != (parts == 0) || part < 1 || part > parts || (from is not null && kind.Period != "years") || from > year || from < year - 9)
            throw new RuleBroken("period_invalid", "Kỳ báo cáo không hợp lệ", $"A report of this kind is about a {kind.Period}: give year, and `part` or `from` where it needs them.", 422);
        return new ReportPeriod(from ?? year, year, part) { Kind = kind.Period };
    }
}
