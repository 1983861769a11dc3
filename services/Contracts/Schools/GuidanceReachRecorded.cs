namespace CareerPlatform.Contracts.Schools;

/// <summary>A school's record of whom guidance about streaming reached, or to whom something was only sent, on one day.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, V.2.1. Tells the whole record; a later fact of its stream replaces an earlier. At most 500 pupils and families.</remarks>
public sealed record GuidanceReachRecorded
{
    public required string Province { get; init; }
    public required Guid RecordId { get; init; }
    public required Guid School { get; init; }

    /// <summary>The year in which the school year starts.</summary>
    public required int SchoolYear { get; init; }

    /// <summary>`attended_session`, `read_receipt`, `signed_minutes`, or `sent`, which reached nobody yet.</summary>
    public required string Kind { get; init; }

    public required DateOnly On { get; init; }

    /// <summary>The session that was attended, where it is one of a cluster.</summary>
    public Guid? SessionId { get; init; }

    public required IReadOnlyList<Guid> Pupils { get; init; }

    /// <summary>Opaque keys of the families of this school and year.</summary>
    public required IReadOnlyList<string> Families { get; init; }

    public required DateTimeOffset ReportedAt { get; init; }
}
