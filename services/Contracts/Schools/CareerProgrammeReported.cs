namespace CareerPlatform.Contracts.Schools;

/// <summary>A school's career programme of one school year, as it stands now: its approval, the local partners and trades it lists, what was delivered of it.</summary>
/// <remarks>Vĩnh Long 394/KH-SGDĐT, II.2; Nghệ An 3129/QĐ-UBND, II. Tells the whole programme; a later fact of its stream replaces an earlier.</remarks>
public sealed record CareerProgrammeReported
{
    public required string Province { get; init; }
    public required Guid ProgrammeId { get; init; }
    public required Guid School { get; init; }

    /// <summary>The year in which the school year starts.</summary>
    public required int SchoolYear { get; init; }

    /// <summary>The day on which it was approved for the school year; null while it is not.</summary>
    public DateOnly? ApprovedOn { get; init; }

    /// <summary>How many local enterprises, cooperatives or services it lists.</summary>
    public required int Partners { get; init; }

    /// <summary>Two- or seven-digit training codes of the local trades it lists.</summary>
    public required IReadOnlyList<string> Trades { get; init; }

    /// <summary>Days of the activities that were delivered.</summary>
    public required IReadOnlyList<DateOnly> Activities { get; init; }

    /// <summary>SHA-256 of the programme's file, so that a copy of another school's can be seen; null where no file was given.</summary>
    public string? FileHash { get; init; }

    public required DateTimeOffset ReportedAt { get; init; }
}
