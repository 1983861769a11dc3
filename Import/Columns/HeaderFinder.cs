namespace CareerPlatform.Import;

/// <summary>A row of the sample with its cells as cleaned text.</summary>
internal sealed record SampleRow(int SourceRow, string[] Texts)
{
    public string this[int column] => column < Texts.Length ? Texts[column] : "";
}

/// <summary>The header that was found: its rows in the sample, and for each column its texts from top to bottom.</summary>
internal sealed record HeaderFound(IReadOnlyList<int> Rows, IReadOnlyList<IReadOnlyList<string>> Texts, int DataStart, double Score)
{
    public static HeaderFound None { get; } = new([], [], 0, 0);
}

/// <summary>Finds the header among letterhead lines: the row with the most words that name columns and no values, with the group row above or the part row below it.</summary>
internal static class HeaderFinder
{
    private const int MaxDepth = 120;

    public static HeaderFound Find(IReadOnlyList<SampleRow> rows)
    {
        var best = -1;
        var bestScore = 0.0;
        for (var i = 0; i < Math.Min(rows.Count, MaxDepth); i++)
        {
            var score = Score(rows[i].Texts);
            if (score > bestScore) (best, bestScore) = (i, score);
        }

        if (best < 0) return HeaderFound.None;
        var first = best;
        while (first > 0 && first > best - 2 && IsGroupRow(rows[first - 1], rows[first])) first--;
        var last = best;
        while (last + 1 < rows.Count && last < first + 3 && IsPartRow(rows, first, last, rows[last + 1])) last++;
        var indexes = Enumerable.Range(first, last - first + 1).ToArray();
        var start = last + 1;
        if (start < rows.Count && IsIndexRow(rows[start].Texts)) start++;
        return new HeaderFound(indexes, Texts([.. indexes.Select(index => rows[index])]), start, bestScore);
    }

    /// <summary>A row that numbers the columns: 1, 2, 3 … or (1), (2), (3) … or A, B, 1, 2 ….</summary>
    public static bool IsIndexRow(IReadOnlyList<string> texts)
    {
        var expected = 0;
        var seen = 0;
        foreach (var text in texts)
        {
            var plain = text.AsSpan().Trim("() []");
            if (plain.IsEmpty) continue;
            if (plain.Length == 1 && plain[0] is >= 'A' and <= 'Z' && expected == 0)
            {
                seen++;
                continue;
            }

            var digits = plain;
            if (plain.IndexOf('=') is > 0 and var formula) digits = plain[..formula].Trim();
            if (!int.TryParse(digits, out var number) || digits.Length > 3) return false;
            if (expected == 0 ? number is not (1 or 2 or 3) : number != expected + 1) return false;
            expected = number;
            seen++;
        }

        return seen >= 3 && expected >= 2;
    }

    /// <summary>Digits with nothing but separators: a value, never a header.</summary>
    public static bool IsValue(string text)
    {
        var digits = 0;
        foreach (var c in text)
        {
            if (char.IsDigit(c)) digits++;
            else if (char.IsLetter(c)) return false;
        }

        return digits > 0;
    }

    private static double Score(string[] texts)
    {
        var (exact, loose, values, filled) = (0, 0, 0, 0);
        var seen = new HashSet<string>();
        foreach (var text in texts)
        {
            if (text.Length == 0) continue;
            filled++;
            if (IsValue(text))
            {
                values++;
                continue;
            }

            if (text.Length > 80 || !seen.Add(text)) continue;
            var confidence = HeaderWords.Match([text]).Confidence;
            if (confidence >= 0.9 || HeaderWords.IsGroup(Vietnamese.Fold(text))) exact++;
            else if (confidence > 0) loose++;
        }

        if (filled == 0) return 0;
        var needed = filled <= 2 ? 1 : 2;
        if (exact + (filled > 2 ? loose / 2 : 0) < needed) return 0;
        return exact + (loose * 0.5) - values;
    }

    private static bool IsGroupRow(SampleRow above, SampleRow below)
    {
        if (below.SourceRow != above.SourceRow + 1) return false;
        var (known, filled) = (0, 0);
        foreach (var text in above.Texts)
        {
            if (text.Length == 0) continue;
            filled++;
            if (IsValue(text) || text.Length > 60) return false;
            if (HeaderWords.IsSurelyKnown(text)) known++;
        }

        return known > 0 && known * 2 >= filled && above.Texts.Length <= below.Texts.Length + 2
            && above.Texts.Select((text, column) => (text, column)).All(cell => cell.text.Length == 0 || cell.column < below.Texts.Length);
    }

    private static bool IsPartRow(IReadOnlyList<SampleRow> rows, int first, int last, SampleRow next)
    {
        if (next.SourceRow > rows[last].SourceRow + 1) return false;
        var (known, filled) = (0, 0);
        for (var column = 0; column < next.Texts.Length; column++)
        {
            var text = next[column];
            if (text.Length == 0) continue;
            if (IsValue(text) || text.Length > 60) return false;
            var above = Enumerable.Range(first, last - first + 1).Select(index => rows[index][column]).LastOrDefault(parent => parent.Length > 0) ?? "";
            if (string.Equals(above, text, StringComparison.OrdinalIgnoreCase)) continue;
            filled++;
            if (above.Length > 0 && !MayHaveParts(above)) return false;
            if (HeaderWords.IsSurelyKnown(text)) known++;
        }

        return filled > 0 && known * 10 >= filled * 6;
    }

    private static bool MayHaveParts(string header)
    {
        var folded = Vietnamese.Fold(header);
        return HeaderWords.IsGroup(folded)
            || folded.StartsWith("diem", StringComparison.Ordinal)
            || folded.StartsWith("mon", StringComparison.Ordinal)
            || HeaderWords.Match([header]).Field is Field.FullName or Field.BirthDate or Field.BirthYear or Field.Gender or Field.Address or Field.PlaceOfBirth or Field.Father or Field.Mother
                or Field.Guardian or Field.WishNumber or Field.School or Field.Total or Field.Outcome or Field.Phone or Field.PriorityPoints or Field.BonusPoints or Field.Ignored;
    }

    private static List<IReadOnlyList<string>> Texts(IReadOnlyList<SampleRow> rows)
    {
        var width = rows.Max(row => row.Texts.Length);
        var filled = rows.Select(row => row.Texts.Concat(Enumerable.Repeat("", width - row.Texts.Length)).ToArray()).ToArray();
        for (var level = filled.Length - 2; level >= 0; level--)
        {
            // A header over several columns stands in the first of them: carry it over those that have a part below.
            for (var column = 1; column < width; column++)
            {
                if (filled[level][column].Length > 0 || filled[level][column - 1].Length == 0) continue;
                if (filled[level + 1][column].Length > 0 && filled[level + 1][column - 1].Length > 0
                    && !string.Equals(filled[level][column - 1], filled[level + 1][column - 1], StringComparison.OrdinalIgnoreCase))
                {
                    filled[level][column] = filled[level][column - 1];
                }
            }
        }

        var texts = new List<IReadOnlyList<string>>(width);
        for (var column = 0; column < width; column++)
        {
            var levels = new List<string>();
            foreach (var row in filled)
            {
                var text = row[column];
                if (text.Length > 0 && (levels.Count == 0 || !string.Equals(levels[^1], text, StringComparison.OrdinalIgnoreCase))) levels.Add(text);
            }

            texts.Add(levels);
        }

        return texts;
    }
}
