using System.Text.RegularExpressions;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Domain;

/// <summary>The lines above a list's header say who issued it and for which school year; a list of another province or year is refused.</summary>
public static partial class Letterhead
{
    public static void Check(IReadOnlyList<string> lines, int schoolYear, AreaRegister areas, string province, DateOnly today)
    {
        foreach (var line in lines)
        {
            var folded = NameKey.Fold(line);
            if (SchoolYear().Match(folded) is { Success: true } year && int.Parse(year.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) is var stated && stated != schoolYear)
                throw new RuleBroken("wrong_scope", "Tệp thuộc năm học khác", $"The letterhead names the school year {stated}, the round is of {schoolYear}.", 422);

            if (Department().Match(folded) is not { Success: true } department) continue;
            var name = department.Groups[1].Value.Trim();
            var named = areas.Provinces(today).Where(area => NameKey.Fold(area.Name) is var full && (full == name || full.EndsWith($" {name}", StringComparison.Ordinal))).ToList();
            if (named.Count > 0 && named.All(area => area.Code != province))
                throw new RuleBroken("wrong_scope", "Tệp do tỉnh khác ban hành", "The letterhead names another province's department.", 422);
        }
    }

    [GeneratedRegex(@"nam hoc\s*:?\s*(20\d\d)\s*(?:-|–|/| )\s*20\d\d")]
    private static partial Regex SchoolYear();

    [GeneratedRegex(@"so (?:giao duc va dao tao|gd ?(?:&|va) ?dt|gd-dt|gddt)\s+(?:tinh |thanh pho |tp\.? ?)?([\p{L} ]+)")]
    private static partial Regex Department();
}
