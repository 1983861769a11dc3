using System.Globalization;
using System.Text;

namespace CareerPlatform.Schools.Domain;

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
        var key = new StringBuilder(name.Length + 6);
        char tone = '\0';
        foreach (var character in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsWhiteSpace(character) || character is '-' or '.' or '\'' or '’')
            {
                EndWord();
                if (key.Length > 0 && key[^1] != ' ') key.Append(' ');
            }
            else if (ToneOf(character) is var found and not '\0')
            {
                if (keepAccents) tone = found;
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            {
                var lower = char.ToLowerInvariant(character);
                key.Append(!keepAccents && lower == 'đ' ? 'd' : lower);
            }
            else if (keepAccents)
            {
                key.Append(character);
            }
        }
        EndWord();
        return key.ToString().TrimEnd().Normalize(NormalizationForm.FormC);

        void EndWord()
        {
            if (tone != '\0') key.Append(tone);
            tone = '\0';
        }
    }

    static char ToneOf(char mark) => mark switch { '\u0300' => '1', '\u0301' => '2', '\u0309' => '3', '\u0303' => '4', '\u0323' => '5', _ => '\0' };
}
