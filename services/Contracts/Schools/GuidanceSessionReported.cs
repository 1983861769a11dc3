namespace CareerPlatform.Contracts.Schools;

/// <summary>A counselling and recruitment session for a cluster of schools, as it stands now.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, appendix 2.4. A later fact of its stream replaces an earlier.</remarks>
public sealed record GuidanceSessionReported
{
    public required string Province { get; init; }
    public required Guid SessionId { get; init; }

    /// <summary>The cluster's code, the province's own.</summary>
    public required string Cluster { get; init; }

    public required DateOnly On { get; init; }

    /// <summary>`planned`, `held`, `cancelled` or `merged`.</summary>
    public required string State { get; init; }

    /// <summary>The session that took its place, where it was merged.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>The schools it was for.</summary>
    public required IReadOnlyList<Guid> Schools { get; init; }

    public required DateTimeOffset ReportedAt { get; init; }
}
