using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace CareerPlatform.Import;

/// <summary>What is known of written Vietnamese: folding without accents, and which letter groups can be a syllable.</summary>
public static class Vietnamese
{
    private const string Tones = "\u0300\u0301\u0303\u0309\u0323";

    private static readonly string[] Onsets =
    [
        "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "q", "qu", "r", "s", "t", "th", "tr", "v", "x",
    ];

    private static readonly FrozenSet<string> Rhymes = (
        "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch êm ên ênh êp êt êu " +
        "i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet " +
        "oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut " +
        "uy uya uych uyên uyêt uynh uyt uyu uyn uơ ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ynh yt yn êng " +
        "êc iêng uôu oem oip uau").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Lower case, no accents (đ is d), everything that is neither letter nor digit a single space: the form in which headers and words are compared.</summary>
    public static string Fold(ReadOnlySpan<char> text)
    {
        var decomposed = text.ToString().Normalize(NormalizationForm.FormD);
        var folded = new StringBuilder(decomposed.Length);
        foreach (var c in decomposed)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark) continue;
            var lower = char.ToLowerInvariant(WithStroke(c)) is 'đ' ? 'd' : char.ToLowerInvariant(c);
            if (char.IsLetterOrDigit(lower)) folded.Append(lower);
            else if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
        }

        if (folded.Length > 0 && folded[^1] == ' ') folded.Length--;
        return folded.ToString();
    }

    /// <summary>Letters that look like Đ and are another language's (Icelandic eth, African D), put there by keyboards and fonts.</summary>
    public static char WithStroke(char c) => c switch { 'Ð' or 'Ɖ' or 'Ƌ' => 'Đ', 'ð' or 'ɖ' or 'ƌ' => 'đ', _ => c };

    /// <summary>True for letters that form one Vietnamese syllable with at most one tone.</summary>
    public static bool IsSyllable(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > 8) return false;
        var decomposed = word.ToString().ToLowerInvariant().Normalize(NormalizationForm.FormD);
        var tones = 0;
        var bare = new StringBuilder(decomposed.Length);
        foreach (var c in decomposed)
        {
            if (Tones.Contains(c)) tones++;
            else bare.Append(c);
        }

        if (tones > 1) return false;
        var letters = bare.ToString().Normalize(NormalizationForm.FormC);
        foreach (var onset in Onsets)
        {
            if (letters.StartsWith(onset, StringComparison.Ordinal) && Rhymes.Contains(letters[onset.Length..])) return true;
        }

        return false;
    }

    /// <summary>How many of the words with accented letters are Vietnamese syllables.</summary>
    public static (int Valid, int Words) CountSyllables(ReadOnlySpan<char> text)
    {
        var (valid, words) = (0, 0);
        var start = -1;
        var accented = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            if (c > 0x7F ? !char.IsWhiteSpace(c) : char.IsAsciiLetter(c))
            {
                if (start < 0) (start, accented) = (i, false);
                accented |= c > 0x7F;
            }
            else
            {
                if (start >= 0 && accented)
                {
                    words++;
                    if (IsSyllable(text[start..i])) valid++;
                }

                start = -1;
            }
        }

        return (valid, words);
    }
}
