namespace CareerPlatform.Contracts.Schools;

/// <summary>A school's graduates of one year are recognised: the denominator of every enrolment rate.</summary>
/// <remarks>Cohort and origin by the rules common to all enrolment rates. At most 500 graduates a part; late recognitions come as a further message of the same stream.</remarks>
public sealed record GraduatesRecognised
{
    public required string Province { get; init; }

    /// <summary>Year of recognition; names the cohort.</summary>
    public required int Cohort { get; init; }

    /// <summary>`lower_secondary` or `upper_secondary`.</summary>
    public required string Level { get; init; }

    /// <summary>The school where they were recognised (their origin).</summary>
    public required Guid School { get; init; }

    /// <summary>Commune code of the school when they were recognised.</summary>
    public required string SchoolArea { get; init; }

    /// <summary>Whether the school was on the list of specially disadvantaged areas when they were recognised.</summary>
    public required bool SchoolDisadvantaged { get; init; }

    public required int Part { get; init; }
    public required int Parts { get; init; }
    public required IReadOnlyList<RecognisedGraduate> Graduates { get; init; }
    public required DateTimeOffset RecognisedAt { get; init; }
}

/// <summary>One person recognised as a graduate.</summary>
public sealed record RecognisedGraduate
{
    public required Guid PupilId { get; init; }

    /// <summary>`general` or `continuing_education`.</summary>
    public required string Programme { get; init; }

    /// <summary>Commune code of permanent residence, as valid when recognised.</summary>
    public required string ResidenceArea { get; init; }

    /// <summary>Commune code of the same residence before 1 July 2025; null where unknown.</summary>
    public string? ResidenceAreaBefore { get; init; }

    /// <summary>Whether the commune of residence was on the list of specially disadvantaged areas when recognised.</summary>
    public required bool ResidenceDisadvantaged { get; init; }
}
