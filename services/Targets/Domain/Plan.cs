namespace CareerPlatform.Targets.Domain;

/// <summary>A plan as its office issued it: what must be reached, by when, counted how. `Plans/plan.schema.json` says what each member means.</summary>
/// <remarks>Tasks, phases, funding, reporting duties and the conference are checked by the schema; their use comes with the features that need them.</remarks>
public sealed record Plan
{
    public required string Id { get; init; }
    public required Text Title { get; init; }
    public required string IssuerLevel { get; init; }
    public required string Issuer { get; init; }
    public required string Province { get; init; }
    public string? Number { get; init; }
    public DateOnly? Date { get; init; }
    public required Years Period { get; init; }
    public IssuedDocument? Parent { get; init; }
    public IReadOnlyList<IssuedDocument> Supersedes { get; init; } = [];
    public required string Status { get; init; }
    public bool Fictional { get; init; }
    public required Parameters Parameters { get; init; }
    public required IReadOnlyList<Target> Targets { get; init; }
    public IReadOnlyList<Text> Ambiguities { get; init; } = [];

    public bool InForce(string province, int year) => Status == "in_force" && Province == province && Period.From <= year && year <= Period.To;
}

/// <summary>Vietnamese and English, our own wording.</summary>
public sealed record Text(string Vi, string En);

/// <summary>First and last year; the year a plan only looks ahead to.</summary>
public sealed record Years(int From, int To, int? Orientation = null);

/// <summary>A document another office issued.</summary>
public sealed record IssuedDocument(string Number, DateOnly? Date = null, string? Issuer = null);

/// <summary>What the sources leave open and the plan's owner decides.</summary>
public sealed record Parameters
{
    public required CensusDays Census { get; init; }
    public required string Sustained { get; init; }
    public required string Maturity { get; init; }
    public required string AreaOf { get; init; }
    public required bool ContinuingEducationInDenominator { get; init; }
    public required bool VocationalUpperSecondaryCounts { get; init; }
    public required int SuppressBelow { get; init; }

    /// <summary>The rules' own defaults, for a province without any plan here: indicators.md, rules 3 and 8, and plans.md, questions to the owner.</summary>
    public static Parameters Default { get; } = new()
    {
        Census = new CensusDays("11-15", "12-10"),
        Sustained = "03-31",
        Maturity = Domain.Maturity.Census,
        AreaOf = "school",
        ContinuingEducationInDenominator = true,
        VocationalUpperSecondaryCounts = false,
        SuppressBelow = 6,
    };

    public DateOnly CensusOn(int cohort, string level) => Day(cohort, level == "upper_secondary" ? Census.UpperSecondary : Census.LowerSecondary);

    public DateOnly SustainedOn(int cohort) => Day(cohort + 1, Sustained);

    private static DateOnly Day(int year, string day) => DateOnly.ParseExact($"{year}-{day}", "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>MM-DD, by level of graduation.</summary>
public sealed record CensusDays(string LowerSecondary, string UpperSecondary);

/// <summary>One numeric target of a plan.</summary>
public sealed record Target
{
    public required string Id { get; init; }
    public required IndicatorRef Indicator { get; init; }
    public required Text Title { get; init; }
    public required Population Population { get; init; }

    /// <summary>`at_least`, `about`, `exactly`, or `range_as_minimum`: the lower end is the floor, the upper end the aspiration.</summary>
    public required string Comparator { get; init; }

    public required decimal Low { get; init; }
    public decimal? High { get; init; }
    public required string Unit { get; init; }
    public required Due Due { get; init; }
    public required string Variant { get; init; }
    public required string Clause { get; init; }
    public Text? Note { get; init; }
    public string? Maturity { get; init; }

    /// <summary>Of the targets about the same thing, the one that is due next; after the last year, the last one stays the mark.</summary>
    public static Target? ThatCounts(IEnumerable<Target> sameThing, int year)
    {
        var targets = sameThing.ToList();
        return targets.Where(target => target.Due.InYear is not { } due || due >= year).MinBy(target => target.Due.InYear ?? int.MaxValue) ?? targets.MaxBy(target => target.Due.InYear);
    }
}

/// <summary>Which indicator a target is about, and by which version of its definition.</summary>
public sealed record IndicatorRef(string Code, int Version);

/// <summary>Who or what is counted.</summary>
public sealed record Population(string Kind, IReadOnlyList<string>? Levels = null, bool EachLevel = false);

/// <summary>When a target is due; which members are set depends on the kind.</summary>
public sealed record Due
{
    public required string Kind { get; init; }
    public DateOnly? Date { get; init; }
    public DateOnly? WeekOf { get; init; }
    public string? Day { get; init; }
    public int? Year { get; init; }
    public int? From { get; init; }
    public int? To { get; init; }
    public int? Inferred { get; init; }
    public string? Event { get; init; }
    public bool StrictlyBefore { get; init; }

    /// <summary>The year it must be reached in; null where every year or no year is meant.</summary>
    public int? InYear => Year ?? Date?.Year ?? WeekOf?.Year ?? To ?? Inferred;
}

/// <summary>How firm an enrolment must be to count: indicators.md, rule 3.</summary>
public static class Maturity
{
    /// <summary>First attendance confirmed, whatever came later.</summary>
    public const string Started = "started";

    /// <summary>On the roll on the census day of the cohort's year.</summary>
    public const string Census = "census";

    /// <summary>On the roll on the day of the following year: two terms.</summary>
    public const string Sustained = "sustained";

    public static IReadOnlyList<string> All { get; } = [Started, Census, Sustained];
}
