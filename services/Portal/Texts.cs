using System.Globalization;
using System.Resources;

namespace CareerPlatform.Portal;

/// <summary>Every text a person sees, in the visitor's language: Vietnamese first (`Resources/Texts.resx`), English (`Resources/Texts.en.resx`).</summary>
public static class Texts
{
    /// <summary>Where the visitor's choice is kept.</summary>
    public const string Cookie = "language";

    /// <summary>Days come first in both.</summary>
    public static readonly IReadOnlyList<CultureInfo> Cultures = [CultureInfo.GetCultureInfo("vi-VN"), CultureInfo.GetCultureInfo("en-GB")];

    public static readonly ResourceManager Resources = new("CareerPlatform.Portal.Resources.Texts", typeof(Texts).Assembly);

    public static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? "en" : "vi";

    /// <summary>The text of a key; the key itself where there is none, which a test finds.</summary>
    public static string T(string key, params ReadOnlySpan<object?> values)
    {
        var text = Resources.GetString(key, CultureInfo.CurrentUICulture) ?? key;
        return values.IsEmpty ? text : string.Format(CultureInfo.CurrentCulture, text, values);
    }

    /// <summary>The text of a code that another service may know before we do; the code itself then.</summary>
    public static string Code(string group, string? code) => code is null ? Show.None : Resources.GetString($"{group}.{code}", CultureInfo.CurrentUICulture) ?? code;
}
