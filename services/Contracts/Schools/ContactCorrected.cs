namespace CareerPlatform.Contracts.Schools;

/// <summary>A school, or the department, corrected how a pupil's family is reached.</summary>
/// <remarks>Contact data travels sealed.</remarks>
public sealed record ContactCorrected
{
    public required string Province { get; init; }
    public required Guid PupilId { get; init; }

    /// <summary>Keyed blind index of the guardian's phone, as in <see cref="PupilWithoutPlace"/>.</summary>
    public string? FamilyKey { get; init; }

    /// <summary>Name, phone, address, guardian as they are now; AES-256-GCM.</summary>
    public required string SealedContact { get; init; }

    public required DateTimeOffset CorrectedAt { get; init; }
}
