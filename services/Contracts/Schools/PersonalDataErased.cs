namespace CareerPlatform.Contracts.Schools;

/// <summary>A pupil's personal data was erased: whoever holds some of it erases it too, and keeps only what says nothing about who it was.</summary>
/// <remarks>Law 91/2025/QH15 and Decree 356/2025/ND-CP. The key of the pupil's contact is deleted; what was sealed under it opens for nobody.</remarks>
public sealed record PersonalDataErased
{
    public required string Province { get; init; }
    public required Guid PupilId { get; init; }

    /// <summary>`request` of the family, or `retention`: the time for which it may be kept is over.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset ErasedAt { get; init; }
}
