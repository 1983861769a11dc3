namespace CareerPlatform.Contracts.Destinations;

/// <summary>A graduate's current status on the ladder changed because a fact became known.</summary>
public sealed record DestinationRecorded
{
    public required string Province { get; init; }
    public required Guid GraduateId { get; init; }
    public required int Cohort { get; init; }

    /// <summary>Level they graduated from: `lower_secondary` or `upper_secondary`.</summary>
    public required string Level { get; init; }

    /// <summary>
    /// One rung of the ladder: `gdnn_college`, `gdnn_intermediate`, `gdnn_elementary`, `vocational_upper_secondary`, `upper_secondary`, `continuing_education`,
    /// `other_training`, `work`, `abroad`, `not_in_education`, `declined`, `not_known` or `out_of_cohort`.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Day from which the status holds.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>Where; null when the status has no institution.</summary>
    public Guid? Institution { get; init; }

    /// <summary>True while a culture programme runs beside the trade programme (dual track), counted once at the trade level.</summary>
    public required bool DualTrack { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>
    /// Every status so far, oldest first, as known when this was recorded; the last one is <see cref="Status"/>. Before the first the graduate was not known;
    /// empty when nothing is known any more. It tells the status at a census date, also when the report came later.
    /// </summary>
    public IReadOnlyList<DestinationPeriod>? Timeline { get; init; }
}

/// <summary>Where a graduate was from one day on, until the next period begins.</summary>
public sealed record DestinationPeriod
{
    public required string Status { get; init; }
    public required DateOnly Since { get; init; }
    public Guid? Institution { get; init; }
    public required bool DualTrack { get; init; }
}
