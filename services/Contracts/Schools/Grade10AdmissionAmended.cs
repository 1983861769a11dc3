namespace CareerPlatform.Contracts.Schools;

/// <summary>After a round was finalised, these pupils' results changed, each for a reason.</summary>
/// <remarks>Same stream as the area's finalisation, so it is heard after it. At most 500 changes a message.</remarks>
public sealed record Grade10AdmissionAmended
{
    public required Guid RoundId { get; init; }

    /// <summary>The round's version after this amendment.</summary>
    public required int RoundVersion { get; init; }

    public required string Province { get; init; }
    public required int SchoolYear { get; init; }
    public required string Area { get; init; }
    public required IReadOnlyList<AmendedResult> Changes { get; init; }
    public required DateTimeOffset AmendedAt { get; init; }
}

/// <summary>One pupil's result as it stands after the amendment.</summary>
public sealed record AmendedResult
{
    public required Guid PupilId { get; init; }

    /// <summary>`review_upheld`, `extra_round`, `private_school`, `error` or `opted_out`.</summary>
    public required string Reason { get; init; }

    /// <summary>`admitted`, `without_place` or `absent`.</summary>
    public required string Outcome { get; init; }

    public Guid? AdmittedTo { get; init; }

    /// <summary>`upper_secondary` or `continuing_education` when admitted; null otherwise.</summary>
    public string? Programme { get; init; }

    /// <summary>Present when the outcome is `without_place`: the pupil as in <see cref="Grade10AdmissionFinalized"/>.</summary>
    public PupilWithoutPlace? WithoutPlace { get; init; }
}
