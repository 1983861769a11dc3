namespace CareerPlatform.Contracts.Schools;

/// <summary>Schools of the province were listed or restated, each with its levels, its area, its dates and the schools it was formed from.</summary>
/// <remarks>The denominator of everything that is counted by school. At most 300 periods a message.</remarks>
public sealed record SchoolRegisterChanged
{
    public required string Province { get; init; }
    public required IReadOnlyList<ListedSchool> Schools { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>A school as it stood between two dates.</summary>
public sealed record ListedSchool
{
    public required Guid School { get; init; }

    /// <summary>The province's own code of the school.</summary>
    public required string Code { get; init; }

    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day; null while it stands.</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>`lower_secondary`, `upper_secondary`, `continuing_education`; one school may have several.</summary>
    public required IReadOnlyList<string> Levels { get; init; }

    /// <summary>An ethnic boarding school (dân tộc nội trú).</summary>
    public required bool Boarding { get; init; }

    /// <summary>Commune code of the school, followed to the commune of the day of this fact where that is certain.</summary>
    public required string Area { get; init; }

    /// <summary>When its commune was on the list of specially disadvantaged areas.</summary>
    public required IReadOnlyList<ListedPeriod> Disadvantaged { get; init; }

    public required IReadOnlyList<FormedFrom> Predecessors { get; init; }
}

/// <summary>Days between two dates, both inclusive; open when the last is null.</summary>
public sealed record ListedPeriod
{
    public required DateOnly From { get; init; }
    public DateOnly? To { get; init; }
}

/// <summary>A school went into this one on a day.</summary>
public sealed record FormedFrom
{
    public required Guid School { get; init; }
    public required DateOnly On { get; init; }
}
