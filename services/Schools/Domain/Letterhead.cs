using System.Text.RegularExpressions;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Domain;

/// <summary>The lines above a list's header say who issued it and for which school year; a list of another province or year is refused.</summary>
public static partial class Letterhead
{
    /// <summary>Provinces a department of education has been named after: the 63 of before July 2025, whose names those of today are among.</summary>
    static readonly string[] Names = (
        "an giang|ba ria vung tau|bac giang|bac kan|bac lieu|bac ninh|ben tre|binh dinh|binh duong|binh phuoc|binh thuan|ca mau|can tho|cao bang|da nang|dak lak|dak nong|dien bien|dong nai|dong thap|gia lai|ha giang|" +
        "ha nam|ha noi|ha tinh|hai duong|hai phong|hau giang|ho chi minh|hoa binh|hue|hung yen|khanh hoa|kien giang|kon tum|lai chau|lam dong|lang son|lao cai|long an|nam dinh|nghe an|ninh binh|ninh thuan|phu tho|phu yen|" +
        "quang binh|quang nam|quang ngai|quang ninh|quang tri|soc trang|son la|tay ninh|thai binh|thai nguyen|thanh hoa|thua thien hue|tien giang|tra vinh|tuyen quang|vinh long|vinh phuc|yen bai").Split('|');

    /// <param name="cells">What stands above the header, cell by cell: neighbours in a line were written by different people.</param>
    /// <param name="schoolYear">The round's.</param>
    /// <param name="areas">The areas known to the province.</param>
    /// <param name="province">Its code.</param>
    /// <param name="today">As of this day.</param>
    public static void Check(IReadOnlyList<string> cells, int schoolYear, AreaRegister areas, string province, DateOnly today)
    {
        var folded = cells.Select(NameKey.Fold).ToList();
        var years = folded.SelectMany(cell => SchoolYear().Matches(cell)).Select(year => int.Parse(year.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        if (years.Count > 0 && !years.Contains(schoolYear)) throw new RuleBroken("wrong_scope", "Tệp thuộc năm học khác", $"The letterhead names the school year {years[0]}, the round is of {schoolYear}.", 422);

        // A province also issues in the names of those that were merged into it.
        var ours = areas.Provinces(today).Where(area => area.Code == province || areas.Follow("province", area.Code, area.ValidFrom, today)?.Code == province).Select(area => Short(area.Name)).ToList();
        if (ours.Count == 0) return;

        var known = Names.Concat(areas.Provinces(today).Select(area => Short(area.Name))).Distinct().OrderByDescending(name => name.Length).ToList();
        foreach (var issuer in folded.SelectMany(cell => Issuer().Matches(cell)).Select(match => match.Groups[1].Value))
        {
            var named = known.FirstOrDefault(name => issuer == name || issuer.StartsWith($"{name} ", StringComparison.Ordinal));
            if (named is not null && !ours.Contains(named)) throw new RuleBroken("wrong_scope", "Tệp do tỉnh khác ban hành", "The letterhead names another province's department or people's committee.", 422);
        }
    }

    static string Short(string name) => Type().Replace(NameKey.Fold(name), "");

    [GeneratedRegex(@"nam hoc\s*:?\s*(20\d\d)\s*(?:-|–|/| )\s*20\d\d")]
    private static partial Regex SchoolYear();

    [GeneratedRegex(@"(?:so (?:giao duc (?:va|&) dao tao|gd ?(?:&|va)? ?dt)(?: tinh| thanh pho| tp)?|(?:ubnd|uy ban nhan dan) (?:tinh|thanh pho|tp))[ :,]+([\p{L} ]+)")]
    private static partial Regex Issuer();

    [GeneratedRegex("^(?:tinh|thanh pho) ")]
    private static partial Regex Type();
}
