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
}
