using System.Text.RegularExpressions;

namespace CareerPlatform.Import;

/// <summary>Writes a school's name the short way offices use: "Trường Trung học cơ sở Đông Thành" is "THCS Đông Thành".</summary>
internal static partial class SchoolName
{
    public static string Shorten(string name)
    {
        var text = Lower().Replace(name, "THCS");
        text = Upper().Replace(text, "THPT");
        text = Primary().Replace(text, "TH");
        text = Boarding().Replace(text, "PTDTBT");
        text = DayBoarding().Replace(text, "PTDTNT");
        text = And().Replace(text, "&");
        text = Level().Replace(text, match => match.Value.ToUpperInvariant());
        return Prefix().Replace(text, "");
    }

    [GeneratedRegex(@"\b(trung\s+học\s+cơ\s+sở|t\.?\s?h\.?\s?c\.?\s?s\.?(?=\s))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Lower();

    [GeneratedRegex(@"\b(trung\s+học\s+phổ\s+thông|t\.?\s?h\.?\s?p\.?\s?t\.?(?=\s))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Upper();

    [GeneratedRegex(@"\btiểu\s+học(?=\s+và|\s*&|\s*-)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Primary();

    [GeneratedRegex(@"\b(phổ\s+thông|pt)\s+dân\s+tộc\s+bán\s+trú\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Boarding();

    [GeneratedRegex(@"\b(phổ\s+thông|pt)\s+dân\s+tộc\s+nội\s+trú\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DayBoarding();

    [GeneratedRegex(@"(?<=\bTH|\bTHCS)\s+và\s+(?=TH)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex And();

    [GeneratedRegex(@"\b(thcs|thpt|ptdtbt|ptdtnt)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Level();

    [GeneratedRegex(@"^trường\s+(?=(TH|THCS|THPT|PTDTBT|PTDTNT|PTCS|PTTH)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
