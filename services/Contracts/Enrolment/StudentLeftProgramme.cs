namespace CareerPlatform.Contracts.Enrolment;

/// <summary>A person left a programme before its end, or the enrolment proved to be an error.</summary>
public sealed record StudentLeftProgramme
{
    public required string Province { get; init; }
    public required Guid EnrolmentId { get; init; }
    public required Guid PupilId { get; init; }
    public required Guid Institution { get; init; }

    /// <summary>`left`, `transferred`, `expelled` or `error`.</summary>
    public required string Reason { get; init; }

    /// <summary>First day no longer on the roll.</summary>
    public required DateOnly LeftOn { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }
}
