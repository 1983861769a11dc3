namespace CareerPlatform.Contracts.Schools;

/// <summary>Families of one school gave, changed or withdrew their agreement to be contacted.</summary>
/// <remarks>Law 91/2025/QH15 and Decree 356/2025/ND-CP: both the child and the representative must agree, per purpose. At most 500 changes a message.</remarks>
public sealed record ContactConsentChanged
{
    public required string Province { get; init; }
    public required int SchoolYear { get; init; }
    public required Guid School { get; init; }
    public required IReadOnlyList<ConsentChange> Changes { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>One family's agreement as it stands now.</summary>
public sealed record ConsentChange
{
    public required Guid PupilId { get; init; }

    /// <summary>`vocational_guidance`.</summary>
    public required string Purpose { get; init; }

    /// <summary>`all` institutions in scope, `chosen` ones, or `none` (never agreed, withdrawn or objected).</summary>
    public required string Scope { get; init; }

    /// <summary>The chosen institutions when the scope is `chosen`; empty otherwise.</summary>
    public IReadOnlyList<Guid> Institutions { get; init; } = [];

    public required bool ChildAgreed { get; init; }
    public required bool GuardianAgreed { get; init; }

    /// <summary>Version of the text that was agreed to.</summary>
    public required string TextVersion { get; init; }

    /// <summary>`paper`, `web`, `phone_desk` or `school_record`.</summary>
    public required string Evidence { get; init; }

    /// <summary>The family objected: no basis of any mode holds against it, whatever the evidence. Absent in facts from before this member was known.</summary>
    public bool? Objected { get; init; }

    /// <summary>Mode B: the family agrees to be contacted through the platform only, and neither its name nor its number is shown. Absent is no.</summary>
    public bool? Relay { get; init; }

    public required DateTimeOffset At { get; init; }
}
