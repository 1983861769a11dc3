using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>A rate as it is answered: counts, bounds, what is not known, memo lines; all null where a small cell is not shown to this caller.</summary>
public sealed record FigureAnswer(
    string Maturity, DateOnly? ReferenceDate, bool Provisional, long? N, long? D, long? NotKnown, long? OutOfCohort,
    decimal? Share, decimal? NotKnownShare, decimal? Lower, decimal? Upper, Memo? Memo, bool Suppressed)
{
    public static FigureAnswer Of(Figure figure, string maturity, DateOnly? day, bool provisional, bool suppress) => suppress
        ? new(maturity, day, provisional, null, null, null, null, null, null, null, null, null, true)
        : new(maturity, day, provisional, figure.N, figure.D, figure.NotKnown, figure.OutOfCohort, figure.Share, figure.NotKnownShare, figure.Lower, figure.Upper, figure.Memo, false);
}

/// <summary>One mark of a target and how the figure stands against it. A range has two: its floor decides, its aspiration is shown beside it.</summary>
public sealed record Mark(string Kind, decimal Value, string? State)
{
    public static IReadOnlyList<Mark> Of(Target target, Figure? figure, bool suppress) =>
    [
        new("floor", target.Low, suppress ? null : figure?.StateAgainst(target.Low)),
        .. target.High is { } high ? [new Mark("aspiration", high, suppress ? null : figure?.StateAgainst(high))] : (ReadOnlySpan<Mark>)[],
    ];
}

/// <summary>Small cells: a count from which a person could be told is not shown to the public.</summary>
public static class SmallCells
{
    /// <summary>True when the whole, the counted, the not known or the rest is small but not empty.</summary>
    public static bool In(Figure figure, int below) =>
        Small(figure.D, below) || Small(figure.N, below) || Small(figure.NotKnown, below) || Small(figure.D - figure.N - figure.NotKnown, below);

    private static bool Small(long count, int below) => count > 0 && count < below;
}
