namespace CareerPlatform.Targets.Domain;

/// <summary>Some graduates of one kind: as many as stand on one rung at one maturity.</summary>
public sealed record Cell(string Maturity, bool Disadvantaged, string Programme, string Status, bool DualTrack, long N);

/// <summary>An enrolment rate as it must be shown: counts first, not known inside the denominator, and the bounds that follow from it.</summary>
/// <remarks>indicators.md, rules 4 (bounds), 6 (dual track once), 8 (levels and memo lines) and 9 (ĐBKK on the subset). Sums of cells, so a parent is ΣN/ΣD.</remarks>
public sealed record Figure
{
    public required long N { get; init; }
    public required long D { get; init; }
    public required long NotKnown { get; init; }
    public required long OutOfCohort { get; init; }
    public required Memo Memo { get; init; }

    public decimal? Share => Percent(N, D);
    public decimal? NotKnownShare => Percent(NotKnown, D);
    public decimal? Lower => Share;
    public decimal? Upper => Percent(N + NotKnown, D);

    public static Figure Of(Indicator indicator, Parameters rules, IEnumerable<Cell> cells)
    {
        var (n, d, notKnown, outside, dual, otherLevel, vocational, culture, declined) = (0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        foreach (var cell in cells)
        {
            if (cell.Programme == "continuing_education" && !rules.ContinuingEducationInDenominator) continue;
            if (cell.Status == "out_of_cohort")
            {
                outside += cell.N;
                continue;
            }
            var counts = indicator.Numerator.Contains(cell.Status)
                || (cell.Status == "vocational_upper_secondary" && rules.VocationalUpperSecondaryCounts && indicator.Level == "lower_secondary");
            d += cell.N;
            if (counts) n += cell.N;
            if (counts && cell.DualTrack) dual += cell.N;
            switch (cell.Status)
            {
                case "not_known": notKnown += cell.N; break;
                case "declined": declined += cell.N; break;
                case "continuing_education": culture += cell.N; break;
                case "vocational_upper_secondary": vocational += cell.N; break;
                case "gdnn_college" or "gdnn_intermediate" or "gdnn_elementary" when !counts: otherLevel += cell.N; break;
            }
        }
        return new Figure { N = n, D = d, NotKnown = notKnown, OutOfCohort = outside, Memo = new Memo(dual, otherLevel, vocational, culture, declined) };
    }

    /// <summary>Met only if the lower bound meets the mark; met if the unknowns are favourable when the upper bound does. Compared as whole numbers, never as rounded rates.</summary>
    /// <param name="mark">Percent, or a number of things.</param>
    /// <param name="unit">The target's unit; anything but `percent` compares N itself.</param>
    public string StateAgainst(decimal mark, string unit = "percent") =>
        D == 0 ? State.NoDataYet
        : unit != "percent" ? N >= mark ? State.Met : State.NotMet
        : N * 100m >= mark * D ? State.Met
        : (N + NotKnown) * 100m >= mark * D ? State.MetIfUnknownsFavourable
        : State.NotMet;

    /// <summary>A count that knows no "not known": so many of so many.</summary>
    public static Figure Plain(long n, long d) => new() { N = n, D = d, NotKnown = 0, OutOfCohort = 0, Memo = new Memo(0, 0, 0, 0, 0) };

    private static decimal? Percent(long part, long whole) => whole == 0 ? null : Math.Round(part * 100m / whole, 2, MidpointRounding.AwayFromZero);
}

/// <summary>Lines beside a rate that are not in it, or are counted in it once.</summary>
/// <param name="DualTrack">Of N: culture programme and trade at once.</param>
/// <param name="OtherLevel">At a vocational level that this rate does not count (intermediate after upper secondary, college after lower secondary).</param>
/// <param name="VocationalUpperSecondary">At trung học nghề, in N or not by the plan's parameter.</param>
/// <param name="ContinuingEducation">Culture programme only.</param>
/// <param name="Declined">Declined to say.</param>
public sealed record Memo(long DualTrack, long OtherLevel, long VocationalUpperSecondary, long ContinuingEducation, long Declined);

/// <summary>How a figure stands against a mark.</summary>
public static class State
{
    public const string Met = "met";
    public const string MetIfUnknownsFavourable = "met_if_unknowns_favourable";
    public const string NotMet = "not_met";
    public const string NoDataYet = "no_data_yet";

    /// <summary>There is a figure but no target to hold it against.</summary>
    public const string NoTarget = "no_target";

    /// <summary>A small cell that this caller may not see.</summary>
    public const string Suppressed = "suppressed";
}
