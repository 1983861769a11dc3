namespace CareerPlatform.Destinations.Domain;

/// <summary>One thing that became known about a person; never changed, only followed by others.</summary>
public sealed record Fact
{
    /// <summary>Named by its source, so that the same fact heard twice is one fact.</summary>
    public required Guid Id { get; init; }

    public required Guid PupilId { get; init; }

    /// <summary>One of <see cref="FactKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: the round, the enrolment, or the fact that is retracted; its own id for a reported situation.</summary>
    public required Guid Source { get; init; }

    /// <summary>The round's version for a result of admission: the highest one stands. 0 otherwise.</summary>
    public int Version { get; init; }

    /// <summary>The rung this fact claims; null when it claims none (no place, a departure, a retraction).</summary>
    public string? Status { get; init; }

    /// <summary>The day from which it holds.</summary>
    public required DateOnly Since { get; init; }

    public Guid? Institution { get; init; }

    /// <summary>The culture leg of an enrolment; false for a trade leg and for all other facts.</summary>
    public bool Culture { get; init; }

    public bool OutOfProvince { get; init; }

    /// <summary>Code of a reason: of a departure, a retraction, an amended result or a person out of the cohort.</summary>
    public string? Reason { get; init; }

    /// <summary>`schools`, `enrolment`, or the role of the person who reported it here.</summary>
    public required string ReportedBy { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>The kinds of facts.</summary>
public static class FactKind
{
    /// <summary>A grade-10 result: a place, or none.</summary>
    public const string Admission = "admission";

    /// <summary>First attendance confirmed.</summary>
    public const string Enrolment = "enrolment";

    /// <summary>No longer on the roll of an enrolment.</summary>
    public const string Departure = "departure";

    /// <summary>What a school or an office learnt: work, abroad, not in education, declined to say, out of the cohort, a school elsewhere.</summary>
    public const string Situation = "situation";

    /// <summary>Another fact was wrong and no longer counts.</summary>
    public const string Retraction = "retraction";
}
