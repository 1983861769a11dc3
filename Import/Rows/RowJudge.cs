namespace CareerPlatform.Import;

/// <summary>What a row is.</summary>
internal enum RowNature
{
    Data,
    Blank,
    RepeatedHeader,

    /// <summary>Totals, notes, dates and signatures, section titles.</summary>
    TotalOrNote,
}

/// <summary>Tells pupils' rows from what surrounds them: page-break headers, totals, "danh sách này có …", signatures.</summary>
/// <remarks>A row with an id is a pupil's. Without one it needs a name and something of a pupil beside it; a name alone may be a signature.</remarks>
internal sealed class RowJudge
{
    private static readonly string[] SumWords = ["tổng", "cộng", "trung bình", "điểm trung bình", "số lượng", "tỷ lệ", "tỉ lệ", "total", "sum", "average", "danh sách này", "(danh sách"];

    private static readonly string[] NoteWords =
    [
        "danh sách có", "danh sách gồm", "ấn định", "người lập", "lập danh sách", "lập bảng", "hiệu trưởng", "phó hiệu trưởng", "chủ tịch", "thư ký", "giám đốc", "tm.", "kt.", "ghi chú:", "nơi nhận",
        "xác nhận", "ngày ", "trang số", "ký tên", "hội đồng thi", "phòng thi",
    ];

    private readonly int[] ids;
    private readonly int[] names;
    private readonly Column[] typed;
    private readonly int ordinal;
    private readonly int mapped;
    private readonly string[][] headers;
    private bool afterHeader = true;

    public RowJudge(IReadOnlyList<Column> columns, IReadOnlyList<SampleRow> headerRows)
    {
        ids = [.. columns.Where(column => column.Field is Field.CandidateNumber or Field.MinistryId or Field.CitizenId).Select(column => column.Index)];
        names = [.. columns.Where(column => column.Field is Field.FullName or Field.SurnameAndMiddleName or Field.GivenName or Field.Surname).Select(column => column.Index)];
        typed = [.. columns.Where(column => column.Field is Field.BirthDate or Field.BirthYear or Field.Gender or Field.Phone or Field.Literature or Field.Mathematics or Field.ForeignLanguage or Field.Total or Field.Specialised
            or Field.OtherMark or Field.Outcome or Field.Class or Field.Ethnicity or Field.IsFemale or Field.School or Field.AdmittedTo)];
        ordinal = columns.FirstOrDefault(column => column.Field is Field.Ordinal)?.Index ?? -1;
        mapped = columns.Count(column => column.Field is not (Field.Ignored or Field.Ordinal));
        headers = [.. headerRows.Select(row => row.Texts.Select(text => Vietnamese.Fold(text)).ToArray())];
    }

    public void Restart() => afterHeader = true;

    public RowNature Judge(RowBuffer row)
    {
        if (row.Flaw is not null) return RowNature.Data;
        foreach (var id in ids)
        {
            if (row.KindOf(id) is CellKind.FormulaWithoutValue) return RowNature.Data;
            if (!LooksLikeId(row[id])) continue;
            if (afterHeader && headers.Length > 0 && HeaderFinder.IsIndexRow(row.ToTexts())) return RowNature.RepeatedHeader;
            if (NamesBlank(row) && StartsWithTotal(row, besideId: true)) return RowNature.TotalOrNote;
            afterHeader = false;
            return RowNature.Data;
        }

        return JudgeWithoutId(row);
    }

    private RowNature JudgeWithoutId(RowBuffer row)
    {
        if (row.IsBlank()) return RowNature.Blank;
        if (IsHeader(row))
        {
            afterHeader = true;
            return RowNature.RepeatedHeader;
        }

        if (afterHeader && headers.Length > 0 && HeaderFinder.IsIndexRow(row.ToTexts())) return RowNature.RepeatedHeader;
        afterHeader = false;
        var (values, personal) = (0, false);
        foreach (var column in typed)
        {
            if (!IsTyped(column.Field, row[column.Index])) continue;
            values++;
            personal |= column.Field is Field.BirthDate or Field.BirthYear or Field.Gender or Field.IsFemale or Field.Ethnicity or Field.Class or Field.School or Field.Outcome or Field.AdmittedTo;
        }

        // Totals and averages have marks too; what only a pupil has decides before their words do.
        if ((!personal || NamesBlank(row)) && StartsWithTotal(row, besideId: false)) return RowNature.TotalOrNote;
        var counted = ordinal >= 0 && LooksLikeId(row[ordinal]);
        if (!NamesBlank(row)) return values > 0 || counted || mapped <= 2 ? RowNature.Data : RowNature.TotalOrNote;
        return values >= 2 || (names.Length == 0 && ids.Length == 0) || (counted && values > 0) ? RowNature.Data : RowNature.TotalOrNote;
    }

    private bool NamesBlank(RowBuffer row)
    {
        foreach (var name in names)
        {
            if (!CellText.Trim(row[name]).IsEmpty) return false;
        }

        return true;
    }

    private static bool LooksLikeId(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.IsEmpty || text.Length > 24) return false;
        if (!text.ContainsAnyExceptInRange('0', '9')) return true;
        var digits = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c)) digits++;
        }

        return digits * 2 >= text.Length && digits > 0 && !text.Contains('/') && text.Count(' ') <= 2;
    }

    private static bool IsTyped(Field field, ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.IsEmpty) return false;
        return field switch
        {
            Field.BirthDate or Field.BirthYear => DateText.Split(text).Form is not DateForm.None && !text.StartsWith("ngày", StringComparison.OrdinalIgnoreCase),
            Field.AdmittedTo => ColumnSample.IsUpperSchool(text) || text.StartsWith("Trường ", StringComparison.OrdinalIgnoreCase),
            Field.Gender => Outcomes.Gender(text) is not null,
            Field.IsFemale => Outcomes.Cross(text) is true,
            Field.Phone => text.ContainsAnyInRange('0', '9'),
            Field.Outcome => text.Length <= 80 && (Outcomes.Read(text.ToString()) is not null || Outcomes.Mentions(text.ToString())),
            Field.Class => text.Length <= 8 && text.ContainsAnyInRange('0', '9'),
            Field.Ethnicity => text.Length <= 30 && EthnicGroups.IsKnown(text.ToString()),
            Field.School => text.StartsWith("THCS", StringComparison.OrdinalIgnoreCase) || text.StartsWith("Trường", StringComparison.OrdinalIgnoreCase),
            _ => MarkText.TryRead(text, out var mark) && mark.State is not MarkState.NotInFile,
        };
    }

    private bool IsHeader(RowBuffer row)
    {
        foreach (var header in headers)
        {
            var (same, filled) = (0, 0);
            for (var column = 0; column < row.Count; column++)
            {
                var cell = CellText.Trim(row[column]);
                if (cell.IsEmpty) continue;
                filled++;
                if (cell.Length <= 80 && column < header.Length && header[column].Length > 0 && Vietnamese.Fold(cell) == header[column]) same++;
            }

            if (same > 0 && (same >= 2 || filled == 1) && same * 2 > filled) return true;
        }

        return false;
    }

    /// <summary>The first words of a row, numbers apart, are those of a sum or a note; beside an id only those of a sum count, since a council or a room may be named there.</summary>
    private static bool StartsWithTotal(RowBuffer row, bool besideId)
    {
        for (var column = 0; column < row.Count; column++)
        {
            var cell = CellText.Trim(row[column]);
            if (cell.IsEmpty || !cell.ContainsAnyExcept("0123456789.,-")) continue;
            var text = (CellText.Clean(cell) ?? "").ToLowerInvariant();
            if (Array.Exists(SumWords, Starts)) return true;
            return !besideId && (text is ['t', 'r', 'a', 'n', 'g', ' ', >= '0' and <= '9', ..] || Array.Exists(NoteWords, Starts));

            bool Starts(string word) => text.StartsWith(word, StringComparison.Ordinal) && (text.Length == word.Length || !char.IsLetter(text[word.Length]) || word[^1] == ' ');
        }

        return false;
    }
}
