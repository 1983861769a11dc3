namespace CareerPlatform.Contracts.Schools;

/// <summary>A facility for career guidance at a school, as it stands now.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, III and IV.2. A later fact of its stream replaces an earlier.</remarks>
public sealed record GuidanceFacilityReported
{
    public required string Province { get; init; }
    public required Guid School { get; init; }

    /// <summary>`counselling_room`, `information_corner`, `trade_workshop`, `stem_room` or `equipment_set`.</summary>
    public required string Kind { get; init; }

    public required int Count { get; init; }

    /// <summary>Since when.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day; null while it is in use.</summary>
    public DateOnly? To { get; init; }

    public required DateTimeOffset ReportedAt { get; init; }
}
