using System.Globalization;
using System.Text;

namespace CareerPlatform.Import;

/// <summary>A Vietnamese name as it is written and as it is compared.</summary>
public static class NameKey
{
    /// <summary>Composed (NFC) with single spaces.</summary>
    public static string Written(string name) => string.Join(' ', name.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)).Normalize(NormalizationForm.FormC);

    /// <summary>Equal for the same name whatever its case or the placing of its tone marks: "Thuý HOÀ" and "Thúy Hòa" are one key; "Hòa" and "Hóa" are two.</summary>
    public static string Of(string name) => Compare(name, keepAccents: true);

    /// <summary>Equal also when accents were lost: "Nguyễn Thị Ánh" and "nguyen thi anh".</summary>
    public static string Fold(string name) => Compare(name, keepAccents: false);

    /// <summary>Family name, middle names and given name: the first, the inner and the last word.</summary>
    public static (string Surname, string Middle, string Given) Parts(string name)
    {
        var words = name.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [] => ("", "", ""),
            [var given] => ("", "", given),
            [var surname, .. var middle, var given] => (surname, string.Join(' ', middle), given),
        };
    }

    static string Compare(string name, bool keepAccents)
    {
        var composed = name.IsNormalized() ? name : name.Normalize(NormalizationForm.FormC);
        Span<char> key = composed.Length <= 120 ? stackalloc char[composed.Length * 2 + 1] : new char[composed.Length * 2 + 1];
        var (length, tone) = (0, '\0');
        foreach (var character in composed)
        {
            if (char.IsWhiteSpace(character) || character is '-' or '.' or '\'' or '’')
            {
                EndWord(key);
                if (length > 0 && key[length - 1] != ' ') key[length++] = ' ';
            }
            else if (character < Letters.Length)
            {
                var letter = Letters[character];
                if (letter.Plain == '\0') continue;   // a combining mark that stands alone
                if (keepAccents && letter.Tone != '\0') tone = letter.Tone;
                key[length++] = keepAccents ? letter.Accented : letter.Plain;
            }
            else
            {
                key[length++] = char.ToLowerInvariant(character);
            }
        }
        EndWord(key);
        return new string(key[..length].TrimEnd(' '));

        void EndWord(Span<char> key)
        {
            if (tone != '\0') key[length++] = tone;
            tone = '\0';
        }
    }

    /// <summary>A letter in lower case without its tone, without any accent, and the tone as a digit.</summary>
    readonly record struct Letter(char Accented, char Plain, char Tone);

    static readonly Letter[] Letters = [.. Enumerable.Range(0, 0x2000).Select(code => Taken((char)code))];

    static Letter Taken(char letter)
    {
        var lower = char.ToLowerInvariant(letter) is 'ð' or 'ɖ' or 'ƌ' ? 'đ' : char.ToLowerInvariant(letter);
        var (marked, plain, tone) = (new StringBuilder(), '\0', '\0');
        foreach (var part in lower.ToString().Normalize(NormalizationForm.FormD))
        {
            if (ToneOf(part) is var found and not '\0') tone = found;
            else
            {
                marked.Append(part);
                if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark && plain == '\0') plain = part == 'đ' ? 'd' : part;
            }
        }
        var accented = marked.ToString().Normalize(NormalizationForm.FormC);
        return new Letter(accented.Length == 1 ? accented[0] : plain, plain, tone);
    }

    static char ToneOf(char mark) => mark switch { '\u0300' => '1', '\u0301' => '2', '\u0309' => '3', '\u0303' => '4', '\u0323' => '5', _ => '\0' };
}
