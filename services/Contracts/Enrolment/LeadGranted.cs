namespace CareerPlatform.Contracts.Enrolment;

/// <summary>An institution may contact the family of a pupil without a place, from now on.</summary>
public sealed record LeadGranted
{
    public required string Province { get; init; }
    public required Guid LeadId { get; init; }
    public required Guid PupilId { get; init; }
    public required int SchoolYear { get; init; }
    public required Guid Institution { get; init; }

    /// <summary>Why this institution: `wish`, `area`, `seats` or `rotation`, the strongest first.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }
}
