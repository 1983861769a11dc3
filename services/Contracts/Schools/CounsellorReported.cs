namespace CareerPlatform.Contracts.Schools;

/// <summary>A part-time career counsellor as they stand now: the decisions that assign them to schools, their certificates, their leaves.</summary>
/// <remarks>Vĩnh Long 394/KH-SGDĐT, II.2; Nghệ An 3129/QĐ-UBND, II; Trà Vinh 1138/QĐ-UBND, II.3.a. Tells everything at once; a later fact of its stream replaces an earlier. Who the person is, only Schools knows.</remarks>
public sealed record CounsellorReported
{
    public required string Province { get; init; }
    public required Guid Counsellor { get; init; }
    public required IReadOnlyList<CounsellorAssignment> Assignments { get; init; }
    public required IReadOnlyList<CounsellorCertificate> Certificates { get; init; }
    public required IReadOnlyList<ListedPeriod> Leaves { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }
}

/// <summary>One school to which a counsellor is assigned.</summary>
public sealed record CounsellorAssignment
{
    public required Guid School { get; init; }

    /// <summary>Day of the decision for this school; null where there is none.</summary>
    public DateOnly? DecidedOn { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>Last day; null while it lasts.</summary>
    public DateOnly? To { get; init; }
}

/// <summary>A certificate or a training.</summary>
public sealed record CounsellorCertificate
{
    /// <summary>`certificate` or `training`.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the provincial department recognises it.</summary>
    public required bool Recognised { get; init; }

    public required DateOnly IssuedOn { get; init; }

    /// <summary>Last day on which it is valid; null where it does not expire.</summary>
    public DateOnly? ExpiresOn { get; init; }
}
