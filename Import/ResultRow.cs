namespace CareerPlatform.Import;

/// <summary>One pupil's row as the file states it, in our spelling; what the file does not carry is null.</summary>
public sealed record ResultRow
{
    /// <summary>1-based row of the source: spreadsheet row, CSV record (blank ones counted), JSON object.</summary>
    public required int SourceRow { get; init; }

    public string? CandidateNumber { get; init; }

    public string? MinistryId { get; init; }

    public string? CitizenId { get; init; }

    /// <summary>Composed (NFC), single spaces, capital initials.</summary>
    public string? FullName { get; init; }

    public DateOnly? BirthDate { get; init; }

    /// <summary>Also set where only the year is known.</summary>
    public int? BirthYear { get; init; }

    /// <summary><c>male</c> or <c>female</c>.</summary>
    public string? Gender { get; init; }

    public string? Ethnicity { get; init; }

    /// <summary>School of origin, "Trường Trung học cơ sở X" written "THCS X".</summary>
    public string? School { get; init; }

    public string? SchoolCode { get; init; }

    public string? Class { get; init; }

    public string? Council { get; init; }

    public string? ExamRoom { get; init; }

    public string? PlaceOfBirth { get; init; }

    public string? Hamlet { get; init; }

    public string? Commune { get; init; }

    public string? OldCommune { get; init; }

    public string? District { get; init; }

    public string? Province { get; init; }

    public string? Address { get; init; }

    /// <summary>E.164, old 11-digit prefixes converted.</summary>
    public string? Phone { get; init; }

    /// <summary>What stood beside the number, for example "mẹ".</summary>
    public string? PhoneRemark { get; init; }

    public string? GuardianPhone { get; init; }

    public string? GuardianPhoneRemark { get; init; }

    public string? Guardian { get; init; }

    public string? Father { get; init; }

    public string? Mother { get; init; }

    public Mark Literature { get; init; }

    public Mark Mathematics { get; init; }

    public Mark ForeignLanguage { get; init; }

    public Mark Specialised { get; init; }

    /// <summary>Marks in further subjects by the column's header.</summary>
    public IReadOnlyDictionary<string, Mark>? OtherMarks { get; init; }

    public decimal? PriorityPoints { get; init; }

    public decimal? BonusPoints { get; init; }

    public decimal? Total { get; init; }

    public int? Rank { get; init; }

    /// <summary>Number of the wish the row is about ("NV2" is 2).</summary>
    public int? WishNumber { get; init; }

    /// <summary>Schools wished for, in order, where the file names them.</summary>
    public IReadOnlyList<string>? Wishes { get; init; }

    /// <summary>Null when the file has no outcome column or leaves it empty.</summary>
    public Outcome? Outcome { get; init; }

    public string? AdmittedTo { get; init; }

    /// <summary>Study status in the ministry's export ("Đang học", "Thôi học").</summary>
    public string? Status { get; init; }

    public string? Note { get; init; }

    /// <summary>No paper was sat: the file has marks columns and this row has no mark in any of the main subjects, or its outcome says absent.</summary>
    public bool Absent { get; init; }
}

/// <summary>What the file says became of the pupil.</summary>
public enum Outcome
{
    Admitted,
    NotAdmitted,
    Absent,
    Waiting,
    Disqualified,
}

/// <summary>Whether a paper was marked.</summary>
public enum MarkState : byte
{
    /// <summary>The file has no such column.</summary>
    NotInFile,
    Marked,

    /// <summary>Empty, -1, V, vắng, and so on.</summary>
    Absent,
    Exempt,
    Disqualified,
}

/// <summary>A mark, or why there is none; zero is a mark.</summary>
public readonly record struct Mark(MarkState State, decimal? Value)
{
    public static Mark Of(decimal value) => new(MarkState.Marked, value);
}

/// <summary>What was found out about one row: either the row, or the faults that keep it out.</summary>
public sealed record RowVerdict
{
    public required int SourceRow { get; init; }

    /// <summary>Null when the row has faults or only repeats an earlier one.</summary>
    public ResultRow? Row { get; init; }

    public IReadOnlyList<RowFault> Faults { get; init; } = [];

    public IReadOnlyList<RowFault> Warnings { get; init; } = [];

    public bool IsReadable => Row is not null;
}

/// <summary>A fault or a warning about one cell; it names the place and the kind, never the value.</summary>
/// <param name="Row">1-based source row.</param>
/// <param name="Column">The column's header, or "cột N" where there is none; null when the row as a whole is meant.</param>
/// <param name="Code">Stable code, for example <c>date_invalid</c>.</param>
/// <param name="Hint">What to do, in Vietnamese.</param>
public sealed record RowFault(int Row, string? Column, string Code, string Hint);
