namespace CareerPlatform.Schools.Import;

/// <summary>Reads what became of a pupil, and the small closed lists: gender, crosses, wish numbers.</summary>
internal static class Outcomes
{
    public static Outcome? Read(string text)
    {
        var folded = Vietnamese.Fold(text);
        switch (folded)
        {
            case "vang" or "vt" or "v" or "absent" or "bo thi": return Outcome.Absent;
            case "khong" or "truot" or "rot" or "hong" or "ktt" or "fail" or "failed" or "0" or "false" or "no" or "loai" or "kd" or "k": return Outcome.NotAdmitted;
            case "cho" or "dbi" or "waiting" or "waitlist": return Outcome.Waiting;
            case "do" or "dau" or "dat" or "tt" or "admitted" or "pass" or "passed" or "x" or "1" or "true" or "yes" or "d": return Outcome.Admitted;
        }

        bool Has(params ReadOnlySpan<string> phrases)
        {
            foreach (var phrase in phrases)
            {
                if ((" " + folded + " ").Contains(" " + phrase + " ", StringComparison.Ordinal)) return true;
            }

            return false;
        }

        if (Has("vang thi", "vang mat", "khong du thi", "bo thi", "thi sinh vang", "vang co phep", "vang khong phep")) return Outcome.Absent;
        if (Has("dinh chi", "huy ket qua", "vi pham", "disqualified")) return Outcome.Disqualified;
        if (Has("khong trung tuyen", "khong do", "khong dau", "khong dat", "not admitted", "chua trung tuyen", "chua dat", "without a place", "k dat", "ko dat", "ko do", "k do", "thi truot", "thi hong", "bi truot")) return Outcome.NotAdmitted;
        if (Has("du bi", "du khuyet", "cho xet", "xet bo sung", "cho bo sung")) return Outcome.Waiting;
        return Has("trung tuyen", "tuyen thang", "thi do", "da do", "da dau") ? Outcome.Admitted : null;
    }

    public static string? Gender(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.Equals("Nam", StringComparison.OrdinalIgnoreCase)) return "male";
        if (text is "Nữ" or "nữ" or "NỮ") return "female";
        if (text.Length > 12) return null;
        return Vietnamese.Fold(text) switch
        {
            "nam" or "m" or "male" or "trai" or "boy" => "male",
            "nu" or "f" or "female" or "gai" or "girl" => "female",
            _ => null,
        };
    }

    /// <summary>True for a cross, false for none, null when the cell is something else.</summary>
    public static bool? Cross(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.IsEmpty) return false;
        if (text.Length == 1 && text[0] is 'x' or 'X' or '1' or '+' or '×' or '✓' or '✔' or 'v' or 'V' or '*' or 'ü' or '√') return true;
        if (text.Length > 12) return null;
        return Vietnamese.Fold(text) switch
        {
            "x" or "true" or "co" or "yes" or "y" or "nu" or "xx" => true,
            "0" or "false" or "khong" or "no" or "n" or "nam" or "" => false,
            _ => null,
        };
    }

    /// <summary>The wish's number in "NV2", "Nguyện vọng 2", "2"; null when it is not written so.</summary>
    public static int? Wish(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.Length == 1 && char.IsAsciiDigit(text[0])) return text[0] - '0';
        if (text.Length > 40) return null;
        return Vietnamese.Fold(text).Replace("nguyen vong", "nv", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal) switch
        {
            ['n', 'v', >= '1' and <= '9' and var digit] => digit - '0',
            "nvi" => 1,
            "nvii" => 2,
            "nviii" => 3,
            ['1', '0'] or "nv10" => 10,
            ['t', 't', 'n', 'v', >= '1' and <= '9' and var digit] => digit - '0',
            _ => null,
        };
    }
}
