namespace CareerPlatform.Targets.Domain;

/// <summary>An area of the register between two dates.</summary>
public sealed record Area(string Kind, string Code, string Name, string? Parent, DateOnly ValidFrom, DateOnly? ValidTo, IReadOnlyList<Predecessor> Predecessors)
{
    public bool ValidOn(DateOnly day) => ValidFrom <= day && (ValidTo is null || day <= ValidTo);
}

/// <summary>An area that went, whole or in part, into another.</summary>
public sealed record Predecessor(string Code, string Kind, bool Whole);

/// <summary>The areas of a province as they stood on one day, and which of them a counted area belongs to.</summary>
/// <remarks>Old borders are those of the last day before districts ended on 1 July 2025. A code is only looked up together with the day.</remarks>
public sealed class Borders
{
    public static readonly DateOnly LastDayOfOld = new(2025, 6, 30);

    private readonly Dictionary<(string Kind, string Code), Area> then;
    private readonly Dictionary<string, Area> communesNow;
    private readonly Dictionary<(string Kind, string Code), Area> before;

    public Borders(IReadOnlyCollection<Area> register, bool old, DateOnly today)
    {
        Old = old;
        var newest = register.Where(area => area.ValidOn(today)).ToList();
        before = Newest(register.Where(area => area.ValidOn(LastDayOfOld)));
        then = old ? before : Newest(newest);
        communesNow = Newest(newest.Where(area => area.Kind == "commune")).ToDictionary(pair => pair.Key.Code, pair => pair.Value);
    }

    public bool Old { get; }

    public Area? Find(string kind, string code) => then.GetValueOrDefault((kind, code));

    /// <summary>The area of this kind that a counted commune belongs to; null where the register cannot tell (unknown code, or an old area divided over several).</summary>
    /// <param name="commune">Code of the commune as counted: of today, or of the old borders when <paramref name="countedOld"/>.</param>
    /// <param name="countedOld">The code is one of the old borders.</param>
    /// <param name="kind">`commune`, `district` or `province`.</param>
    public string? Of(string commune, bool countedOld, string kind)
    {
        if (commune.Length == 0) return null;
        if (Old == countedOld) return Above(commune, kind);
        var were = communesNow.GetValueOrDefault(commune)?.Predecessors.Where(area => area.Kind == "commune").ToList() ?? [];
        var candidates = were.Select(area => Above(area.Code, kind)).Distinct().ToList();
        return candidates.Count == 1 ? candidates[0] : null;
    }

    private string? Above(string commune, string kind)
    {
        if (kind == "commune") return commune;
        var area = then.GetValueOrDefault(("commune", commune));
        while (area is not null && area.Kind != kind)
        {
            var parent = area.Parent;
            area = parent is null ? null : then.GetValueOrDefault(("district", parent)) ?? then.GetValueOrDefault(("province", parent));
        }
        return area?.Code;
    }

    private static Dictionary<(string Kind, string Code), Area> Newest(IEnumerable<Area> areas) =>
        areas.GroupBy(area => (area.Kind, area.Code)).ToDictionary(same => same.Key, same => same.MaxBy(area => area.ValidFrom)!);
}
