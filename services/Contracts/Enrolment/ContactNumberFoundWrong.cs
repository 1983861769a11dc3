namespace CareerPlatform.Contracts.Enrolment;

/// <summary>The number a family is known by is wrong: somebody else answered, or nobody has it; the pupil's school is asked for the right one.</summary>
/// <remarks>Once per pupil and number, whatever the number of institutions that say so. Says neither who called nor the number.</remarks>
public sealed record ContactNumberFoundWrong
{
    public required string Province { get; init; }
    public required Guid LeadId { get; init; }
    public required Guid PupilId { get; init; }
    public required int SchoolYear { get; init; }
    public required DateTimeOffset FoundAt { get; init; }
}
