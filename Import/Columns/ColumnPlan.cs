namespace CareerPlatform.Import;

/// <summary>How the cells of one column are to be read, decided from the whole column.</summary>
internal sealed class ColumnPlan(Column column)
{
    public int Index { get; } = column.Index;

    public Field Field { get; } = column.Field;

    public string Header { get; } = column.Header;

    /// <summary>The wish an outcome column is about, by its header.</summary>
    public int? Wish { get; } = column.Field is Field.Outcome or Field.IsAdmitted ? Outcomes.WishIn(column.Header) : null;

    /// <summary>For marks and outcomes: some row has one. A column that was only drawn says nothing of anybody.</summary>
    public bool Filled { get; set; }

    /// <summary>The column says who was admitted: in words, by a cross, or by the school that admitted.</summary>
    public bool TellsOutcome => Filled && (Field is Field.Outcome or Field.IsAdmitted || (Field is Field.AdmittedTo && Vietnamese.Fold(Header).Contains("trung tuyen", StringComparison.Ordinal)));

    public DateOrder DateOrder { get; set; } = DateOrder.DayMonthYear;

    /// <summary>Digits an id of this column has; 0 when they vary.</summary>
    public int Width { get; set; }

    /// <summary>Whether shorter ids have certainly lost leading zeros.</summary>
    public Padding Padding { get; set; }

    /// <summary>The column's names are all in capitals: said once for the column, not for each row.</summary>
    public bool InCapitals { get; set; }

    /// <summary>Marks above this are mistakes (a lost decimal comma, another number).</summary>
    public decimal MarkLimit { get; set; } = 10;
}

/// <summary>What to do with an id that is shorter than its column's.</summary>
internal enum Padding
{
    /// <summary>Lengths say nothing in this column.</summary>
    None,

    /// <summary>One zero is put back, more are doubtful.</summary>
    One,

    /// <summary>The column shows ids with leading zeros: they are put back.</summary>
    All,

    /// <summary>A zero may be missing, but nothing proves it.</summary>
    Doubtful,
}

/// <summary>Counts over one column in the first pass, from which its <see cref="ColumnPlan"/> is made.</summary>
internal sealed class ColumnProfile(ColumnPlan plan, bool date1904)
{
    private static readonly string[] TwentyWords = ["he so 2 ", "hs2 ", "hs 2 ", "x2 ", "x 2 ", "nhan 2 ", "nhan doi ", "thang diem 20 ", "thang 20 "];
    private readonly int[] widths = new int[21];
    private int dayFirst;
    private int monthFirst;
    private int yearFirst;
    private int either;
    private int twoDigitYears;
    private int serials;
    private int serialsPastTwelve;
    private int same;
    private int numbers;
    private readonly bool[] zeroKept = new bool[21];
    private int leadingZeros;
    private int commas;
    private int points;
    private int marks;
    private int words;
    private int aboveHundred;
    private int aboveTen;
    private int aboveTwenty;
    private int capitals;
    private int names;
    private long lastNumber;
    private bool counting = true;

    public ColumnPlan Plan => plan;

    public void Note(RowBuffer row)
    {
        var cell = CellText.Trim(row[plan.Index]);
        if (cell.IsEmpty) return;
        switch (plan.Field)
        {
            case Field.BirthDate:
                NoteDate(cell);
                break;
            case Field.CandidateNumber or Field.MinistryId:
                NoteId(IdText.Unwrap(cell));
                break;
            case Field.FullName or Field.SurnameAndMiddleName:
                names++;
                if (!ContainsSmall(cell)) capitals++;
                break;
            case Field.Outcome or Field.IsAdmitted or Field.AdmittedTo:
                words++;
                break;
            default:
                NoteMark(cell);
                break;
        }
    }

    /// <summary>Settles the plan and completes the column's description.</summary>
    public Column Decide(Column column, ReadOptions options, List<FileWarning> warnings)
    {
        switch (plan.Field)
        {
            case Field.BirthDate:
                DecideDateOrder(options, warnings);
                return column with { DateOrder = yearFirst > 0 && dayFirst + monthFirst + either == 0 ? DateOrder.YearMonthDay : plan.DateOrder };
            case Field.CandidateNumber or Field.MinistryId:
                DecideWidth(options, warnings);
                return plan.Width > 0 ? column with { Width = plan.Width } : column;
            case Field.FullName or Field.SurnameAndMiddleName:
                plan.InCapitals = names > 0 && capitals * 10 >= names * 9;
                if (plan.InCapitals) warnings.Add(new FileWarning("names_in_capitals", plan.Header, "Họ tên viết hoa toàn bộ, được đổi sang viết hoa chữ đầu."));
                return column;
            case Field.Outcome or Field.IsAdmitted or Field.AdmittedTo:
                plan.Filled = words > 0;
                return column;
            default:
                plan.Filled = marks + words > 0;
                plan.MarkLimit = LimitOf(Vietnamese.Fold(plan.Header));
                if (commas > 0 && points > 0) warnings.Add(new FileWarning("decimal_sign_mixed", plan.Header, "Cột dùng lẫn dấu phẩy và dấu chấm thập phân."));
                return commas + points > 0 ? column with { DecimalSign = commas >= points ? ',' : '.' } : column;
        }
    }

    private void NoteDate(ReadOnlySpan<char> cell)
    {
        var parts = DateText.Split(cell);
        switch (parts.Form)
        {
            case DateForm.Parts when parts.DayMustComeFirst:
                if (DateText.Resolve(parts, DateOrder.DayMonthYear, false, DateText.MaxYear) is not null) dayFirst++;
                break;
            case DateForm.Parts when parts.MonthMustComeFirst:
                if (DateText.Resolve(parts, DateOrder.MonthDayYear, false, DateText.MaxYear) is not null) monthFirst++;
                break;
            case DateForm.Parts when parts.CouldBeEither:
                either++;
                break;
            case DateForm.Parts:
                same++;
                break;
            case DateForm.YearFirst:
                yearFirst++;
                break;
            case DateForm.Serial:
                serials++;
                if (DateText.Resolve(parts, DateOrder.DayMonthYear, date1904, DateText.MaxYear) is { Day: > 12 }) serialsPastTwelve++;
                break;
        }

        if (parts.TwoDigitYear) twoDigitYears++;
    }

    private void NoteId(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty || id.Length >= widths.Length || id.ContainsAnyExceptInRange('0', '9')) return;
        numbers++;
        widths[id.Length]++;
        if (id[0] == '0') (leadingZeros, zeroKept[id.Length]) = (leadingZeros + 1, true);
        if (counting && id.Length <= 18)
        {
            var number = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
            counting = numbers == 1 ? number is 0 or 1 : number > lastNumber;
            lastNumber = number;
        }
    }

    private void NoteMark(ReadOnlySpan<char> cell)
    {
        if (!MarkText.TryRead(cell, out var mark) || mark.Value is not { } value)
        {
            words++;
            return;
        }

        marks++;
        if (cell.Contains(',')) commas++;
        else if (cell.Contains('.')) points++;
        if (value > 10) aboveTen++;
        if (value > 20) aboveTwenty++;
        if (value > 100) aboveHundred++;
    }

    /// <summary>Ten, unless the header or most of the column says otherwise; a mark above it has lost its decimal sign or is something else.</summary>
    private decimal LimitOf(string header)
    {
        if (plan.Field is Field.Total) return aboveHundred * 2 > marks ? 1000 : 100;
        if (header.EndsWith("thang diem 100", StringComparison.Ordinal) || header.EndsWith("thang 100", StringComparison.Ordinal) || aboveTwenty * 2 > marks) return 100;
        if (TwentyWords.Any(words => (header + " ").Contains(words, StringComparison.Ordinal))) return 20;
        return aboveTwenty * 10 <= aboveTen && (aboveTen * 2 > marks || (marks >= 50 && aboveTen * 5 >= marks)) ? 20 : 10;
    }

    private void DecideDateOrder(ReadOptions options, List<FileWarning> warnings)
    {
        var hint = Vietnamese.Fold(plan.Header);
        if (options.DateOrder is { } declared) plan.DateOrder = declared;
        else if (serials > 0 && serialsPastTwelve == 0 && dayFirst > 0 && serials + dayFirst > 2 && monthFirst + either + same == 0)
        {
            // A spreadsheet set to month first took 05/03 for May 3rd and left 17/02 as text: every date it did take is swapped.
            throw Refuse.DateOrderAmbiguous(plan.Header);
        }
        else if (dayFirst > 0 && monthFirst > 0)
        {
            plan.DateOrder = dayFirst >= monthFirst ? DateOrder.DayMonthYear : DateOrder.MonthDayYear;
            warnings.Add(new FileWarning("date_order_mixed", plan.Header, "Cột có cả ngày/tháng và tháng/ngày; phần ít hơn bị coi là sai."));
        }
        else if (monthFirst > 0 || (dayFirst == 0 && hint.Contains("mm dd", StringComparison.Ordinal)))
        {
            plan.DateOrder = DateOrder.MonthDayYear;
            warnings.Add(new FileWarning("date_order_month_first", plan.Header, "Cột được đọc theo thứ tự tháng/ngày/năm."));
        }
        else if (dayFirst == 0 && either > 0 && !hint.Contains("dd mm", StringComparison.Ordinal))
        {
            warnings.Add(new FileWarning("date_order_assumed", plan.Header, "Không ngày nào cho biết thứ tự; được đọc là ngày/tháng/năm."));
        }

        if (twoDigitYears > 0) warnings.Add(new FileWarning("two_digit_years", plan.Header, "Có năm sinh viết hai chữ số."));
        if (serials > 0 && dayFirst + monthFirst + either + yearFirst > 0) warnings.Add(new FileWarning("date_from_serial", plan.Header, "Có ngày sinh ở dạng số của bảng tính."));
    }

    private void DecideWidth(ReadOptions options, List<FileWarning> warnings)
    {
        if (numbers == 0) return;
        var usual = Array.LastIndexOf(widths, widths.Max());
        var declared = plan.Field is Field.CandidateNumber ? options.CandidateNumberWidth : null;
        if (plan.Field is Field.MinistryId)
        {
            // Ten digits (or twelve, the citizen number); of provinces 01 to 08 all may have lost their zero.
            if (usual is 9 or 11) (plan.Width, plan.Padding) = (usual + 1, Padding.One);
            else if (usual is 10 or 12) (plan.Width, plan.Padding) = (usual, leadingZeros > 0 ? Padding.All : Padding.Doubtful);
            return;
        }

        // What most rows have may be what most rows have left: longer numbers that are no slip of the pen show the width, unless numbers as short as most begin with a zero and so lost none.
        var width = declared ?? (zeroKept[usual] ? usual : Enumerable.Range(usual, widths.Length - usual).LastOrDefault(longer => widths[longer] * 20 >= numbers && (widths[longer] > 1 || widths[longer] * 5 >= numbers), usual));
        var shorter = widths.AsSpan(0, width).ToArray().Sum();
        plan.Width = width;
        if (shorter == 0) return;
        if (declared is null && (width < 4 || (leadingZeros == 0 && counting)))
        {
            plan.Width = 0;
            warnings.Add(new FileWarning("candidate_number_width_varies", plan.Header, "Số báo danh dài ngắn khác nhau, được giữ nguyên."));
            return;
        }

        var share = (double)widths[width] / numbers;
        plan.Padding = leadingZeros > 0 && widths[width] > 0 && share >= 0.5 ? Padding.All : share >= 0.7 ? Padding.One : Padding.Doubtful;
    }

    private static bool ContainsSmall(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is >= 'a' and <= 'z') return true;
        }

        return false;
    }
}

/// <summary>Ids as spreadsheets leave them: <c>="0123"</c>, a leading apostrophe, a trailing ".0".</summary>
internal static class IdText
{
    public static ReadOnlySpan<char> Unwrap(ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.Length < 2) return text;
        if (text[0] == '=' && text[1] == '"' && text[^1] == '"' && text.Length > 3) return CellText.Trim(text[2..^1]);
        if (text[0] is '\'' or '’' or '`') return CellText.Trim(text[1..]);
        return text.EndsWith(".0") && !text[..^2].ContainsAnyExceptInRange('0', '9') ? text[..^2] : text;
    }

    /// <summary>True for a number a spreadsheet rounded (4,03093E+10): its digits are gone.</summary>
    public static bool IsRounded(ReadOnlySpan<char> text)
    {
        var exponent = text.IndexOfAny('E', 'e');
        return exponent > 0 && exponent + 1 < text.Length && !text[..exponent].ContainsAnyExcept("0123456789.,") && text[exponent + 1] is '+' or '-' or (>= '0' and <= '9')
            && text[..exponent].ContainsAny('.', ',');
    }

    /// <summary>The same for an id with and without its leading zeros.</summary>
    public static ulong KeyOf(ReadOnlySpan<char> cell)
    {
        var text = Unwrap(cell);
        while (text.Length > 1 && text[0] == '0') text = text[1..];
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            if (c == ' ') continue;
            hash = (hash ^ char.ToUpperInvariant(c)) * 1099511628211UL;
        }

        return hash ^ (hash >> 29);
    }
}
