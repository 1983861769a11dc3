namespace CareerPlatform.Import;

/// <summary>Decides what each column means: by its header, corrected by what its values look like; by values alone where the header says nothing.</summary>
internal static class ColumnMapper
{
    /// <summary>Meanings several columns may share.</summary>
    private static readonly HashSet<Field> Repeatable = [Field.Ignored, Field.OtherMark, Field.Note, Field.GuardianPhone, Field.Address, Field.Ordinal];

    /// <summary>Meanings of which two filled columns under one header leave open whose values count.</summary>
    private static readonly HashSet<Field> Essential =
        [Field.CandidateNumber, Field.MinistryId, Field.CitizenId, Field.FullName, Field.BirthDate, Field.Literature, Field.Mathematics, Field.ForeignLanguage, Field.Specialised, Field.Total, Field.Outcome, Field.IsAdmitted];

    public static (List<Column> Columns, List<FileWarning> Warnings) Map(HeaderFound header, int width, IReadOnlyList<SampleRow> data, ReadOptions options)
    {
        var warnings = new List<FileWarning>();
        var samples = Enumerable.Range(0, width).Select(column => new ColumnSample(data.Select(row => row[column]))).ToArray();
        var columns = new List<Column>(width);
        for (var index = 0; index < width; index++)
        {
            var texts = index < header.Texts.Count ? header.Texts[index] : [];
            var (field, confidence) = HeaderWords.Match(texts);
            var name = texts.Count == 0 ? Name(index) : string.Join(" – ", texts);
            columns.Add(new Column(index, name, field, confidence, confidence > 0 ? "header" : "none"));
        }

        for (var index = 0; index < width; index++)
        {
            var corrected = Correct(columns, index, samples);
            if (corrected.Field is Field.Ignored && columns[index].Field is not Field.Ignored) warnings.Add(new FileWarning("column_content_mismatch", corrected.Header, "Nội dung của cột không giống với tiêu đề; cột được bỏ qua."));
            columns[index] = corrected;
        }

        SplitNames(columns, samples, header);
        for (var index = 0; index < width; index++)
        {
            if (columns[index].Source != "none" || samples[index].Filled == 0) continue;
            if (Guess(columns, index, samples[index], header.Rows.Count == 0) is { } guess) columns[index] = columns[index] with { Field = guess.Field, Confidence = guess.Confidence, Source = "content" };
        }

        if (options.Columns is { } declared)
        {
            foreach (var (index, field) in declared)
            {
                if (index < 0 || index >= width) throw Refuse.ColumnsMismatch("A declared column is not in the file.", declared.Keys.Select(Name).ToArray(), columns.ConvertAll(column => column.Header));
                if (!Repeatable.Contains(field))
                {
                    for (var other = 0; other < width; other++)
                    {
                        if (other != index && columns[other].Field == field && !declared.ContainsKey(other)) columns[other] = columns[other] with { Field = Field.Ignored, Confidence = 1, Source = "declared" };
                    }
                }

                columns[index] = columns[index] with { Field = field, Confidence = 1, Source = "declared" };
            }
        }

        Resolve(columns, samples, data, warnings);
        foreach (var column in columns)
        {
            if (column.Field is Field.Ignored && samples[column.Index].Filled > 0 && column.Source is "none") warnings.Add(new FileWarning("column_ignored", column.Header, "Không rõ ý nghĩa của cột, cột được bỏ qua."));
            else if (column.Field is not Field.Ignored && column.Confidence < 0.75) warnings.Add(new FileWarning("column_uncertain", column.Header, "Ý nghĩa của cột được đoán, cần kiểm tra lại."));
        }

        return (columns, warnings);
    }

    public static string Name(int index) => $"cột {index + 1}";

    /// <summary>A header that fits several meanings takes the one its values have; one whose values contradict it is dropped.</summary>
    private static Column Correct(List<Column> columns, int index, ColumnSample[] samples)
    {
        var (column, sample) = (columns[index], samples[index]);
        if (sample.Filled == 0 || column.Field is Field.Ignored) return column;
        var field = column.Field switch
        {
            Field.BirthYear when sample.Dates >= 0.5 => Field.BirthDate,
            Field.BirthDate when sample.Years >= 0.8 => Field.BirthYear,
            Field.IsMale when sample.Years >= 0.8 => Field.BirthYear,
            Field.IsMale or Field.IsFemale when sample.Genders >= 0.8 && sample.Distinct * sample.Filled > 1 => Field.Gender,
            Field.Gender when sample.Crosses >= 0.9 && sample.Genders < 0.5 => Field.Ignored,
            Field.Wish1 or Field.Wish2 or Field.Wish3 when sample.Outcomes >= 0.8 && sample.UpperSchools < 0.2 => Field.Outcome,
            Field.IsAdmitted when sample.Outcomes >= 0.8 && sample.Crosses < 0.8 => Field.Outcome,
            Field.IsAdmitted when sample.Crosses < 0.5 && sample.WithLetters >= 0.5 => Field.AdmittedTo,
            Field.AdmittedTo when sample.Outcomes >= 0.8 && sample.UpperSchools < 0.2 => Field.Outcome,
            Field.Outcome when sample.Outcomes < 0.5 && sample.UpperSchools >= 0.5 => Field.AdmittedTo,
            Field.Outcome when sample.Outcomes < 0.5 => Field.Ignored,
            Field.WishNumber when sample.Wishes < 0.5 && sample.WithLetters >= 0.5 => Field.Wish1,
            Field.Wish1 or Field.Wish2 or Field.Wish3 when sample.WithLetters < 0.5 => Field.Ignored,
            Field.GivenName when sample.ManyWords > 0.5 && !columns.Exists(other => other.Field is Field.SurnameAndMiddleName or Field.Surname or Field.MiddleName or Field.FullName) => Field.FullName,
            Field.Surname when sample.ManyWords > 0.3 => Field.SurnameAndMiddleName,
            Field.Ethnicity when sample.Phones >= 0.5 => Field.Phone,
            Field.Ordinal when !sample.IsOrdinal && sample.Width(12) >= 0.8 && sample.Citizens >= 0.8 => Field.CitizenId,
            Field.Ordinal when !sample.IsOrdinal && (sample.Width(10) >= 0.8 || sample.Width(12) >= 0.8) => Field.MinistryId,
            Field.CandidateNumber when sample.WithDigits < 0.3 => Field.Ignored,
            Field.CitizenId when sample.Width(10) >= 0.8 && sample.Citizens < 0.1 => Field.MinistryId,
            Field.Phone or Field.GuardianPhone when sample.WithDigits < 0.3 => Field.Ignored,
            Field.Literature or Field.Mathematics or Field.ForeignLanguage or Field.Specialised or Field.OtherMark or Field.Total when sample.Marks < 0.3 && sample.WithLetters >= 0.5 => Field.Ignored,
            Field.BirthDate when sample.Dates < 0.2 && sample.Years < 0.2 && sample.WithDigits < 0.5 => Field.Ignored,
            Field.Grade when sample.Classes >= 0.8 && !columns.Exists(other => other.Field is Field.Class) => Field.Class,
            Field.School when sample.UpperSchools >= 0.9 && sample.Schools < 0.1 && columns.Exists(other => other.Index != index && other.Field is Field.School) => Field.AdmittedTo,
            Field.School when sample.WithLetters < 0.1 && sample.Digits > 0.9 => Field.SchoolCode,
            var same => same,
        };
        return field == column.Field ? column : column with { Field = field, Confidence = field is Field.Ignored ? 0.5 : 0.8, Source = "content" };
    }

    /// <summary>"Họ và tên" written over two columns (surname with middle name, given name) without a header for the second.</summary>
    private static void SplitNames(List<Column> columns, ColumnSample[] samples, HeaderFound header)
    {
        for (var index = 0; index + 1 < columns.Count; index++)
        {
            var unnamed = index + 1 >= header.Texts.Count || header.Texts[index + 1].Count == 0 || (columns[index + 1].Field is Field.FullName && columns[index].Header == columns[index + 1].Header);
            if (columns[index].Field is Field.FullName or Field.SurnameAndMiddleName && unnamed && samples[index + 1].Filled > 0 && samples[index + 1].SingleWords >= 0.9 && samples[index + 1].Ethnic < 0.9
                && samples[index + 1].Genders < 0.5 && header.Rows.Count > 0 && !columns.Exists(column => column.Field is Field.GivenName))
            {
                columns[index] = columns[index] with { Field = Field.SurnameAndMiddleName, Confidence = 0.9 };
                columns[index + 1] = columns[index + 1] with { Field = Field.GivenName, Confidence = 0.9, Source = "content" };
            }
        }
    }

    private static (Field Field, double Confidence)? Guess(List<Column> columns, int index, ColumnSample sample, bool headless)
    {
        bool Free(Field field) => !columns.Exists(column => column.Field == field && column.Index != index);
        if (sample.IsOrdinal && index <= 1 && sample.UsualWidth < 5) return (Field.Ordinal, 0.7);
        if (sample.Width(12) >= 0.7 && sample.Digits > 0.9 && sample.Citizens >= 0.8 && Free(Field.CitizenId)) return (Field.CitizenId, 0.7);
        if (sample.Dates >= 0.8 && sample.Digits < 0.9 && Free(Field.BirthDate)) return (Field.BirthDate, 0.65);
        if (sample.Phones >= 0.8 && Free(Field.Phone)) return (Field.Phone, 0.65);
        if (sample.Digits >= 0.9 && sample.Width(10) >= 0.8 && sample.Distinct > 0.98 && Free(Field.MinistryId)) return (Field.MinistryId, 0.6);
        if (sample.Genders >= 0.95 && Free(Field.Gender)) return (Field.Gender, 0.7);
        if (sample.Ethnic >= 0.95 && sample.Distinct < 0.7 && Free(Field.Ethnicity)) return (Field.Ethnicity, 0.6);
        if (sample.Schools >= 0.8 && sample.UpperSchools < 0.5 && Free(Field.School)) return (Field.School, 0.6);
        if (sample.UpperSchools >= 0.8 && Free(Field.AdmittedTo) && !headless) return (Field.AdmittedTo, 0.5);
        if (sample.Names >= 0.7 && sample.Distinct > 0.5 && Free(Field.FullName) && Free(Field.SurnameAndMiddleName)) return (Field.FullName, 0.65);
        if (sample.Classes >= 0.9 && sample.Digits < 0.1 && Free(Field.Class)) return (Field.Class, 0.55);
        if (sample.Marks >= 0.9 && sample.Decimals > 0.2 && Vietnamese.Fold(columns[index].Header).StartsWith("diem", StringComparison.Ordinal) && Free(Field.Total)) return (Field.Total, 0.6);
        if (sample.Outcomes >= 0.95 && sample.Digits < 0.1 && sample.WithLetters > 0.9 && sample.Crosses < 0.5 && Free(Field.Outcome)) return (Field.Outcome, 0.55);
        if (sample.Digits >= 0.95 && sample.UsualWidth is >= 5 and <= 9 && sample.Width(sample.UsualWidth) >= 0.8 && sample.Distinct > 0.98 && sample.Dates < 0.5 && Free(Field.CandidateNumber)) return (Field.CandidateNumber, 0.6);
        return null;
    }

    /// <summary>Leaves one column for each meaning. Which of several counts is told by their headers, or the values agree; otherwise a person has to say it.</summary>
    private static void Resolve(List<Column> columns, ColumnSample[] samples, IReadOnlyList<SampleRow> data, List<FileWarning> warnings)
    {
        foreach (var group in columns.Where(column => !Repeatable.Contains(column.Field) && !IsOfOneWish(column)).GroupBy(column => column.Field).Where(group => group.Count() > 1).ToArray())
        {
            var ranked = group.OrderByDescending(column => samples[column.Index].Filled > 0).ThenByDescending(Preference).ThenByDescending(column => column.Confidence).ThenByDescending(column => samples[column.Index].Filled).ToArray();
            if (Essential.Contains(group.Key) && ranked[1..].Any(other => samples[other.Index].Filled > 0 && Preference(other) == Preference(ranked[0]) && ranked[0].Confidence - other.Confidence < 0.1 && Differ(ranked[0], other)
                && (group.Key is not Field.CitizenId || Vietnamese.Fold(ranked[0].Header) == Vietnamese.Fold(other.Header))))
            {
                throw Refuse.ColumnsMismatch("Several columns mean the same; say by `columns` which one counts.", [ranked[0].Header], columns.ConvertAll(column => column.Header));
            }

            foreach (var loser in ranked[1..])
            {
                columns[loser.Index] = loser with { Field = Field.Ignored, Confidence = 0.5, Source = "content" };
                if (samples[loser.Index].Filled > 0) warnings.Add(new FileWarning("column_ambiguous", loser.Header, $"Cùng ý nghĩa với cột «{ranked[0].Header}»; cột này được bỏ qua."));
            }
        }

        bool Differ(Column one, Column other) => data.Any(row => row[one.Index].Length > 0 && row[other.Index].Length > 0 && row[one.Index] != row[other.Index]);

        // Parts of a date or a name without the rest of it mean nothing.
        Demand(columns, Field.GivenName, Field.SurnameAndMiddleName, Field.Surname, Field.FullName, Field.MiddleName);
    }

    /// <summary>"Kết quả NV1", "Kết quả NV2": each says something of its own, put together row by row.</summary>
    private static bool IsOfOneWish(Column column) => column.Field is Field.Outcome or Field.IsAdmitted or Field.AdmittedTo && Outcomes.WishIn(column.Header) is not null;

    /// <summary>What a person means by the header: the marks after the review, not before it; the total that admission goes by.</summary>
    private static int Preference(Column column)
    {
        var header = $" {Vietnamese.Fold(column.Header)} ";
        bool Says(string words) => header.Contains($" {words} ", StringComparison.Ordinal);
        return (Says("sau phuc khao") || Says("sau pk") ? 4 : Says("truoc phuc khao") || Says("truoc pk") ? -4 : 0)
            + (column.Field is Field.Total && (Says("xet tuyen") || Says("xt") || Says("dxt")) ? 2 : 0);
    }

    private static void Demand(List<Column> columns, Field part, params ReadOnlySpan<Field> others)
    {
        var index = columns.FindIndex(column => column.Field == part);
        if (index < 0) return;
        var full = columns.FindIndex(column => column.Field is Field.FullName);
        if (full >= 0) columns[index] = columns[index] with { Field = Field.Ignored, Confidence = 0.6 };
        else
        {
            foreach (var other in others)
            {
                if (columns.Exists(column => column.Field == other)) return;
            }

            columns[index] = columns[index] with { Field = Field.FullName, Confidence = 0.7 };
        }
    }
}
