using System.Globalization;
using System.Text.Json.Serialization;

namespace CareerPlatform.Targets.Domain;

/// <summary>A plan as its office issued it: what must be reached, by when, counted how, and who does what. `Plans/plan.schema.json` says what each member means.</summary>
public sealed record Plan
{
    public required string Id { get; init; }
    public required Text Title { get; init; }
    public required string IssuerLevel { get; init; }
    public required string Issuer { get; init; }

    /// <summary>Null for the whole country.</summary>
    public required string? Province { get; init; }

    public required string? Number { get; init; }
    public string? Symbol { get; init; }
    public required DateOnly? Date { get; init; }
    public string? Month { get; init; }
    public DateOnly? EffectiveFrom { get; init; }
    public required Years Period { get; init; }
    public IssuedDocument? Parent { get; init; }
    public IReadOnlyList<IssuedDocument> Supersedes { get; init; } = [];
    public IReadOnlyList<Reference> References { get; init; } = [];
    public required string Status { get; init; }
    public bool Fictional { get; init; }
    public required Parameters Parameters { get; init; }
    public required IReadOnlyList<Target> Targets { get; init; }
    public IReadOnlyList<DroppedTarget> Drops { get; init; } = [];
    public IReadOnlyList<ExternalTargets> ExternalTargets { get; init; } = [];
    public IReadOnlyList<PlannedTask> Tasks { get; init; } = [];
    public IReadOnlyList<Phase> Phases { get; init; } = [];
    public BudgetNeed? BudgetNeed { get; init; }
    public IReadOnlyList<FundingSource> Funding { get; init; } = [];
    public Lines? Spending { get; init; }
    public IReadOnlyList<ReportingDuty> Reporting { get; init; } = [];
    public Conference? Conference { get; init; }
    public IReadOnlyList<string> Channels { get; init; } = [];
    public IReadOnlyList<Text> Ambiguities { get; init; } = [];

    public bool InForce(string province, int year) => Status == "in_force" && (Province is null || Province == province) && Covers(year);

    public bool Covers(int year) => Period.From <= year && year <= Period.To;
}

/// <summary>Vietnamese and English, our own wording.</summary>
public sealed record Text(string Vi, string En);

/// <summary>First and last year; the year a plan only looks ahead to.</summary>
public sealed record Years(int From, int To, int? Orientation = null);

/// <summary>A document another office issued; its id where it is a plan held here.</summary>
public sealed record IssuedDocument(string Number, DateOnly? Date = null, string? Issuer = null, string? Plan = null);

/// <summary>Another document the plan leans on.</summary>
public sealed record Reference(IssuedDocument Document, string Relation, string? Clause = null, Text? Note = null);

/// <summary>A target of the parent plan that does not hold in this one.</summary>
public sealed record DroppedTarget(string Target, Text Reason, string Clause);

/// <summary>Targets in a document we do not hold.</summary>
public sealed record ExternalTargets(IssuedDocument Document, Text Reason, string? Clause = null);

/// <summary>A task as the plan words it.</summary>
public sealed record PlannedTask
{
    public required string Code { get; init; }
    public required Text Title { get; init; }
    public required string Recurrence { get; init; }
    public required Due Due { get; init; }
    public string? NotBefore { get; init; }

    /// <summary>Functions; empty where the text lost them, then <see cref="LeadByRule"/> may stand in.</summary>
    public required IReadOnlyList<string> Leads { get; init; }

    public string? LeadByRule { get; init; }
    public required IReadOnlyList<string> Coordinators { get; init; }
    public required string? ProductHolder { get; init; }
    public Text? Product { get; init; }
    public IReadOnlyList<string> DependsOn { get; init; } = [];
    public IReadOnlyList<string> Channels { get; init; } = [];
    public IReadOnlyList<Text> Occupations { get; init; } = [];
    public IReadOnlyList<IssuedDocument> Documents { get; init; } = [];
    public required string Clause { get; init; }
}

/// <summary>Years in which some things are to be done; phases may overlap.</summary>
public sealed record Phase(int From, int To, IReadOnlyList<PhaseItem> Items, string Clause);

/// <summary>One thing of a phase; with a date only where the text gives one.</summary>
public sealed record PhaseItem(Text Title, Due? Due = null);

/// <summary>What the plan will cost: the value of a target, and what it does not cover.</summary>
public sealed record BudgetNeed
{
    public required string Target { get; init; }
    public IReadOnlyList<Text> Exclusions { get; init; } = [];
    public required string Clause { get; init; }
}

/// <summary>Where money comes from.</summary>
public sealed record FundingSource
{
    public required Text Source { get; init; }
    public IReadOnlyList<IssuedDocument> Documents { get; init; } = [];
    public required string Clause { get; init; }
}

/// <summary>Lines of one clause.</summary>
public sealed record Lines(IReadOnlyList<Text> Items, string Clause);

/// <summary>Who reports to whom, how often.</summary>
public sealed record ReportingDuty
{
    public required string Code { get; init; }
    public required Text Title { get; init; }
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>Empty where the text names nobody.</summary>
    public required IReadOnlyList<string> To { get; init; }

    public string? Via { get; init; }
    public required string Recurrence { get; init; }
    public required Due Due { get; init; }
    public required string Clause { get; init; }
}

/// <summary>A conference the plan calls.</summary>
public sealed record Conference
{
    public required Text Title { get; init; }
    public required Due Due { get; init; }
    public string? Place { get; init; }

    /// <summary>The target whose value is the number of people expected.</summary>
    public string? Capacity { get; init; }

    public required string Clause { get; init; }
    public Lines? Content { get; init; }
    public Lines? Invitees { get; init; }
    public Lines? Programme { get; init; }
    public Lines? Awards { get; init; }
    public IReadOnlyList<Speech> Speeches { get; init; } = [];
}

/// <summary>A speech that somebody must give or is asked to give.</summary>
public sealed record Speech
{
    public required Text Author { get; init; }
    public IReadOnlyList<string> Functions { get; init; } = [];
    public required string Kind { get; init; }
    public required Text Topic { get; init; }
    public required string Clause { get; init; }
}

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
    public IReadOnlyList<Succession> Succession { get; init; } = [];
    public TaskDates? TaskDates { get; init; }
    public GuidanceRules? Guidance { get; init; }
    public Voluntariness? Voluntariness { get; init; }

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

    private static DateOnly Day(int year, string day) => DateOnly.ParseExact($"{year}-{day}", "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Days after a task is due: until when it may still be closed, as late, and from when nobody may change it.</summary>
public sealed record TaskDates(int LateAcceptedDays, int LockedAfterDays)
{
    /// <summary>This project's rule where a plan's owner says nothing.</summary>
    public static TaskDates Default { get; } = new(30, 60);
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
    public Replacement? Replaces { get; init; }

    /// <summary>What it is about: two targets about the same thing differ in when they are due.</summary>
    [JsonIgnore]
    public (string Indicator, string Variant, string Levels) Thing => (Indicator.Code, Variant, string.Join('+', Population.Levels ?? []));

    /// <summary>Whether this is nowhere easier than the other and not due later.</summary>
    public bool Tightens(Target other) => Thing == other.Thing && Unit == other.Unit && Low >= other.Low && (High ?? Low) >= (other.High ?? other.Low)
        && (Due.InYear ?? int.MaxValue) <= (other.Due.InYear ?? int.MaxValue);

    /// <summary>Of the targets about the same thing, the one that is due next; after the last year, the last one stays the mark.</summary>
    public static Target? ThatCounts(IEnumerable<Target> sameThing, int year)
    {
        var targets = sameThing.ToList();
        return targets.Where(target => target.Due.InYear is not { } due || due >= year).MinBy(target => target.Due.InYear ?? int.MaxValue) ?? targets.MaxBy(target => target.Due.InYear);
    }
}

/// <summary>The target of the parent plan in whose place one stands: `override`, or `tighten`, which is checked.</summary>
public sealed record Replacement(string Target, string Change);

/// <summary>Which indicator a target is about, and by which version of its definition.</summary>
public sealed record IndicatorRef(string Code, int Version);

/// <summary>Who or what is counted.</summary>
public sealed record Population(string Kind, IReadOnlyList<string>? Levels = null, bool EachLevel = false);

/// <summary>When something is due; which members are set depends on the kind.</summary>
public sealed record Due
{
    public required string Kind { get; init; }
    public DateOnly? Date { get; init; }
    public string? Month { get; init; }
    public string? Week { get; init; }
    public string? Day { get; init; }
    public int? Year { get; init; }
    public int? From { get; init; }
    public int? To { get; init; }
    public int? Inferred { get; init; }
    public string? Event { get; init; }
    public bool StrictlyBefore { get; init; }

    /// <summary>The year it must be reached in; null where every year or no year is meant.</summary>
    public int? InYear => Year ?? Date?.Year ?? (Month is null ? default(int?) : int.Parse(Month.AsSpan(0, 4), CultureInfo.InvariantCulture)) ?? To ?? Inferred;
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

    /// <summary>On the roll on the day that is asked for; not a maturity that a plan may name.</summary>
    public const string AsOf = "as_of";

    /// <summary>As things stand on the indicator's own day; what schools do ripens no further.</summary>
    public const string ReferenceDay = "reference_day";
}
