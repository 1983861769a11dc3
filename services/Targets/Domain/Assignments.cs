using CareerPlatform.Contracts;

namespace CareerPlatform.Targets.Domain;

/// <summary>Gives the occurrences of a plan's year to their holders: one task per holder, and per area where the holder is an office of each area. Plain functions.</summary>
public static class Assignments
{
    /// <summary>Kind of area that has an office with this function; null for functions of the whole province.</summary>
    public static string? AreaKind(string function) => function switch
    {
        "district_committee" or "district_education" or "district_offices" => "district",
        "commune_committee" => "commune",
        _ => null,
    };

    /// <summary>What a year holds: what is of the year, and what began in an earlier year of the plan and reaches into it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="year">The year.</param>
    /// <param name="register">The register of areas; an area counts if it stands on the task's last day.</param>
    /// <param name="events">Days on which the year's events happened.</param>
    public static IReadOnlyList<AssignedTask> Of(Plan plan, int year, IReadOnlyCollection<Area> register, IReadOnlyDictionary<string, DateOnly> events) =>
    [
        .. from begun in Enumerable.Range(plan.Period.From, Math.Max(0, year - plan.Period.From + 1))
           from one in TaskCalendar.Of(plan, begun, begun == year ? events : null)
           where begun == year || one.Until.Year >= year
           from owner in one.Owners.DefaultIfEmpty("")
           from area in Areas(owner, one, register)
           select Make(plan, begun, one, owner, area),
    ];

    /// <summary>The area offices of a holder; one for the whole province where the register has no such area on that day.</summary>
    private static IEnumerable<string> Areas(string owner, Occurrence one, IReadOnlyCollection<Area> register) =>
        (AreaKind(owner) is { } kind ? register.Where(area => area.Kind == kind && area.ValidOn(one.LastDay ?? one.Until)).Select(area => area.Code).Distinct() : []).DefaultIfEmpty("");

    private static AssignedTask Make(Plan plan, int begun, Occurrence one, string owner, string area) => new()
    {
        TaskId = StreamIds.Of("task", plan.Province ?? "", plan.Id, one.Code, one.Period, owner, area),
        PlanId = plan.Id,
        Kind = one.Kind,
        Code = one.Code,
        Period = one.Period,
        FirstYear = begun,
        LastYear = Math.Max(begun, one.Until.Year),
        Owner = owner,
        Area = area,
        TitleVi = one.Title.Vi,
        TitleEn = one.Title.En,
        Clause = one.Clause,
        Awaits = plan.Tasks.FirstOrDefault(task => one.Kind == "task" && task.Code == one.Code)?.Due.Event,
        NotBefore = one.From,
        Due = one.Due,
        LastDay = one.LastDay ?? one.Until,
        LateUntil = one.LateAcceptedUntil,
        LockedFrom = one.LockedFrom,
        DependsOn = [.. one.DependsOn],
    };
}
