using System.Text.RegularExpressions;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Domain;

/// <summary>A school's name as results files write it: with or without "Trường", in full or in letters.</summary>
public static partial class SchoolKey
{
    /// <summary>What is left of the name without accents, case and the words for the kind of school.</summary>
    public static string Of(string name)
    {
        var folded = NotLetters().Replace(NameKey.Fold(name), " ");
        var key = Spaces().Replace(KindOfSchool().Replace($" {folded} ", " "), " ").Trim();
        return key.Length > 0 ? key : folded.Trim();
    }

    [GeneratedRegex(@"[^\p{L}\p{N}]+")]
    private static partial Regex NotLetters();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<= )(truong|pho thong|dan toc|ban tru|noi tru|tieu hoc|va|trung hoc co so|trung hoc pho thong|thcs|thpt|th|pt|ptdtbt|ptdtnt|ptcs|c2|c3)(?= )")]
    private static partial Regex KindOfSchool();
}
