using System.Globalization;

namespace CareerPlatform.Import;

/// <summary>Turns a row of cells into a pupil's row by the columns' plans, noting faults and repairs.</summary>
internal sealed class RowReader(IReadOnlyList<ColumnPlan> plans, RowWidth width, TotalRule? totalRule, ReadOptions options, bool isWorkbook, bool date1904)
{
    private static readonly int FieldCount = Enum.GetValues<Field>().Length;
    private static readonly IReadOnlyList<RowFault> Nothing = [];
    private static readonly IReadOnlyList<string> NoWishes = [];

    private readonly TextCache cache = new();
    private readonly string?[] texts = new string?[FieldCount];
    private readonly Mark[] marks = new Mark[FieldCount];
    private readonly int[] numbers = new int[3];
    private readonly int pivotYear = options.SchoolYear ?? 2030;
    private readonly bool hasMainMarks = plans.Any(plan => plan.Filled && plan.Field is Field.Literature or Field.Mathematics or Field.ForeignLanguage);
    private readonly bool hasOutcomes = plans.Any(plan => plan.TellsOutcome && plan.Field is not Field.AdmittedTo);
    private readonly bool hasSchools = plans.Any(plan => plan.TellsOutcome && plan.Field is Field.AdmittedTo);
    private List<RowFault>? faults;
    private List<RowFault>? warnings;
    private int sourceRow;

    // What one cell alone cannot give.
    private DateOnly? birthDate;
    private int? birthYear;
    private string? gender;
    private bool? female;
    private Outcome? outcome;
    private Outcome? ofWishes;
    private bool notCrossed;
    private bool blankMark;
    private int? wish;
    private int? rank;
    private string? phoneRemark;
    private string? guardianRemark;
    private Dictionary<string, Mark>? others;

    /// <summary>What the title over these rows says of everybody below it; counts where no column says it.</summary>
    public Outcome? Title { get; set; }

    public RowVerdict Read(RowBuffer row)
    {
        Clear(row.SourceRow);
        if (row.Flaw is { } flaw) return Refused(new RowFault(sourceRow, null, flaw, Hints.For(flaw)));
        foreach (var plan in plans)
        {
            switch (row.KindOf(plan.Index))
            {
                case CellKind.Error:
                    Fault(plan, "cell_error");
                    break;
                case CellKind.FormulaWithoutValue:
                    Fault(plan, "formula_not_allowed");
                    break;
                default:
                    ReadCell(plan, row[plan.Index], row.KindOf(plan.Index));
                    break;
            }
        }

        if (width.IsExceededBy(row)) Fault(null, "too_many_fields");
        return Finish();
    }

    private void Clear(int row)
    {
        Array.Clear(texts);
        Array.Clear(marks);
        Array.Clear(numbers);
        (faults, warnings, sourceRow) = (null, null, row);
        (birthDate, birthYear, gender, female, outcome, wish, rank) = (null, null, null, null, null, null, null);
        (phoneRemark, guardianRemark, others) = (null, null, null);
        (ofWishes, notCrossed, blankMark) = (null, false, false);
    }

    private void ReadCell(ColumnPlan plan, ReadOnlySpan<char> cell, CellKind kind)
    {
        switch (plan.Field)
        {
            case Field.CandidateNumber:
                texts[(int)plan.Field] = ReadCandidateNumber(plan, cell);
                break;
            case Field.MinistryId:
                texts[(int)plan.Field] = ReadMinistryId(plan, cell);
                break;
            case Field.CitizenId:
                texts[(int)plan.Field] = ReadCitizenId(plan, cell);
                break;
            case Field.FullName or Field.SurnameAndMiddleName or Field.Surname or Field.MiddleName or Field.GivenName or Field.Guardian or Field.Father or Field.Mother:
                texts[(int)plan.Field] = ReadName(plan, cell);
                break;
            case Field.BirthDate:
                ReadBirthDate(plan, cell, kind);
                break;
            case Field.BirthDay or Field.BirthMonth or Field.BirthYear:
                ReadBirthPart(plan, cell);
                break;
            case Field.Gender:
                gender = ReadGender(plan, cell);
                break;
            case Field.IsFemale or Field.IsMale:
                if (Outcomes.Cross(cell) is { } crossed) female = plan.Field is Field.IsFemale ? crossed : female ?? !crossed;
                else Warn(plan, "gender_unknown");
                break;
            case Field.Phone or Field.GuardianPhone:
                ReadPhone(plan, cell);
                break;
            case Field.Literature or Field.Mathematics or Field.ForeignLanguage or Field.Specialised or Field.Total or Field.PriorityPoints or Field.BonusPoints or Field.OtherMark:
                ReadMark(plan, cell);
                break;
            case Field.Outcome or Field.IsAdmitted:
                NoteOutcome(plan, cell);
                break;
            case Field.WishNumber:
                wish = Outcomes.Wish(cell) ?? wish;
                break;
            case Field.Rank:
                rank = int.TryParse(CellText.Trim(cell), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
                break;
            default:
                var text = ReadText(plan, cell);
                if (plan.Field is Field.School && text is not null) text = cache.School(text);
                else if (plan.Field is Field.Address or Field.Note && texts[(int)plan.Field] is { } before) text = text is null ? before : $"{before}; {text}";
                else if (plan.Field is Field.AdmittedTo) text ??= texts[(int)plan.Field];
                texts[(int)plan.Field] = text;
                break;
        }
    }

    private RowVerdict Finish()
    {
        var name = texts[(int)Field.FullName] ?? JoinName();
        if (numbers[0] > 0 && birthDate is null) ComposeBirthDate();
        gender ??= female switch { true => "female", false => "male", _ => null };
        birthYear ??= birthDate?.Year;
        SettleOutcome();
        var candidate = texts[(int)Field.CandidateNumber];
        var citizen = texts[(int)Field.CitizenId];
        if (citizen is not null && CitizenNumber.Contradicts(citizen, gender, birthYear)) WarnField(Field.CitizenId, "citizen_id_inconsistent");
        if (faults is null && options.RequireIdentity && candidate is null && texts[(int)Field.MinistryId] is null && citizen is null && name is null) Fault(null, "identity_missing");
        if (faults is not null) return new RowVerdict { SourceRow = sourceRow, Faults = faults, Warnings = warnings ?? Nothing };
        if (totalRule?.IsBrokenBy(marks, others) == true) WarnField(Field.Total, "total_differs");
        return new RowVerdict
        {
            SourceRow = sourceRow,
            Warnings = warnings ?? Nothing,
            Row = new ResultRow
            {
                SourceRow = sourceRow,
                CandidateNumber = candidate,
                MinistryId = texts[(int)Field.MinistryId],
                CitizenId = citizen,
                FullName = name,
                BirthDate = birthDate,
                BirthYear = birthYear,
                Gender = gender,
                Ethnicity = texts[(int)Field.Ethnicity],
                School = texts[(int)Field.School],
                SchoolCode = texts[(int)Field.SchoolCode],
                Class = texts[(int)Field.Class],
                Council = texts[(int)Field.Council],
                ExamRoom = texts[(int)Field.ExamRoom],
                PlaceOfBirth = texts[(int)Field.PlaceOfBirth],
                Hamlet = texts[(int)Field.Hamlet],
                Commune = texts[(int)Field.Commune],
                OldCommune = texts[(int)Field.OldCommune],
                District = texts[(int)Field.District],
                Province = texts[(int)Field.Province],
                Address = texts[(int)Field.Address],
                Phone = texts[(int)Field.Phone],
                PhoneRemark = phoneRemark,
                GuardianPhone = texts[(int)Field.GuardianPhone],
                GuardianPhoneRemark = guardianRemark,
                Guardian = texts[(int)Field.Guardian],
                Father = texts[(int)Field.Father],
                Mother = texts[(int)Field.Mother],
                Literature = marks[(int)Field.Literature],
                Mathematics = marks[(int)Field.Mathematics],
                ForeignLanguage = marks[(int)Field.ForeignLanguage],
                Specialised = marks[(int)Field.Specialised],
                OtherMarks = others,
                PriorityPoints = marks[(int)Field.PriorityPoints].Value,
                BonusPoints = marks[(int)Field.BonusPoints].Value,
                Total = marks[(int)Field.Total].Value,
                Rank = rank,
                WishNumber = wish,
                Wishes = Wishes(),
                Outcome = outcome,
                AdmittedTo = texts[(int)Field.AdmittedTo],
                Status = texts[(int)Field.Status],
                Note = texts[(int)Field.Note],
                Absent = outcome is Outcome.Absent || (outcome is not (Outcome.Admitted or Outcome.Disqualified) && SatNothing()),
            },
        };
    }

    /// <summary>No mark in any subject; where the cells were left blank, no total either.</summary>
    private bool SatNothing() =>
        hasMainMarks && NoMark(Field.Literature) && NoMark(Field.Mathematics) && NoMark(Field.ForeignLanguage) && marks[(int)Field.Specialised].State is not MarkState.Marked
        && others?.Values.Any(mark => mark.State is MarkState.Marked) != true && (!blankMark || marks[(int)Field.Total].Value is null or 0);

    /// <summary>True when the file has no such column or this row no mark in it.</summary>
    private bool NoMark(Field field) => marks[(int)field].State is MarkState.NotInFile or MarkState.Absent;

    private string? JoinName()
    {
        var (first, surname, middle, given) =
            (texts[(int)Field.SurnameAndMiddleName], texts[(int)Field.Surname], texts[(int)Field.MiddleName], texts[(int)Field.GivenName]);
        if (first is not null && given is not null && surname is null && middle is null) return $"{first} {given}";
        var parts = new[] { surname, first, middle, given }.Where(part => part is not null).ToArray();
        return parts.Length == 0 ? null : string.Join(' ', parts);
    }

    private IReadOnlyList<string>? Wishes()
    {
        if (texts[(int)Field.Wish1] is null && texts[(int)Field.Wish2] is null && texts[(int)Field.Wish3] is null) return null;
        return [.. new[] { texts[(int)Field.Wish1], texts[(int)Field.Wish2], texts[(int)Field.Wish3] }.Where(wished => wished is not null).Select(wished => wished!), .. NoWishes];
    }

    private string? ReadText(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        if (cell.IsEmpty) return null;
        var text = cache.Get(cell, out var flaw);
        if (flaw is TextFlaw.None) return text;
        Fault(plan, flaw is TextFlaw.Control ? "control_character" : "encoding_damaged");
        return null;
    }

    private string? ReadName(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var trimmed = CellText.Trim(cell);
        if (trimmed.IsEmpty) return null;
        var isPart = plan.Field is Field.GivenName or Field.Surname or Field.MiddleName;
        if (CellText.IsPlain(trimmed) && PersonName.IsRegular(trimmed)) return isPart ? cache.Get(trimmed, out _) : trimmed.ToString();
        var text = CellText.Clean(trimmed, out var flaw);
        if (flaw is TextFlaw.Control)
        {
            Fault(plan, "control_character");
            return null;
        }

        if (text is null) return null;
        var (name, warning, fault) = PersonName.Repair(text);
        if (fault is not null && plan.Field is Field.Guardian or Field.Father or Field.Mother) (warning, fault) = (fault, null);
        if (fault is not null) Fault(plan, fault);
        else if (warning is not null && !(plan.InCapitals && warning == "name_case_repaired")) Warn(plan, warning);
        return name;
    }

    private string? ReadCandidateNumber(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var id = IdText.Unwrap(cell);
        if (id.IsEmpty) return null;
        if (id.ContainsAnyExceptInRange('0', '9'))
        {
            if (IdText.IsRounded(id))
            {
                Fault(plan, "precision_lost");
                return null;
            }

            var text = CellText.Clean(id, out var flaw);
            if (flaw is not TextFlaw.None)
            {
                Fault(plan, "control_character");
                return null;
            }

            if (text is null) return null;
            var compact = text.Replace(" ", "", StringComparison.Ordinal);
            if (compact.Length > 24 || !compact.Any(char.IsAsciiDigit) || compact.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '/' or 'Đ' or 'đ')))
            {
                Fault(plan, "candidate_number_invalid");
                return null;
            }

            return compact.AsSpan().ContainsAnyExceptInRange('0', '9') ? compact : Pad(plan, compact);
        }

        return Pad(plan, id);
    }

    private string? Pad(ColumnPlan plan, ReadOnlySpan<char> id)
    {
        var missing = plan.Width - id.Length;
        if (plan.Width == 0 || missing <= 0 || id[0] == '0' || plan.Padding is Padding.None) return id.ToString();
        if (plan.Padding is Padding.All || (plan.Padding is Padding.One && missing == 1))
        {
            Warn(plan, "leading_zero_lost");
            return new string('0', missing) + id.ToString();
        }

        Fault(plan, "leading_zero_lost");
        return null;
    }

    private string? ReadMinistryId(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var id = IdText.Unwrap(cell);
        if (id.IsEmpty) return null;
        if (!id.ContainsAnyExceptInRange('0', '9'))
        {
            var missing = plan.Width - id.Length;
            if (id.Length is 10 or 12 || plan.Width == 0 || missing <= 0) return id.ToString();
            if (missing == 1 && (plan.Padding is Padding.All || (plan.Padding is Padding.One && id[0] is '1' or '2' or '4' or '6' or '8')))
            {
                Warn(plan, "leading_zero_lost");
                return "0" + id.ToString();
            }

            Fault(plan, missing <= 2 ? "leading_zero_lost" : "ministry_id_invalid");
            return null;
        }

        if (IdText.IsRounded(id))
        {
            Fault(plan, "precision_lost");
            return null;
        }

        var text = ReadText(plan, id);
        return text?.Replace(" ", "", StringComparison.Ordinal);
    }

    private string? ReadCitizenId(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var id = IdText.Unwrap(cell);
        if (id.IsEmpty) return null;
        if (id.Length == 12 && CitizenNumber.IsPlausible(id)) return id.ToString();
        if (IdText.IsRounded(id))
        {
            Warn(plan, "precision_lost");
            return null;
        }

        var text = CellText.Clean(id, out var flaw);
        if (flaw is not TextFlaw.None)
        {
            Fault(plan, "control_character");
            return null;
        }

        var digits = (text ?? "").Replace(" ", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        if (digits.Length is 10 or 11 && CitizenNumber.IsPlausible(digits.PadLeft(12, '0')))
        {
            Warn(plan, "leading_zero_lost");
            return digits.PadLeft(12, '0');
        }

        if (CitizenNumber.IsPlausible(digits)) return digits;
        if (digits.Length > 0) Warn(plan, digits.Length == 9 && digits.All(char.IsAsciiDigit) ? "citizen_id_old" : "citizen_id_invalid");
        return null;
    }

    private void ReadBirthDate(ColumnPlan plan, ReadOnlySpan<char> cell, CellKind kind)
    {
        var text = IdText.Unwrap(cell);
        if (text.IsEmpty) return;
        var parts = DateText.Split(text);
        if (parts.Form is DateForm.YearOnly)
        {
            birthYear = parts.A;
            Warn(plan, "birth_year_only");
            return;
        }

        if (DateText.Resolve(parts, plan.DateOrder, date1904, pivotYear) is { } date)
        {
            birthDate = date;
            if (parts.Form is DateForm.Serial && !(isWorkbook && kind is CellKind.Number)) Warn(plan, "date_from_serial");
            return;
        }

        CellText.Clean(text, out var flaw);
        Fault(plan, flaw is TextFlaw.Control ? "control_character" : "date_invalid");
    }

    private void ReadBirthPart(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var text = IdText.Unwrap(cell);
        if (text.IsEmpty) return;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Fault(plan, "date_invalid");
            return;
        }

        switch (plan.Field)
        {
            case Field.BirthDay: numbers[0] = number; break;
            case Field.BirthMonth: numbers[1] = number; break;
            default:
                if (number < 100) number += number > pivotYear % 100 ? 1900 : 2000;
                if (number is < DateText.MinYear or > DateText.MaxYear) Fault(plan, "date_invalid");
                else birthYear = numbers[2] = number;
                break;
        }
    }

    private void ComposeBirthDate()
    {
        if (numbers[2] > 0 && numbers[1] is >= 1 and <= 12 && numbers[0] <= DateTime.DaysInMonth(numbers[2], numbers[1])) birthDate = new DateOnly(numbers[2], numbers[1], numbers[0]);
        else FaultField(Field.BirthDay, "date_invalid");
    }

    private string? ReadGender(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var text = CellText.Trim(cell);
        if (text.IsEmpty) return null;
        var read = Outcomes.Gender(text);
        if (read is null) Warn(plan, "gender_unknown");
        return read;
    }

    private void ReadPhone(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        var text = IdText.Unwrap(cell);
        if (text.IsEmpty) return;
        var clean = text;
        if (!CellText.IsPlain(text))
        {
            // Invisible marks around copied phone numbers are common, but which number was meant is not ours to say.
            clean = CellText.Clean(text, out var flaw);
            if (flaw is TextFlaw.Control)
            {
                Fault(plan, "control_character");
                return;
            }
        }

        var read = PhoneNumber.Read(clean);
        if (read.Fault is not null) Fault(plan, read.Fault);
        else if (read.Warning is not null) Warn(plan, read.Warning);
        if (plan.Field is Field.Phone)
        {
            texts[(int)Field.Phone] = read.E164;
            phoneRemark = read.Remark;
        }
        else if (texts[(int)Field.GuardianPhone] is null)
        {
            texts[(int)Field.GuardianPhone] = read.E164;
            guardianRemark = read.Remark;
        }
    }

    private void ReadMark(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        if (!MarkText.TryRead(cell, out var mark) || (mark.Value is { } value && value > plan.MarkLimit))
        {
            CellText.Clean(cell, out var flaw);
            Fault(plan, flaw is TextFlaw.Control ? "control_character" : "mark_invalid");
            return;
        }

        if (mark.State is MarkState.NotInFile && plan.Field is Field.Literature or Field.Mathematics or Field.ForeignLanguage) (mark, blankMark) = (new Mark(MarkState.Absent, null), true);
        if (plan.Field is not Field.OtherMark) marks[(int)plan.Field] = mark;
        else if (mark.State is not MarkState.NotInFile) (others ??= [])[plan.Header] = mark;
    }

    /// <summary>Columns of several wishes are put together; columns of one and the same thing must agree.</summary>
    private void NoteOutcome(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        if (!plan.Filled || ReadOutcome(plan, cell) is not { } read) return;
        if (plan.Wish is { } number)
        {
            if (read is Outcome.Admitted) wish ??= number;
            ofWishes = Outcomes.Together(ofWishes, read);
        }
        else if (plan.Field is Field.IsAdmitted && CellText.Trim(cell).IsEmpty) notCrossed = true;
        else if (outcome is { } before && before != read) Fault(plan, "outcome_unknown");
        else outcome = read;
    }

    private void SettleOutcome()
    {
        if (outcome is { } said && ((notCrossed && said is Outcome.Admitted) || (ofWishes is { } other && (other is Outcome.Admitted) != (said is Outcome.Admitted)))) FaultField(Field.Outcome, "outcome_unknown");
        outcome ??= ofWishes ?? (notCrossed ? Outcome.NotAdmitted : hasOutcomes ? null : Title ?? OutcomeBySchool());
    }

    /// <summary>Where only the school is named that admitted a pupil: who has one was admitted, who has none was not.</summary>
    private Outcome? OutcomeBySchool()
    {
        if (!hasSchools) return null;
        if (texts[(int)Field.AdmittedTo] is not { } school) return Outcome.NotAdmitted;
        if (Outcomes.Read(school) is { } read) return read;
        if (Outcomes.Mentions(school)) FaultField(Field.AdmittedTo, "outcome_unknown");
        return Outcome.Admitted;
    }

    private Outcome? ReadOutcome(ColumnPlan plan, ReadOnlySpan<char> cell)
    {
        if (plan.Field is Field.IsAdmitted && Outcomes.Cross(cell) is { } crossed) return crossed ? Outcome.Admitted : Outcome.NotAdmitted;
        var text = ReadText(plan, cell);
        if (text is null) return null;
        var read = cache.Outcome(text);
        if (read is null) Fault(plan, "outcome_unknown");
        return read;
    }

    private RowVerdict Refused(RowFault fault) => new() { SourceRow = sourceRow, Faults = [fault] };

    private void Fault(ColumnPlan? plan, string code) => (faults ??= []).Add(new RowFault(sourceRow, plan?.Header, code, Hints.For(code)));

    private void Warn(ColumnPlan plan, string code) => (warnings ??= []).Add(new RowFault(sourceRow, plan.Header, code, Hints.For(code)));

    private void FaultField(Field field, string code) => Fault(plans.FirstOrDefault(plan => plan.Field == field), code);

    private void WarnField(Field field, string code)
    {
        if (plans.FirstOrDefault(plan => plan.Field == field) is { } plan) Warn(plan, code);
    }
}

/// <summary>Texts that come back on many rows (schools, communes, outcomes), cleaned once and kept once.</summary>
internal sealed class TextCache
{
    private const int Limit = 20_000;
    private readonly Dictionary<string, (string? Text, TextFlaw Flaw)> texts = [];
    private readonly Dictionary<string, string> schools = [];
    private readonly Dictionary<string, Outcome?> outcomes = [];
    private readonly Dictionary<string, (string? Text, TextFlaw Flaw)>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    public TextCache() => bySpan = texts.GetAlternateLookup<ReadOnlySpan<char>>();

    public string? Get(ReadOnlySpan<char> cell, out TextFlaw flaw)
    {
        if (cell.Length <= 100 && bySpan.TryGetValue(cell, out var known))
        {
            flaw = known.Flaw;
            return known.Text;
        }

        var text = CellText.Clean(cell, out flaw);
        if (cell.Length <= 100 && texts.Count < Limit) texts[cell.ToString()] = (text, flaw);
        return text;
    }

    public string School(string text)
    {
        if (schools.TryGetValue(text, out var known)) return known;
        var name = SchoolName.Shorten(text);
        if (schools.Count < Limit) schools[text] = name;
        return name;
    }

    public Outcome? Outcome(string text)
    {
        if (outcomes.TryGetValue(text, out var known)) return known;
        var read = Outcomes.Read(text);
        if (outcomes.Count < Limit) outcomes[text] = read;
        return read;
    }
}
