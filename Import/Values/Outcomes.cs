using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace CareerPlatform.Import;

/// <summary>Reads what became of a pupil, and the small closed lists: gender, crosses, wish numbers.</summary>
internal static partial class Outcomes
{
    private static readonly FrozenDictionary<string, Outcome> Phrases = Lookup(
        (Outcome.Admitted, "trung tuyen|da trung tuyen|duoc trung tuyen|trung tuyen chinh thuc|trung tuyen bo sung|trung tuyen thang|tuyen thang|do|da do|thi do|do tuyen thang|dau|da dau|thi dau|dat|tt|d|x|1|co|yes|true|pass|passed|admitted"),
        (Outcome.NotAdmitted, "khong trung tuyen|khong duoc trung tuyen|chua trung tuyen|khong trung|khong tt|khong do|chua do|khong dau|chua dau|khong dat|chua dat|ktt|kd|k|khong du diem|khong du diem trung tuyen|khong du diem chuan|thieu diem|" +
            "truot|thi truot|bi truot|rot|thi rot|bi rot|hong|thi hong|bi hong|loai|bi loai|khong|0|no|false|fail|failed|not admitted|without a place"),
        (Outcome.Absent, "vang|vang thi|vang mat|bo thi|khong thi|khong du thi|khong den thi|vang co phep|vang khong phep|vang thi co phep|vang thi khong phep|vt|v|absent"),
        (Outcome.Waiting, "cho|du bi|dbi|du khuyet|cho xet|xet bo sung|cho bo sung|cho xet bo sung|cho xet tuyen|cho xet tuyen bo sung|cho ket qua|waiting|waitlist"),
        (Outcome.Disqualified, "dinh chi|dinh chi thi|bi dinh chi|bi dinh chi thi|huy ket qua|huy ket qua thi|bi huy ket qua|bi huy ket qua thi|huy bai thi|vi pham|vi pham quy che|vi pham quy che thi|disqualified"));

    /// <summary>What a cell says, when the whole of it is one of the known phrases, also with the wish or school it is about; null for anything else, which only a person can decide.</summary>
    public static Outcome? Read(string text)
    {
        if (Phrase(Vietnamese.Fold(text)) is { } outcome) return outcome;
        // "Trượt NV1, đỗ NV2": every part must name its wish.
        Outcome? together = null;
        var parts = text.Split([',', ';', '/', '|', '\n', '+'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2) return null;
        foreach (var part in parts)
        {
            var folded = Vietnamese.Fold(part);
            if (!WishNumber().IsMatch(folded) || Phrase(folded) is not { } one) return null;
            together = Together(together, one);
        }

        return together;
    }

    /// <summary>Of several applications: admitted if any was; absent only if none was sat.</summary>
    public static Outcome Together(Outcome? one, Outcome other) => one is { } first && Weight(first) < Weight(other) ? first : other;

    /// <summary>True for text that speaks of an outcome, readable or not.</summary>
    public static bool Mentions(string text) => OutcomeWord().IsMatch(Vietnamese.Fold(text));

    /// <summary>What a list's title says of everybody in it: "danh sách học sinh (không) trúng tuyển …", and nothing that takes it back.</summary>
    /// <param name="line">A line above a list, or a sheet's name.</param>
    /// <param name="isWhole">A title says that it is a list; a sheet's name need not.</param>
    public static Outcome? Title(string line, bool isWhole = true)
    {
        var folded = Vietnamese.Fold(line);
        if (!isWhole && folded is "do" or "dau" or "truot" or "rot" or "hong") return Phrases[folded];
        if (ListTitle().Match(isWhole || folded.StartsWith("d", StringComparison.Ordinal) ? folded : $"ds {folded}") is not { Success: true } title || Qualifier().IsMatch(title.Groups[2].ValueSpan)) return null;
        return title.Groups[1].Success ? Outcome.NotAdmitted : Outcome.Admitted;
    }

    /// <summary>The wish a header is about: 2 for "Kết quả NV2".</summary>
    public static int? WishIn(string header) => WishNumber().Match(Vietnamese.Fold(header)) is { Success: true } wish ? Wish(wish.ValueSpan) : null;

    private static int Weight(Outcome outcome) => outcome switch { Outcome.Admitted => 0, Outcome.Waiting => 1, Outcome.NotAdmitted => 2, Outcome.Disqualified => 3, _ => 4 };

    private static Outcome? Phrase(string folded)
    {
        if (Phrases.TryGetValue(folded, out var outcome)) return outcome;
        var rest = Beside().Replace(WishNumber().Replace(folded, " "), " ").Trim();
        if (Admitting().Match(rest) is { Success: true } admitting) rest = Qualifier().IsMatch(admitting.Groups[1].ValueSpan) ? rest : "trung tuyen";
        rest = ShortNot().Replace(Spaces().Replace(rest, " "), "khong ");
        return Phrases.TryGetValue(rest, out outcome) ? outcome : null;
    }

    private static FrozenDictionary<string, Outcome> Lookup(params (Outcome Outcome, string Words)[] lists) =>
        lists.SelectMany(list => list.Words.Split('|').Select(words => KeyValuePair.Create(words, list.Outcome))).ToFrozenDictionary(StringComparer.Ordinal);

    [GeneratedRegex(@"(?<=^|\s|tt)(?:nv|nguyen vong)\s?(?:so\s)?(?:\d{1,2}|i{1,3})(?=\s|$)")]
    private static partial Regex WishNumber();

    [GeneratedRegex(@"^(?:ket qua|kq|thi sinh|hoc sinh)\s|\s(?:vao )?lop 10(?= |$)|\s(?:ky thi|dot \d|(?:ca |o )?(?:cac|moi|hai|ba|\d) (?:nv|nguyen vong)|(?:nv|nguyen vong) nao)(?= |$)")]
    private static partial Regex Beside();

    /// <summary>"Trúng tuyển (vào) trường …", "đỗ THPT …", "trúng tuyển lớp chuyên Toán": what follows is a name.</summary>
    [GeneratedRegex(@"^(?:da |duoc )?(?:(?:trung tuyen|tt)(?: vao)?|(?:do|dau) vao|(?:do|dau)(?= thpt| ptth| ptdtnt| gdtx)) (?:lop |he )?((?:truong|thpt|ptth|ptdtnt|gdtx|gdnn|trung tam|tt gdtx|chuyen)(?: .*)?)$")]
    private static partial Regex Admitting();

    [GeneratedRegex(@"(?:^| )(?:khong|ko|chua|dieu kien|du kien|nhap hoc|du bi|truot|rot|cho xet|bi huy|huy ket qua|huy trung tuyen)(?= |$)")]
    private static partial Regex Qualifier();

    [GeneratedRegex("^(?:k|ko|kh|hok) ")]
    private static partial Regex ShortNot();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();

    [GeneratedRegex("(?:^| )(?:trung tuyen|tuyen thang|truot|rot|vang|bo thi|du bi|du khuyet|dinh chi|huy ket qua|vi pham|admitted)(?= |$)")]
    private static partial Regex OutcomeWord();

    [GeneratedRegex(@"^(?:\w{1,4} )?(?:danh sach|ds) (?:cac |nhung )?(?:em )?(?:hoc sinh |thi sinh |hs |ts )?(?:lop 9 )?(?:da |duoc )?(khong |chua )?trung tuyen((?: .*)?)$")]
    private static partial Regex ListTitle();

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
