using System.Globalization;

namespace CareerPlatform.Import;

/// <summary>The 12-digit personal number: three digits for the province of birth registration, one for century and sex, two for the year of birth.</summary>
/// <remarks>Circular 07/2016/TT-BCA, article 7 (64 province codes of before July 2025; numbers once given do not change).</remarks>
public static class CitizenNumber
{
    private static readonly HashSet<int> Provinces =
    [
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70,
        72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
    ];

    /// <summary>True for twelve digits with a known province and a birth year between 1940 and 2060.</summary>
    public static bool IsPlausible(ReadOnlySpan<char> number) =>
        number.Length == 12 && !number.ContainsAnyExceptInRange('0', '9')
        && Provinces.Contains(int.Parse(number[..3], CultureInfo.InvariantCulture)) && BirthYear(number) is >= 1940 and <= 2060;

    public static int BirthYear(ReadOnlySpan<char> number) => 1900 + ((number[3] - '0') / 2 * 100) + ((number[4] - '0') * 10) + (number[5] - '0');

    public static string Gender(ReadOnlySpan<char> number) => (number[3] - '0') % 2 == 0 ? "male" : "female";

    /// <summary>True when what the number says of sex and year contradicts what the row says.</summary>
    public static bool Contradicts(string number, string? gender, int? birthYear) =>
        (gender is not null && gender != Gender(number)) || (birthYear is not null && birthYear != BirthYear(number));
}
