using System.Collections.Frozen;
using System.Globalization;

namespace CareerPlatform.Import;

/// <summary>Reads marks: decimal comma or point, the words for absent, and zero, which is a mark.</summary>
internal static class MarkText
{
    private static readonly FrozenDictionary<string, MarkState> Words = Build();

    /// <summary>False when the cell is neither a mark nor a word for its absence; an empty cell is <see cref="MarkState.NotInFile"/> and left to the caller.</summary>
    public static bool TryRead(ReadOnlySpan<char> cell, out Mark mark)
    {
        var text = CellText.Trim(cell);
        mark = default;
        if (text.IsEmpty) return true;
        if (TryFast(text, out var value))
        {
            mark = Mark.Of(value);
            return true;
        }

        return TrySlowly(text, out mark);
    }

    private static bool TryFast(ReadOnlySpan<char> text, out decimal value)
    {
        var number = 0;
        var decimals = -1;
        value = 0;
        if (text.Length > 8) return false;
        foreach (var c in text)
        {
            if ((uint)(c - '0') <= 9)
            {
                number = (number * 10) + (c - '0');
                if (decimals >= 0) decimals++;
            }
            else if (c is ',' or '.' && decimals < 0)
            {
                decimals = 0;
            }
            else
            {
                return false;
            }
        }

        if (decimals == 0 || text.Length == 0) return false;
        while (decimals > 0 && number % 10 == 0)
        {
            number /= 10;
            decimals--;
        }

        value = new decimal(number, 0, 0, false, (byte)Math.Max(0, decimals));
        return true;
    }

    private static bool TrySlowly(ReadOnlySpan<char> text, out Mark mark)
    {
        mark = default;
        if (text.Length > 40) return false;
        var plain = text.ToString().Replace(',', '.').Trim('\'', '"');
        if (decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            if (number == -1)
            {
                mark = new Mark(MarkState.Absent, null);
                return true;
            }

            if (number < 0 || number > 10_000) return false;
            mark = Mark.Of(Math.Round(number, 4) / 1.0000m);
            return true;
        }

        var folded = Vietnamese.Fold(text).Replace(" ", "", StringComparison.Ordinal);
        if (folded.Length == 0)
        {
            // Nothing but dashes, stars and the like.
            mark = new Mark(MarkState.Absent, null);
            return !text.ContainsAnyExcept("-–—−*._/\\ ~");
        }

        if (!Words.TryGetValue(folded, out var state)) return false;
        mark = new Mark(state, null);
        return true;
    }

    private static FrozenDictionary<string, MarkState> Build()
    {
        var words = new Dictionary<string, MarkState>();
        Add(MarkState.Absent, "v vang vangthi vt bo bothi x k kt khongthi khongduthi kdt khdt vangmat absent abs a na null none vg vp vkp vpt vcp nghi vangcophep vangkhongphep boduthi nan");
        Add(MarkState.Exempt, "m mien mienthi mt exempt tuyenthang");
        Add(MarkState.Disqualified, "dc dinhchi dinhchithi dct huy huykq huyketqua huybai disqualified viphamquyche vpqc");
        return words.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(MarkState state, string list)
        {
            foreach (var word in list.Split(' ')) words[word] = state;
        }
    }
}
