namespace CareerPlatform.Contracts.Schools;

/// <summary>The grade-10 results of one area are final; these pupils sat the exam and have no place.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, III.7.2. Contact data travels sealed. At most 500 pupils and 256 KiB a part.</remarks>
public sealed record Grade10AdmissionFinalized
{
    public required Guid RoundId { get; init; }

    /// <summary>The frozen version of the round, from 1.</summary>
    public required int RoundVersion { get; init; }

    /// <summary>Province code, two digits as text; the tenant.</summary>
    public required string Province { get; init; }

    /// <summary>The year in which the school year starts.</summary>
    public required int SchoolYear { get; init; }

    /// <summary>Code of the commune whose office the pupils' school belongs to.</summary>
    public required string Area { get; init; }

    /// <summary>From 1 to <see cref="Parts"/>.</summary>
    public required int Part { get; init; }

    public required int Parts { get; init; }

    public required IReadOnlyList<PupilWithoutPlace> Pupils { get; init; }

    public required DateTimeOffset FinalizedAt { get; init; }
}

/// <summary>One pupil who sat the exam and for whom every wish failed.</summary>
public sealed record PupilWithoutPlace
{
    public required Guid PupilId { get; init; }

    /// <summary>The lower-secondary school the pupil comes from.</summary>
    public required Guid School { get; init; }

    /// <summary>Commune code of permanent residence, as valid when the round was finalised.</summary>
    public required string ResidenceArea { get; init; }

    /// <summary>Keyed blind index of the guardian's phone: equal for pupils of one family, useless without the key. Null where no phone is known.</summary>
    public string? FamilyKey { get; init; }

    /// <summary>Two-digit field or seven-digit training code the pupil wishes for; null when none was given.</summary>
    public string? WishedTrade { get; init; }

    /// <summary>`elementary`, `intermediate` or `college`; null when none was given.</summary>
    public string? WishedLevel { get; init; }

    /// <summary>Name, phone, address, guardian; AES-256-GCM, the key is held by Schools and Enrolment only.</summary>
    public required string SealedContact { get; init; }
}
