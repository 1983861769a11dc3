namespace CareerPlatform.Contracts.Enrolment;

/// <summary>A person's first attendance at an institution is confirmed.</summary>
/// <remarks>Registrations, offers and deposits are not enrolments. Dual track is two linked enrolments of one person.</remarks>
public sealed record StudentEnrolled
{
    public required string Province { get; init; }
    public required Guid EnrolmentId { get; init; }
    public required Guid PupilId { get; init; }
    public required Guid Institution { get; init; }

    /// <summary>Seven-digit training code; null for a culture programme.</summary>
    public string? TrainingCode { get; init; }

    /// <summary>`trade` or `culture`.</summary>
    public required string Track { get; init; }

    /// <summary>`elementary`, `intermediate`, `college`, `vocational_upper_secondary`, `continuing_education` or `upper_secondary`.</summary>
    public required string Level { get; init; }

    /// <summary>The other leg of a dual track; null otherwise.</summary>
    public Guid? LinkedEnrolment { get; init; }

    public required bool OutOfProvince { get; init; }
    public required DateOnly StartedOn { get; init; }
    public required DateTimeOffset ConfirmedAt { get; init; }
}
