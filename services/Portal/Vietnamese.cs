using System.Globalization;

namespace CareerPlatform.Portal;

/// <summary>The order in which lists stand here: Vietnamese letters and tones; people by given name, which is written last, then by family and middle names.</summary>
public static class Vietnamese
{
    private static readonly StringComparer Letters = StringComparer.Create(CultureInfo.GetCultureInfo("vi-VN"), ignoreCase: true);

    /// <summary>Of places and organisations.</summary>
    public static IComparer<string?> Names { get; } = Letters;

    /// <summary>Of people.</summary>
    public static IComparer<string?> People { get; } = Comparer<string?>.Create((a, b) => Letters.Compare(Given(a), Given(b)) is not 0 and var given ? given : Letters.Compare(a, b));

    private static string? Given(string? name) => name?.TrimEnd().Split(' ')[^1];
}
