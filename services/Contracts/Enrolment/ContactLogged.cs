namespace CareerPlatform.Contracts.Enrolment;

/// <summary>An institution contacted, or tried to contact, a family.</summary>
public sealed record ContactLogged
{
    public required string Province { get; init; }
    public required Guid LeadId { get; init; }
    public required Guid PupilId { get; init; }
    public required int SchoolYear { get; init; }
    public required Guid Institution { get; init; }

    /// <summary>`call`, `message`, `visit` or `letter`.</summary>
    public required string Channel { get; init; }

    /// <summary>`reached`, `no_answer`, `wrong_number`, `refused`, `interested`, `will_enrol`, or `asked_to_stop` (the lead is withdrawn with it).</summary>
    public required string Outcome { get; init; }

    public required DateTimeOffset ContactedAt { get; init; }
}
