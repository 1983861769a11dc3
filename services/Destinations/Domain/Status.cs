namespace CareerPlatform.Destinations.Domain;

/// <summary>The rungs of the ladder: where a graduate is, one and only one at any date.</summary>
/// <remarks>indicators.md, rules common to all enrolment rates, rule 2; the vocational upper-secondary level of rule 8 stands below the elementary level.</remarks>
public static class Status
{
    public const string College = "gdnn_college";
    public const string Intermediate = "gdnn_intermediate";
    public const string Elementary = "gdnn_elementary";
    public const string VocationalUpperSecondary = "vocational_upper_secondary";
    public const string UpperSecondary = "upper_secondary";
    public const string ContinuingEducation = "continuing_education";
    public const string OtherTraining = "other_training";
    public const string Work = "work";
    public const string Abroad = "abroad";
    public const string NotInEducation = "not_in_education";
    public const string Declined = "declined";
    public const string NotKnown = "not_known";

    /// <summary>Died, recognised in error or recognised elsewhere: no longer counted at all, so it stands outside the order of the others.</summary>
    public const string OutOfCohort = "out_of_cohort";

    /// <summary>Every rung, the highest first.</summary>
    public static IReadOnlyList<string> Ladder { get; } =
    [
        College, Intermediate, Elementary, VocationalUpperSecondary, UpperSecondary, ContinuingEducation,
        OtherTraining, Work, Abroad, NotInEducation, Declined, NotKnown, OutOfCohort,
    ];

    /// <summary>Position on the ladder, 0 the highest; throws for a code that is no rung.</summary>
    public static int Rank(string status)
    {
        for (var rank = 0; rank < Ladder.Count; rank++)
            if (Ladder[rank] == status)
                return rank;
        throw new ArgumentOutOfRangeException(nameof(status), "Not a rung of the ladder.");
    }

    /// <summary>The levels of vocational education, where a dual track is counted.</summary>
    public static bool IsTrade(string status) => status is College or Intermediate or Elementary or VocationalUpperSecondary;

    /// <summary>The rung of an enrolment's level; throws for a level that the contract does not know, so that the event is parked and not miscounted.</summary>
    public static string OfLevel(string level) => level switch
    {
        "college" => College,
        "intermediate" => Intermediate,
        "elementary" => Elementary,
        "vocational_upper_secondary" => VocationalUpperSecondary,
        "upper_secondary" => UpperSecondary,
        "continuing_education" => ContinuingEducation,
        _ => throw new ArgumentOutOfRangeException(nameof(level), "Not a level of the contract."),
    };

    /// <summary>The rung of a grade-10 programme.</summary>
    public static string OfProgramme(string programme) => programme switch
    {
        "upper_secondary" => UpperSecondary,
        "continuing_education" => ContinuingEducation,
        _ => throw new ArgumentOutOfRangeException(nameof(programme), "Not a programme of the contract."),
    };
}
