using System.Text;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Domain;

/// <summary>Names as they are stored: NFC, trimmed, 1 to 200 characters, nothing invisible.</summary>
public static class Named
{
    public static string Well(string name)
    {
        var good = name.IsNormalized() ? name.Trim() : name.Normalize(NormalizationForm.FormC).Trim();
        if (good.Length is > 0 and <= 200 && !good.EnumerateRunes().Any(Hidden)) return good;

        throw new RuleBroken("name_invalid", "Tên không hợp lệ", "A name has 1 to 200 visible characters.", 422);
    }

    /// <summary>Small letters, digits and . _ - @, 3 to 100 of them: the same however it is typed.</summary>
    public static string Username(string name)
    {
        var good = name.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        if (good.Length is >= 3 and <= 100 && good.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '_' or '-' or '@')) return good;

        throw new RuleBroken("username_invalid", "Tên đăng nhập không hợp lệ", "A username has 3 to 100 of: a-z 0-9 . _ - @", 422);
    }

    private static bool Hidden(Rune rune) => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control
        or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
