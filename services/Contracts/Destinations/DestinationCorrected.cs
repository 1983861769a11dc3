namespace CareerPlatform.Contracts.Destinations;

/// <summary>A graduate's status was wrong and has been corrected, with a reason.</summary>
public sealed record DestinationCorrected
{
    public required string Province { get; init; }
    public required Guid GraduateId { get; init; }
    public required int Cohort { get; init; }
    public required string Level { get; init; }

    /// <summary>The status as it was published before.</summary>
    public required string Was { get; init; }

    /// <summary>The status as it stands now; same codes as <see cref="DestinationRecorded.Status"/>.</summary>
    public required string Status { get; init; }

    public required DateOnly Since { get; init; }
    public Guid? Institution { get; init; }
    public required bool DualTrack { get; init; }

    /// <summary>Code of the reason: `wrong_person`, `wrong_level`, `never_attended`, `late_report`, `family_correction` or `other`.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset CorrectedAt { get; init; }

    /// <summary>Every status so far, as in <see cref="DestinationRecorded.Timeline"/>.</summary>
    public IReadOnlyList<DestinationPeriod>? Timeline { get; init; }
}
