namespace CareerPlatform.Import;

/// <summary>What a column means.</summary>
public enum Field
{
    /// <summary>A column that is read past.</summary>
    Ignored = 0,
    Ordinal,
    CandidateNumber,
    MinistryId,
    CitizenId,
    FullName,
    SurnameAndMiddleName,
    Surname,
    MiddleName,
    GivenName,
    BirthDate,
    BirthDay,
    BirthMonth,
    BirthYear,
    Gender,

    /// <summary>A column headed "Nữ" with a cross for girls.</summary>
    IsFemale,

    /// <summary>A column headed "Nam" with a cross for boys.</summary>
    IsMale,
    Ethnicity,
    School,
    SchoolCode,
    Grade,
    Class,
    Council,
    ExamRoom,
    PlaceOfBirth,
    Hamlet,
    Commune,
    OldCommune,
    District,
    Province,
    Address,
    Phone,
    GuardianPhone,
    Guardian,
    Father,
    Mother,
    Literature,
    Mathematics,
    ForeignLanguage,
    Specialised,

    /// <summary>A mark in another subject, kept under its header.</summary>
    OtherMark,
    PriorityPoints,
    BonusPoints,
    Total,
    Rank,
    WishNumber,
    Wish1,
    Wish2,
    Wish3,
    Outcome,

    /// <summary>A column headed "Trúng tuyển" with a cross for those admitted.</summary>
    IsAdmitted,
    AdmittedTo,
    Status,
    Note,
}
