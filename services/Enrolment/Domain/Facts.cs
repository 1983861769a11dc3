namespace CareerPlatform.Enrolment.Domain;

/// <summary>An institution's time with a lead is over; the lead stays open and may go to the next.</summary>
public sealed record LeadReleased
{
    public required Guid LeadId { get; init; }
    public required Guid GrantId { get; init; }
    public required Guid Institution { get; init; }

    /// <summary>`silent` (exclusive window), `refused` (after the cooling time), `no_contact` (60 days) or `expired` (the lead's own time).</summary>
    public required string Reason { get; init; }
}

/// <summary>The escalation day has come and a lead has no suitable offer: the area office is told.</summary>
public sealed record LeadEscalated
{
    public required Guid LeadId { get; init; }
    public required int SchoolYear { get; init; }
}

/// <summary>What the area office was told about is settled.</summary>
public sealed record EscalationClosed
{
    public required Guid LeadId { get; init; }

    /// <summary>`offered`, `enrolled` or `withdrawn`.</summary>
    public required string Reason { get; init; }
}
