namespace CareerPlatform.Contracts.Schools;

/// <summary>The grade-10 results of one area are final; these pupils have a place.</summary>
/// <remarks>Ids only. At most 500 pupils a part. Lets every graduate's destination be known without a list of names.</remarks>
public sealed record Grade10PupilsAdmitted
{
    public required Guid RoundId { get; init; }
    public required int RoundVersion { get; init; }
    public required string Province { get; init; }
    public required int SchoolYear { get; init; }
    public required string Area { get; init; }
    public required int Part { get; init; }
    public required int Parts { get; init; }
    public required IReadOnlyList<AdmittedPupil> Pupils { get; init; }
    public required DateTimeOffset FinalizedAt { get; init; }
}

/// <summary>One pupil with a place in grade 10.</summary>
public sealed record AdmittedPupil
{
    public required Guid PupilId { get; init; }

    /// <summary>The school that admitted the pupil; null where the results name none that is known.</summary>
    public Guid? AdmittedTo { get; init; }

    /// <summary>`upper_secondary` or `continuing_education`.</summary>
    public required string Programme { get; init; }
}
