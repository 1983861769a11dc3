namespace CareerPlatform.Contracts.Schools;

/// <summary>Families of one school declared in writing that their child will not sit the grade-10 exam.</summary>
/// <remarks>The wording itself stays in Schools as a keyed digest: equal for equal wordings, useless otherwise. At most 500 declarations a message.</remarks>
public sealed record ExamWithdrawalsReceived
{
    public required string Province { get; init; }

    /// <summary>The year in which the school year starts.</summary>
    public required int SchoolYear { get; init; }

    public required Guid School { get; init; }

    /// <summary>Last day of registration.</summary>
    public required DateOnly ClosesOn { get; init; }

    public required IReadOnlyList<ExamWithdrawal> Withdrawals { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>One declaration; a later one about the same pupil and year replaces it.</summary>
public sealed record ExamWithdrawal
{
    public required Guid PupilId { get; init; }
    public required DateOnly SignedOn { get; init; }

    /// <summary>Keyed digest of the wording without accents, case and punctuation.</summary>
    public required string Wording { get; init; }

    /// <summary>The family took it back.</summary>
    public required bool TakenBack { get; init; }
}
