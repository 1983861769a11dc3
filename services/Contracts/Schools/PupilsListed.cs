namespace CareerPlatform.Contracts.Schools;

/// <summary>Pupils of one school and grade are on its roster of a school year, each with the family that is registered for them.</summary>
/// <remarks>The denominator of the reach of guidance. At most 500 pupils a message; a later fact about a pupil and year replaces an earlier, also of another school.</remarks>
public sealed record PupilsListed
{
    public required string Province { get; init; }

    /// <summary>The year in which the school year starts.</summary>
    public required int SchoolYear { get; init; }

    public required Guid School { get; init; }
    public required int Grade { get; init; }
    public required IReadOnlyList<ListedPupil> Pupils { get; init; }
    public required DateTimeOffset ListedAt { get; init; }
}

/// <summary>One pupil on a roster.</summary>
public sealed record ListedPupil
{
    public required Guid PupilId { get; init; }

    /// <summary>Opaque key of the family, equal for siblings of one school and year and useless anywhere else. Where no guardian is known, the first 32 hexadecimal digits of
    /// the SHA-256 of `pupil|school|year`, ids in lower case with hyphens.</summary>
    public required string Family { get; init; }
}
