using CareerPlatform.Import;

namespace CareerPlatform.Schools.Domain;

/// <summary>An area between two dates. Codes were reused: a code means nothing without a date.</summary>
public sealed record Area(string Kind, string Code, string Name, string? Parent, string Province, DateOnly ValidFrom, DateOnly? ValidTo)
{
    public bool IsValidOn(DateOnly day) => ValidFrom <= day && (ValidTo is null || day <= ValidTo);
}

/// <summary>One area went, whole or in part, into another on a day; a suspect row is never followed.</summary>
public sealed record Succession(string OldKind, string OldCode, string NewKind, string NewCode, DateOnly On, bool Whole, string? Suspect);

/// <summary>An area was on the list of specially disadvantaged areas between two dates.</summary>
public sealed record DisadvantagedPeriod(string Kind, string Code, DateOnly ValidFrom, DateOnly? ValidTo);

/// <summary>The areas a province has had, and what became of each.</summary>
public sealed class AreaRegister(IEnumerable<Area> areas, IEnumerable<Succession> successions, IEnumerable<DisadvantagedPeriod> disadvantaged)
{
    readonly ILookup<(string Kind, string Code), Area> byCode = areas.ToLookup(area => (area.Kind, area.Code));
    readonly ILookup<(string Kind, string Code), Succession> byOld = successions.ToLookup(succession => (succession.OldKind, succession.OldCode));
    readonly ILookup<(string Kind, string Code), DisadvantagedPeriod> periods = disadvantaged.ToLookup(period => (period.Kind, period.Code));

    /// <summary>The area that bore this code on this day.</summary>
    public Area? Find(string kind, string code, DateOnly day) => byCode[(kind, code)].FirstOrDefault(area => area.IsValidOn(day));

    /// <summary>The area that bore this code nearest to this day: on it, else the last one before it, else the first after it.</summary>
    public Area? Nearest(string kind, string code, DateOnly day) =>
        Find(kind, code, day)
        ?? byCode[(kind, code)].Where(area => area.ValidFrom <= day).MaxBy(area => area.ValidFrom)
        ?? byCode[(kind, code)].MinBy(area => area.ValidFrom);

    /// <summary>
    /// What the area that bore the code on <paramref name="then"/> is on <paramref name="day"/>: itself, or its only whole successor, step by step.
    /// Null where it was divided, where only a suspect row tells, or where nothing is known.
    /// </summary>
    public Area? Follow(string kind, string code, DateOnly then, DateOnly day)
    {
        var area = Nearest(kind, code, then);
        for (var step = 0; area is not null && step < 10; step++)
        {
            if (area.IsValidOn(day) || area.ValidTo is null) return area.IsValidOn(day) ? area : null;

            var end = area.ValidTo.Value;
            var next = byOld[(area.Kind, area.Code)].Where(succession => succession.On > end && succession.On <= end.AddDays(31) && succession.Suspect is null).ToList();
            area = next is [{ Whole: true } only] ? Find(only.NewKind, only.NewCode, only.On) : null;
        }
        return null;
    }

    /// <summary>Whether the area that bears this code on this day is on the list of specially disadvantaged areas.</summary>
    public bool IsDisadvantaged(string kind, string code, DateOnly day) =>
        periods[(kind, code)].Any(period => period.ValidFrom <= day && (period.ValidTo is null || day <= period.ValidTo));

    /// <summary>The area with this code, or with this name where only one of the province has it.</summary>
    public Area? Read(string kind, string written, string province, DateOnly day)
    {
        if (Find(kind, written, day) is { } byItsCode) return byItsCode;
        if (written.Length == 0 || char.IsAsciiDigit(written[0])) return null;

        var (name, bare) = (NameKey.Of(written), NameKey.Of(WithoutType(written)));
        var named = InProvince(kind, province, day).Where(area => NameKey.Of(area.Name) == name || NameKey.Of(WithoutType(area.Name)) == bare).Take(2).ToList();
        return named is [var only] ? only : null;
    }

    /// <summary>"17506 Xã Yên Thành, …": the areas of the province that look most like what was written, for the answer `unknown_area`.</summary>
    public string NearestNames(string kind, string written, string province, DateOnly day, int count = 3)
    {
        var wanted = NameKey.Fold(WithoutType(written));
        return string.Join(", ", InProvince(kind, province, day)
            .Select(area => (area, distance: Math.Min(Distance(wanted, NameKey.Fold(WithoutType(area.Name))), Distance(wanted, area.Code))))
            .OrderBy(candidate => candidate.distance).ThenBy(candidate => candidate.area.Code, StringComparer.Ordinal)
            .Take(count)
            .Select(candidate => $"{candidate.area.Code} {candidate.area.Name}"));
    }

    /// <summary>All provinces listed, whenever they existed: a letterhead may name a former one.</summary>
    public IEnumerable<Area> Provinces(DateOnly day) => byCode.Where(group => group.Key.Kind == "province").SelectMany(group => group).Where(area => area.ValidFrom <= day);

    IEnumerable<Area> InProvince(string kind, string province, DateOnly day) =>
        byCode.Where(group => group.Key.Kind == kind).SelectMany(group => group).Where(area => area.Province == province && area.IsValidOn(day));

    /// <summary>
    /// An area as a later list states it: under a new spelling it is the same area still; a commune that became a ward, or a province a city, ends and begins anew on that day.
    /// </summary>
    public (IReadOnlyList<Area> Periods, Succession? Link) Restated(Area later)
    {
        if (Find(later.Kind, later.Code, later.ValidFrom) is not { } now || now.ValidFrom == later.ValidFrom) return ([later], null);
        if (TypeOf(now.Name) == TypeOf(later.Name)) return ([later with { ValidFrom = now.ValidFrom }], null);
        return ([now with { ValidTo = later.ValidFrom.AddDays(-1) }, later], new Succession(now.Kind, now.Code, later.Kind, later.Code, later.ValidFrom, true, null));
    }

    static string TypeOf(string name) => NameKey.Fold(name[..^WithoutType(name).Length]);

    /// <summary>"Xã Yên Thành" without "Xã".</summary>
    static string WithoutType(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var first = words.Length > 1 ? NameKey.Fold(words[0]) : "";
        var firstTwo = words.Length > 2 ? $"{first} {NameKey.Fold(words[1])}" : "";
        if (firstTwo is "thi tran" or "thi xa" or "thanh pho" or "dac khu") return string.Join(' ', words[2..]);
        return first is "xa" or "phuong" or "quan" or "huyen" or "tinh" ? string.Join(' ', words[1..]) : name;
    }

    static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
