using System.Globalization;

namespace CareerPlatform.Import;

/// <summary>What a cell in a date column turned out to be, before the column's order is applied.</summary>
internal enum DateForm
{
    None,

    /// <summary>Three numbers.</summary>
    Parts,

    /// <summary>Three numbers, year first.</summary>
    YearFirst,

    /// <summary>Days since the workbook epoch.</summary>
    Serial,

    YearOnly,

    /// <summary>Day and month are told apart by words ("ngày 7 tháng 2", "07-Feb").</summary>
    Worded,
}

/// <summary>The numbers of a date as written.</summary>
internal readonly record struct DateParts(DateForm Form, int A, int B, int C, bool TwoDigitYear)
{
    public bool DayMustComeFirst => Form is DateForm.Parts && A > 12 && B <= 12;

    public bool MonthMustComeFirst => Form is DateForm.Parts && B > 12 && A <= 12;

    public bool CouldBeEither => Form is DateForm.Parts && A <= 12 && B <= 12 && A != B;
}

/// <summary>Reads dates as offices write them; never decides between day and month on its own.</summary>
internal static class DateText
{
    public const int MinYear = 1940;
    public const int MaxYear = 2060;
    private const int MinSerial = 14_000;
    private const int MaxSerial = 60_000;
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static DateParts Split(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.Length == 10 && text[2] == text[5] && text[2] is '/' or '-' or '.' && text.Length == 10
            && TwoDigits(text, 0, out var day) && TwoDigits(text, 3, out var month) && TwoDigits(text, 6, out var century) && TwoDigits(text, 8, out var rest))
        {
            return new DateParts(DateForm.Parts, day, month, (century * 100) + rest, false);
        }

        return SplitSlowly(text);
    }

    /// <summary>The date, or null when there is no such day.</summary>
    public static DateOnly? Resolve(DateParts parts, DateOrder order, bool date1904, int pivotYear)
    {
        switch (parts.Form)
        {
            case DateForm.Serial:
                var epoch = date1904 ? new DateOnly(1904, 1, 1) : new DateOnly(1899, 12, 30);
                return epoch.AddDays(parts.A);
            case DateForm.YearFirst:
                return Make(parts.A, parts.B, parts.C);
            case DateForm.Worded:
                return Make(Year(parts, pivotYear), parts.B, parts.A);
            case DateForm.Parts:
                var year = Year(parts, pivotYear);
                return order is DateOrder.MonthDayYear ? Make(year, parts.A, parts.B)
                    : order is DateOrder.YearMonthDay && parts.TwoDigitYear ? Make(parts.A > pivotYear % 100 ? 1900 + parts.A : 2000 + parts.A, parts.B, parts.C)
                    : Make(year, parts.B, parts.A);
            default:
                return null;
        }
    }

    private static int Year(DateParts parts, int pivotYear) =>
        !parts.TwoDigitYear ? parts.C : parts.C > pivotYear % 100 ? 1900 + parts.C : 2000 + parts.C;

    private static DateOnly? Make(int year, int month, int day) =>
        year is >= MinYear and <= MaxYear && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

    private static DateParts SplitSlowly(ReadOnlySpan<char> text)
    {
        text = text.Trim(" '\"");
        if (text.IsEmpty || text.Length > 60) return default;
        Span<int> numbers = stackalloc int[3];
        Span<int> lengths = stackalloc int[3];
        var count = 0;
        var month = 0;
        var words = false;
        for (var i = 0; i < text.Length;)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                var start = i;
                while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
                if (i - start > 8) return default;
                if (count == 3)
                {
                    // A time of day after the date is read past.
                    if (i < text.Length && text[i] == ':') break;
                    return default;
                }

                lengths[count] = i - start;
                numbers[count++] = int.Parse(text[start..i], NumberStyles.None, CultureInfo.InvariantCulture);
            }
            else if (char.IsLetter(text[i]))
            {
                var start = i;
                while (i < text.Length && char.IsLetter(text[i])) i++;
                var word = Vietnamese.Fold(text[start..i]);
                if (count == 3 && word is "t" or "z" or "am" or "pm" or "sa" or "ch")
                {
                    break;
                }

                if (word is "ngay" or "thang" or "nam" or "thg" or "th") words = true;
                else if (month == 0 && word.Length >= 3 && Array.IndexOf(Months, word[..3]) is >= 0 and var index) month = index + 1;
                else return default;
            }
            else if (text[i] is '/' or '-' or '.' or ' ' or ',' or '_' or '\\' or '–' or '\u2212')
            {
                // A sign before the first number, or a decimal part, is not a date.
                if (count == 0 && text[i] is '-' or ',') return default;
                i++;
            }
            else
            {
                return default;
            }
        }

        if (month > 0)
        {
            // 07-Feb-2009 or Feb 7, 2009.
            return count == 2 && lengths[1] is 2 or 4 ? new DateParts(DateForm.Worded, numbers[0], month, numbers[1], lengths[1] == 2) : default;
        }

        switch (count)
        {
            case 3 when lengths[0] == 4 && lengths[1] <= 2 && lengths[2] <= 2:
                return new DateParts(DateForm.YearFirst, numbers[0], numbers[1], numbers[2], false);
            case 3 when lengths[0] <= 2 && lengths[1] <= 2 && lengths[2] is 2 or 4:
                return new DateParts(words ? DateForm.Worded : DateForm.Parts, numbers[0], numbers[1], numbers[2], lengths[2] == 2);
            case 2 when lengths[0] == 5 && !words && text[5] is '.' or ',':
                return Serial(numbers[0]);
            case 2 when lengths[0] == 4 && numbers[1] == 0 && !words:
                return YearOnly(numbers[0]);
            case 1 when lengths[0] == 8:
                var value = numbers[0];
                if (value / 10_000 is >= MinYear and <= MaxYear && value / 100 % 100 is >= 1 and <= 12 && value % 100 is >= 1 and <= 31)
                {
                    return new DateParts(DateForm.YearFirst, value / 10_000, value / 100 % 100, value % 100, false);
                }

                return new DateParts(DateForm.Parts, value / 1_000_000, value / 10_000 % 100, value % 10_000, false);
            case 1 when lengths[0] == 7 && numbers[0] % 10_000 is >= MinYear and <= MaxYear:
                return new DateParts(DateForm.Parts, numbers[0] / 1_000_000, numbers[0] / 10_000 % 100, numbers[0] % 10_000, false);
            case 1 when lengths[0] == 5:
                return Serial(numbers[0]);
            case 1 when lengths[0] == 4:
                return YearOnly(numbers[0]);
            default:
                return default;
        }
    }

    private static DateParts Serial(int days) => days is >= MinSerial and <= MaxSerial ? new DateParts(DateForm.Serial, days, 0, 0, false) : default;

    private static DateParts YearOnly(int year) => year is >= MinYear and <= MaxYear ? new DateParts(DateForm.YearOnly, year, 0, 0, false) : default;

    private static bool TwoDigits(ReadOnlySpan<char> text, int at, out int value)
    {
        var (tens, units) = (text[at] - '0', text[at + 1] - '0');
        value = (tens * 10) + units;
        return (uint)tens <= 9 && (uint)units <= 9;
    }
}
