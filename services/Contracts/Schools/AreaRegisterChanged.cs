namespace CareerPlatform.Contracts.Schools;

/// <summary>Administrative areas of a province were listed or changed, each with its dates and predecessors.</summary>
/// <remarks>Never join on a commune code without a date: codes were reused. At most 500 areas a message.</remarks>
public sealed record AreaRegisterChanged
{
    public required string Province { get; init; }
    public required IReadOnlyList<ListedArea> Areas { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>One area as it stood between two dates.</summary>
public sealed record ListedArea
{
    public required string Code { get; init; }
    public required string Name { get; init; }

    /// <summary>`province`, `district` or `commune`.</summary>
    public required string Kind { get; init; }

    /// <summary>Code of the area above: the district of a former commune, the province of a commune of today.</summary>
    public string? Parent { get; init; }

    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day of validity; null while valid.</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>On the list of specially disadvantaged areas.</summary>
    public required bool Disadvantaged { get; init; }

    public required IReadOnlyList<AreaPredecessor> Predecessors { get; init; }
}

/// <summary>An area that went, whole or in part, into another.</summary>
public sealed record AreaPredecessor
{
    public required string Code { get; init; }
    public required string Kind { get; init; }

    /// <summary>False where the old area was divided over several new ones.</summary>
    public required bool Whole { get; init; }
}
