namespace CareerPlatform.Contracts.Enrolment;

/// <summary>A lead is withdrawn from every institution that ever had it; none may read or use it any more.</summary>
public sealed record LeadWithdrawn
{
    public required string Province { get; init; }
    public required Guid LeadId { get; init; }
    public required Guid PupilId { get; init; }
    public required int SchoolYear { get; init; }

    /// <summary>Everyone who ever had it.</summary>
    public required IReadOnlyList<Guid> Institutions { get; init; }

    /// <summary>`placed`, `opted_out`, `enrolled`, `absent`, `error` or `basis_ended`.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset WithdrawnAt { get; init; }
}
