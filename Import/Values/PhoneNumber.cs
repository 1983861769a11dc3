using System.Text;

namespace CareerPlatform.Import;

/// <summary>A phone number as read from a cell.</summary>
/// <param name="E164">For example +84912345678; null when there is no number or it cannot be read.</param>
/// <param name="Remark">Words beside the number ("mẹ").</param>
/// <param name="Fault"><c>phone_invalid</c> or <c>multiple_values</c>.</param>
/// <param name="Warning"><c>leading_zero_lost</c> when the zero was put back, <c>phone_prefix_converted</c>, <c>phone_prefix_unknown</c>.</param>
public readonly record struct PhoneReading(string? E164, string? Remark, string? Fault, string? Warning);

/// <summary>Vietnamese phone numbers to E.164.</summary>
/// <remarks>
/// 11-digit mobile numbers became 10-digit ones in 2018 (Ministry of Information and Communications, decision 798/QĐ-BTTTT of 30/5/2018 and the
/// operators' plan; last stage 15/11/2018): the prefix changes, the last seven digits stay.
/// </remarks>
public static class PhoneNumber
{
    // Old prefix and new prefix, each without its zero: MobiFone, VinaPhone, Viettel, Vietnamobile and Gmobile.
    private static readonly Dictionary<string, string> Converted = (
        "120-70 121-79 122-77 126-76 128-78 123-83 124-84 125-85 127-81 129-82 " +
        "162-32 163-33 164-34 165-35 166-36 167-37 168-38 169-39 186-56 188-58 199-59").Split(' ').ToDictionary(pair => pair[..3], pair => pair[4..]);

    private static readonly HashSet<string> Mobile =
    [
        "32", "33", "34", "35", "36", "37", "38", "39", "52", "55", "56", "58", "59", "70", "76", "77", "78", "79", "81", "82", "83", "84", "85", "86", "87", "88", "89",
        "90", "91", "92", "93", "94", "96", "97", "98", "99",
    ];

    public static PhoneReading Read(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.IsEmpty) return default;
        if (text.Length == 10 && text[0] == '0' && !text.ContainsAnyExceptInRange('0', '9') && IsMobile(text[1..3])) return new PhoneReading($"+84{text[1..]}", null, null, null);
        return ReadSlowly((text.EndsWith(".0") ? text[..^2] : text).ToString());
    }

    private static PhoneReading ReadSlowly(string text)
    {
        var remark = new StringBuilder();
        var numbers = new List<string> { "" };
        var broken = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsDigit(c))
            {
                if (broken && numbers[^1].Length >= 8) numbers.Add("");
                broken = false;
                numbers[^1] += (char)('0' + (int)char.GetNumericValue(c));
            }
            else if (char.IsLetter(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                var start = i;
                while (i + 1 < text.Length && text[i + 1] is not (')' or '(' or ';' or '/' or ',' or ':' or '-') && !char.IsDigit(text[i + 1])) i++;
                var words = text[start..(i + 1)].Trim();
                broken = true;
                if (words.Length == 0) continue;
                if (remark.Length > 0) remark.Append(", ");
                remark.Append(words);
            }
            else if (c is '/' or ';' or ',' or '\\' or '&' or '|' or '\n')
            {
                broken = true;
            }
        }

        numbers.RemoveAll(number => number.Length == 0);
        var note = remark.Length == 0 ? null : CellText.Clean(remark.ToString());
        if (numbers.Count == 0) return text.AsSpan().ContainsAnyExcept("-–—*. /xX") && note is not null && !IsNothing(note) ? new PhoneReading(null, note, "phone_invalid", null) : default;
        if (numbers.Count > 1)
        {
            var read = numbers.ConvertAll(number => Normalise(number, false).E164);
            if (read.TrueForAll(number => number is not null))
            {
                return read.Distinct().Count() == 1 ? Normalise(numbers[0], false) with { Remark = note } : new PhoneReading(null, note, "multiple_values", null);
            }

            var whole = string.Concat(numbers);
            return whole.Length > 13 ? new PhoneReading(null, note, "multiple_values", null) : Normalise(whole, text.Contains('+')) with { Remark = note };
        }

        // Two numbers written with nothing but spaces or dashes between them.
        if (numbers[0].Length >= 18) return new PhoneReading(null, note, "multiple_values", null);
        return Normalise(numbers[0], text.Contains('+')) with { Remark = note };
    }

    private static PhoneReading Normalise(string digits, bool international)
    {
        var national = digits;
        var warning = (string?)null;
        if (national.StartsWith("0084", StringComparison.Ordinal)) national = "0" + national[4..];
        else if (national.StartsWith("084", StringComparison.Ordinal) && national.Length is 12 or 13) national = "0" + national[3..];
        else if (national.StartsWith("84", StringComparison.Ordinal) && national.Length is 11 or 12 or 13) national = national[2] == '0' ? national[2..] : "0" + national[2..];
        else if (international) return new PhoneReading(null, null, "phone_invalid", null);
        else if (!national.StartsWith('0') && ((national.Length == 9 && IsMobile(national.AsSpan(0, 2))) || (national.Length == 10 && Converted.ContainsKey(national[..3]))))
        {
            national = "0" + national;
            warning = "leading_zero_lost";
        }

        if (national.Length == 11 && national[0] == '0' && Converted.TryGetValue(national[1..4], out var prefix))
        {
            national = "0" + prefix + national[4..];
            warning ??= "phone_prefix_converted";
        }

        var landline = national.StartsWith("02", StringComparison.Ordinal) && national.Length is 10 or 11;
        var mobile = national.Length == 10 && national[0] == '0' && national[1] is '3' or '5' or '7' or '8' or '9';
        if (!landline && !mobile) return new PhoneReading(null, null, "phone_invalid", null);
        if (mobile && !IsMobile(national.AsSpan(1, 2))) warning ??= "phone_prefix_unknown";
        return new PhoneReading("+84" + national[1..], null, null, warning);
    }

    private static bool IsNothing(string note) => Vietnamese.Fold(note) is "khong" or "khong co" or "k" or "ko" or "x" or "none" or "null" or "chua co";

    private static bool IsMobile(ReadOnlySpan<char> prefix) => Mobile.GetAlternateLookup<ReadOnlySpan<char>>().Contains(prefix);
}
