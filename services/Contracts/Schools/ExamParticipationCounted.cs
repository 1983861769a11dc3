namespace CareerPlatform.Contracts.Schools;

/// <summary>How many pupils of each school registered for a grade-10 round, sat it, or never registered, when it was finalised.</summary>
/// <remarks>Figures only. At most 1,000 schools a message.</remarks>
public sealed record ExamParticipationCounted
{
    public required string Province { get; init; }

    /// <summary>The year in which the school year starts.</summary>
    public required int SchoolYear { get; init; }

    public required Guid RoundId { get; init; }

    /// <summary>Number of the round within its year.</summary>
    public required int Round { get; init; }

    public required IReadOnlyList<SchoolParticipation> Schools { get; init; }
    public required DateTimeOffset CountedAt { get; init; }
}

/// <summary>One school's figures. Never registered, absent and without success are different facts.</summary>
public sealed record SchoolParticipation
{
    public required Guid School { get; init; }

    /// <summary>On the roster of grade 9.</summary>
    public required int Pupils { get; init; }

    public required int NeverRegistered { get; init; }
    public required int Absent { get; init; }
}
