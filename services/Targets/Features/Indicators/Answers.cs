using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>A rate as it is answered: counts, bounds, what is not known, memo lines; all null where a small cell is not shown to this caller.</summary>
public sealed record FigureAnswer(
    string Maturity, DateOnly? ReferenceDate, bool Provisional, long? N, long? D, long? NotKnown, long? OutOfCohort,
    decimal? Share, decimal? NotKnownShare, decimal? Lower, decimal? Upper, Memo? Memo, bool Suppressed)
{
    /// <param name="figure">The counts.</param>
    /// <param name="maturity">How firm an enrolment must be to be among them.</param>
    /// <param name="day">The day they are about.</param>
    /// <param name="provisional">Before that day.</param>
    /// <param name="suppress">Not for this caller.</param>
    /// <param name="whole">With memo lines and those out of the cohort, which are small numbers beside large ones: for staff and leaders.</param>
    public static FigureAnswer Of(Figure figure, string maturity, DateOnly? day, bool provisional, bool suppress, bool whole = true) => suppress
        ? new(maturity, day, provisional, null, null, null, null, null, null, null, null, null, true)
        : new(maturity, day, provisional, figure.N, figure.D, figure.NotKnown, whole ? figure.OutOfCohort : null, figure.Share, figure.NotKnownShare, figure.Lower, figure.Upper, whole ? figure.Memo : null, false);
}

/// <summary>One mark of a target and how the figure stands against it. A range has two: its floor decides, its aspiration is shown beside it.</summary>
public sealed record Mark(string Kind, decimal Value, string? State)
{
    public static IReadOnlyList<Mark> Of(Target target, Figure? figure, bool suppress) =>
    [
        new("floor", target.Low, suppress ? null : figure?.StateAgainst(target.Low, target.Unit)),
        .. target.High is { } high ? [new Mark("aspiration", high, suppress ? null : figure?.StateAgainst(high, target.Unit))] : (ReadOnlySpan<Mark>)[],
    ];
}

/// <summary>A part of a figure that is shown beside it: a level, boarding schools, pupils, guardians; or what is remarkable about those that count.</summary>
public sealed record Part(string Code, long N, long D, decimal? Share)
{
    public static Part Of(string code, long n, long d) => new(code, n, d, Figure.Plain(n, d).Share);
}

/// <summary>Small cells: a count from which a person could be told is not shown to the public.</summary>
public static class SmallCells
{
    /// <summary>True when the whole, the counted, the not known or the rest is small but not empty.</summary>
    public static bool In(Figure figure, int below) =>
        new[] { figure.D, figure.N, figure.NotKnown, figure.D - figure.N - figure.NotKnown }.Any(count => count > 0 && count < below);
}
