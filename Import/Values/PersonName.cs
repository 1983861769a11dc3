using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace CareerPlatform.Import;

/// <summary>Repairs how a person's name is written: capital initials, names all in capitals, a question mark where a space was lost.</summary>
internal static class PersonName
{
    public static FrozenSet<string> Surnames { get; } = (
        "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh ha luong trinh doan dao mai to cao ta luu thai lam truong chu chau nghiem quach vuong trieu dam kieu " +
        "phung tong bach la thach tang khuc han ton lai luc tu mac khong hua diep banh ninh nong ma hoang lo lu vi quang ngan lang lau vu xong moong cut va gia tho mua hung ha kha lenh " +
        "sung giang thao vang ly lu co tao phu cho lau ly then bon dieu kpa rmah ksor siu rcham hmok nie y h a ro ka lieng kon sa to neang chau kim son dau chung bien giap nhu ung vien " +
        "cu doi ong au cam tieu phi doanh thieu sam sin ban trang dong lac tien tinh hoa ngoc an van luyen hau viet si cong thi nhan mong thanh tat uong duy xa").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when nothing needs repair: single spaces, each word with a capital initial and a small rest, letters only.</summary>
    public static bool IsRegular(ReadOnlySpan<char> name)
    {
        var first = true;
        var capitals = 0;
        var small = false;
        foreach (var c in name)
        {
            if (c == ' ')
            {
                if (first) return false;
                first = true;
                continue;
            }

            if (c < 0x80 ? !char.IsAsciiLetter(c) : !char.IsLetter(c)) return false;
            var upper = c < 0x80 ? c <= 'Z' : char.IsUpper(c);
            if (first != upper) return false;
            if (upper) capitals++;
            else small = true;
            first = false;
        }

        return !first && capitals > 0 && (small || name.Length <= 3);
    }

    /// <summary>The repaired name; the warning says what was done, the fault that letters are missing.</summary>
    public static (string Name, string? Warning, string? Fault) Repair(string name)
    {
        var (text, warning, fault) = (name, (string?)null, (string?)null);
        if (text.AsSpan().ContainsAny("?\uFFFD"))
        {
            (text, fault) = RepairLostCharacters(text);
            warning = "name_odd_character";
        }

        var written = Recase(text);
        if (written != text) warning ??= "name_case_repaired";
        foreach (var c in written)
        {
            if (char.IsLetter(c) || c is ' ' or '\'' or '’' or '-' or '.' or '`' || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark) continue;
            warning = "name_odd_character";
            break;
        }

        return (written, warning, fault);
    }

    /// <summary>A question mark between two whole syllables stood for a space that some code page did not have; anywhere else a letter is lost.</summary>
    private static (string Text, string? Fault) RepairLostCharacters(string text)
    {
        var repaired = new StringBuilder(text.Length);
        string? fault = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('?' or '\uFFFD'))
            {
                repaired.Append(text[i]);
                continue;
            }

            var before = WordBefore(text, i);
            var after = WordAfter(text, i);
            if (before.IsEmpty || after.IsEmpty)
            {
                // Beside a space or at the end nothing can be told from it; a lone mark is dropped.
                if (!before.IsEmpty || !after.IsEmpty) fault = IsWhole(before.IsEmpty ? after : before) && text[i] == '?' ? fault : "name_damaged";
                continue;
            }

            if (IsWhole(before) && IsWhole(after) && char.IsUpper(after[0])) repaired.Append(' ');
            else
            {
                fault = "name_damaged";
                repaired.Append(text[i]);
            }
        }

        return (CellText.Clean(repaired.ToString()) ?? text, fault);
    }

    private static bool IsWhole(ReadOnlySpan<char> word) => Vietnamese.IsSyllable(word) || Surnames.Contains(Vietnamese.Fold(word));

    private static ReadOnlySpan<char> WordBefore(string text, int at)
    {
        var start = at;
        while (start > 0 && char.IsLetter(text[start - 1])) start--;
        return text.AsSpan(start, at - start);
    }

    private static ReadOnlySpan<char> WordAfter(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && char.IsLetter(text[end])) end++;
        return text.AsSpan(at + 1, end - at - 1);
    }

    /// <summary>Capital initials; words all in capitals become small after the initial (TCVN3 capitals keep small accented letters, so ASCII letters decide).</summary>
    private static string Recase(string text)
    {
        var shouting = IsShouting(text);
        var result = text.ToCharArray();
        var initial = true;
        for (var i = 0; i < result.Length; i++)
        {
            var c = result[i];
            if (!char.IsLetter(c))
            {
                initial = c is ' ' or '-' or '.' or '\'' or '’';
                continue;
            }

            if (initial) result[i] = char.ToUpperInvariant(c);
            else if (shouting) result[i] = char.ToLowerInvariant(c);
            initial = false;
        }

        return new string(result);
    }

    /// <summary>A capital inside a word and no small ASCII letter anywhere: TCVN3's capital font leaves accented letters small.</summary>
    private static bool IsShouting(string text)
    {
        var inside = false;
        var initial = true;
        foreach (var c in text)
        {
            if (!char.IsLetter(c))
            {
                initial = c is ' ' or '-' or '.' or '\'' or '’';
                continue;
            }

            if (char.IsAsciiLetterLower(c)) return false;
            inside |= !initial && char.IsUpper(c);
            initial = false;
        }

        return inside;
    }
}
