using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>One inspection of a province's or an area's team: planned, held, and closed with its findings.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, appendix 4.1 and 4.2.</remarks>
public sealed record Inspection
{
    public required int Year { get; init; }
    public required string Level { get; init; }
    public required string Area { get; init; }
    public required DateOnly PlannedOn { get; init; }
    public string[] Areas { get; init; } = [];
    public DateOnly? HeldOn { get; init; }

    /// <summary>Planned anew only while it has not been held.</summary>
    public void MayBePlannedAnew()
    {
        if (HeldOn is not null) throw new RuleBroken("inspection_held", "Đoàn đã kiểm tra xong", "It has been held; its plan no longer changes.");
    }

    public Inspection Hold(DateOnly on, DateOnly today)
    {
        if (on > today || on.Year != Year) throw new RuleBroken("date_invalid", "Ngày không hợp lệ", "It is held in its year and not in the future.", 422);
        return this with { HeldOn = on };
    }

    public void Find(string area, string severity, DateOnly followUpBy)
    {
        if (HeldOn is not { } held) throw new RuleBroken("inspection_not_held", "Đoàn chưa kiểm tra", "Note first on which day it was held.");
        if (!Areas.Contains(area)) throw new RuleBroken("area_not_visited", "Địa bàn không thuộc kế hoạch kiểm tra", "The area is not among those that this inspection visits.", 422);
        if (!Severities.Contains(severity)) throw new RuleBroken("severity_unknown", "Mức độ không hợp lệ", $"A finding is one of {string.Join(", ", Severities)}.", 422);
        if (followUpBy < held) throw new RuleBroken("date_invalid", "Ngày không hợp lệ", "It is to be mended after the inspection.", 422);
    }

    public static IReadOnlyList<string> Severities { get; } = ["minor", "major", "critical"];
}
