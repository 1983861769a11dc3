using System.Globalization;

namespace CareerPlatform.Targets.Domain;

/// <summary>Numbers and dates as an office writes them: 1.234.567; 25,3%; 26.500.000.000 đồng; ngày 05 tháng 9 năm 2024.</summary>
public static class Vietnamese
{
    private static readonly NumberFormatInfo Numbers = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = ",", NegativeSign = "-" };

    public static string Number(decimal value, int decimals = 0) => value.ToString($"N{decimals}", Numbers);

    public static string Number(long? value) => value is { } known ? Number((decimal)known) : "…";

    /// <summary>With as many decimals as it has, at most two.</summary>
    public static string Percent(decimal? value) => value is { } known ? known.ToString("#,##0.##", Numbers) + "%" : "…";

    public static string Money(decimal value) => $"{Number(value)} đồng";

    /// <summary>05/9/2024: two digits for the day, and for months 1 and 2.</summary>
    public static string Day(DateOnly day) => $"{day.Day:00}/{(day.Month < 3 ? $"{day.Month:00}" : $"{day.Month}")}/{day.Year}";

    public static string LongDay(DateOnly day) => $"ngày {day.Day:00} tháng {(day.Month < 3 ? $"{day.Month:00}" : $"{day.Month}")} năm {day.Year}";

    /// <summary>Whether every character may stand in a document: no control characters but ends of lines and tabs, no half characters, nothing that XML does not know.</summary>
    public static bool MayBeWritten(string text)
    {
        foreach (var letter in text.EnumerateRunes())
        {
            if (letter.Value is '\n' or '\r' or '\t') continue;
            if (letter.Value is < 0x20 or (>= 0x7F and < 0xA0) or 0xFFFD or 0xFFFE or 0xFFFF) return false;
        }
        return true;
    }

    /// <summary>I, II, III … as parts of a document are numbered.</summary>
    public static string Roman(int number)
    {
        var text = "";
        foreach (var (value, letters) in new[] { (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I") })
        {
            for (; number >= value; number -= value) text += letters;
        }
        return text;
    }
}
