namespace CareerPlatform.Destinations.Domain;

/// <summary>One person's membership of a cohort: a level, and the year and school that recognised them first.</summary>
public sealed record Graduate
{
    public required Guid PupilId { get; init; }

    /// <summary>`lower_secondary` or `upper_secondary`: somebody may belong to one cohort of each.</summary>
    public required string Level { get; init; }

    public required int Cohort { get; init; }
    public required Guid School { get; init; }
    public required string SchoolArea { get; init; }
    public required bool SchoolDisadvantaged { get; init; }

    /// <summary>`general` or `continuing_education`.</summary>
    public required string Programme { get; init; }

    public required string ResidenceArea { get; init; }
    public string? ResidenceAreaBefore { get; init; }

    /// <summary>As it was when recognised: a commune that leaves the list later changes nothing.</summary>
    public required bool ResidenceDisadvantaged { get; init; }

    public required DateTimeOffset RecognisedAt { get; init; }

    /// <summary>A repeat candidate keeps the first cohort, and a person recognised at two schools the first recognition.</summary>
    /// <remarks>indicators.md, rules 1 and 7. Decided by the facts alone, so the order in which they are heard does not matter.</remarks>
    public bool ComesBefore(Graduate other) =>
        (Cohort, RecognisedAt, School).CompareTo((other.Cohort, other.RecognisedAt, other.School)) < 0;
}

/// <summary>Facts about people became known. Kept in this service's log, so that its tables can be made from the log again.</summary>
public sealed record FactsNoted
{
    /// <summary>At most 500.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }
}

/// <summary>Graduates joined their cohort. Kept in this service's log, so that its tables can be made from the log again.</summary>
public sealed record CohortJoined
{
    /// <summary>At most 500.</summary>
    public required IReadOnlyList<Graduate> Graduates { get; init; }
}
