using System.Text.RegularExpressions;

namespace CareerPlatform.Import;

/// <summary>What the first values of a column look like: the shares by which an unclear header is decided.</summary>
internal sealed partial class ColumnSample
{
    private readonly int[] widths = new int[24];
    private readonly HashSet<string> distinct = [];
    private int digitsOnly;
    private int dates;
    private int years;
    private int marks;
    private int marksWithDecimals;
    private int phones;
    private int citizens;
    private int genders;
    private int crosses;
    private int outcomes;
    private int wishes;
    private int singleWords;
    private int manyWords;
    private int names;
    private int schools;
    private int upperSchools;
    private int classes;
    private int ethnic;
    private int ordered;
    private int withDigits;
    private long lastNumber;
    private int withLetters;

    public ColumnSample(IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Rows++;
            if (value.Length > 0) Note(value);
        }
    }

    public int Rows { get; }

    public int Filled { get; private set; }

    public double Digits => Share(digitsOnly);

    public double Dates => Share(dates);

    public double Years => Share(years);

    public double Marks => Share(marks);

    public double Decimals => Share(marksWithDecimals);

    public double Phones => Share(phones);

    public double Citizens => Share(citizens);

    public double Genders => Share(genders);

    public double Crosses => Share(crosses);

    public double Outcomes => Share(outcomes);

    public double Wishes => Share(wishes);

    public double SingleWords => Share(singleWords);

    public double ManyWords => Share(manyWords);

    public double Names => Share(names);

    public double Schools => Share(schools);

    public double UpperSchools => Share(upperSchools);

    public double Classes => Share(classes);

    public double Ethnic => Share(ethnic);

    public double WithDigits => Share(withDigits);

    public double WithLetters => Share(withLetters);

    public double Distinct => Filled == 0 ? 0 : (double)distinct.Count / Filled;

    /// <summary>A column that counts its rows.</summary>
    public bool IsOrdinal => Filled > 2 && ordered >= (Filled - 1) * 0.9;

    /// <summary>Share of digit-only values of this width.</summary>
    public double Width(int width) => digitsOnly == 0 ? 0 : (double)widths[width] / digitsOnly;

    public int UsualWidth => digitsOnly == 0 ? 0 : Array.IndexOf(widths, widths.Max());

    public static bool IsUpperSchool(ReadOnlySpan<char> text) => UpperSchoolText().IsMatch(text);

    private double Share(int count) => Filled == 0 ? 0 : (double)count / Filled;

    private void Note(string value)
    {
        Filled++;
        if (distinct.Count < 1000) distinct.Add(value);
        var letters = value.Any(char.IsLetter);
        var digits = value.Any(char.IsAsciiDigit);
        if (letters) withLetters++;
        if (digits) withDigits++;
        if (!value.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            digitsOnly++;
            widths[Math.Min(value.Length, widths.Length - 1)]++;
            if (long.TryParse(value, out var number))
            {
                if (number == lastNumber + 1) ordered++;
                lastNumber = number;
            }
        }

        var date = DateText.Split(value);
        if (date.Form is DateForm.YearOnly) years++;
        else if (date.Form is not DateForm.None && (date.Form is not DateForm.Serial || date.A is >= 32_000 and <= 48_000)) dates++;
        if (MarkText.TryRead(value, out var mark) && mark.State is not MarkState.NotInFile && mark.Value is null or <= 100)
        {
            marks++;
            if (mark.Value is not null && (value.Contains(',') || value.Contains('.'))) marksWithDecimals++;
        }

        if (digits && PhoneNumber.Read(value) is { E164: not null, Warning: not "phone_prefix_unknown" }) phones++;
        if (CitizenNumber.IsPlausible(value) || (value.Length == 11 && CitizenNumber.IsPlausible("0" + value))) citizens++;
        if (Import.Outcomes.Gender(value) is not null) genders++;
        if (Import.Outcomes.Cross(value) is not null) crosses++;
        if (value.Length <= 80 && (Import.Outcomes.Read(value) is not null || Import.Outcomes.Mentions(value))) outcomes++;
        if (Import.Outcomes.Wish(value) is not null) wishes++;
        if (ClassName().IsMatch(value)) classes++;
        if (letters && !digits)
        {
            var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 1) singleWords++;
            else manyWords++;
            if (EthnicGroups.IsKnown(value)) ethnic++;
            if (words.Length is >= 2 and <= 8 && value.Length <= 60 && PersonName.Surnames.Contains(Vietnamese.Fold(words[0])) && words.All(word => word.All(c => char.IsLetter(c) || c is '?' or '\'' or '-' or '.'))) names++;
        }

        if (SchoolText().IsMatch(value)) schools++;
        if (UpperSchoolText().IsMatch(value)) upperSchools++;
    }

    [GeneratedRegex(@"^(lớp\s*)?(\d{1,2}\s*[A-ZĐ]\d{0,2}|\d{1,2}[/.\-]\s*\d{1,2}|[A-Z]\d{1,2})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^(trường|thcs|th\s*&\s*thcs|th\s*-\s*thcs|th và thcs|ptdt|ptcs|pt dân tộc|trung học cơ sở|school)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SchoolText();

    [GeneratedRegex(@"^(trường\s+)?(thpt|ptth|trung học phổ thông|gdtx|gdnn|ttgd|trung tâm)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UpperSchoolText();
}

/// <summary>Names of the 54 ethnic groups and their common other spellings.</summary>
/// <remarks>Decision 421-TCTK/1979 of the General Statistics Office.</remarks>
internal static class EthnicGroups
{
    private static readonly HashSet<string> Known = [.. (
        "kinh|tay|thai|hoa|kho me|khmer|khome|muong|nung|mong|hmong|h mong|dao|gia rai|jrai|ngai|e de|ede|ba na|bana|xo dang|san chay|cao lan|san chi|co ho|cham|san diu|hre|mnong|m nong|ra glai|raglai|xtieng|" +
        "bru van kieu|van kieu|bru|tho|giay|co tu|gie trieng|ma|kho mu|khomu|kho mu|co|ta oi|cho ro|khang|xinh mun|ha nhi|chu ru|lao|la chi|la ha|phu la|la hu|lu|lo lo|chut|mang|pa then|co lao|cong|bo y|si la|pu peo|brau|o du|ro mam|nguoi nuoc ngoai")
        .Split('|')];

    public static bool IsKnown(string text) => Known.Contains(Vietnamese.Fold(text)) || (text.IndexOf('(') is > 0 and var open && Known.Contains(Vietnamese.Fold(text.AsSpan(0, open))));
}
