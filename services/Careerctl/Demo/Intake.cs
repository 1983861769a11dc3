using System.Globalization;

namespace CareerPlatform.Careerctl.Demo;

/// <summary>What a family means to do after grade 9.</summary>
public enum Plan
{
    /// <summary>Sits the grade-10 exam.</summary>
    Exam,

    /// <summary>Sits the exam, and goes to a continuing education centre if it fails.</summary>
    ExamThenContinuingEducation,

    /// <summary>Registered at a continuing education centre only.</summary>
    ContinuingEducation,

    /// <summary>Registered nowhere.</summary>
    NotRegistered,
}

/// <summary>One invented grade-9 pupil with family, agreement, wish and, for candidates, the exam.</summary>
public sealed class DemoPupil
{
    public required string MinistryId { get; init; }
    public required DemoSchool School { get; init; }
    public required string Name { get; init; }
    public required bool Girl { get; init; }
    public required DateOnly Born { get; init; }
    public required string Ethnicity { get; init; }
    public required string Commune { get; init; }
    public required string OldCommune { get; init; }
    public required string Guardian { get; init; }
    public required string GuardianPhone { get; init; }
    public required string Address { get; init; }

    /// <summary>Null: never asked, or no answer recorded.</summary>
    public required bool? ChildAgreed { get; init; }

    public required bool? GuardianAgreed { get; init; }
    public required string ContactSource { get; init; }
    public required DateOnly ContactDate { get; init; }
    public required string? WishedTrade { get; init; }
    public required string? WishedLevel { get; init; }
    public required Plan Plan { get; init; }
    public required bool Recognised { get; init; }
    public required string Programme { get; init; }

    /// <summary>Null for those who did not register and for those absent from all papers.</summary>
    public Papers? Papers { get; set; }

    public bool Registered => Plan is Plan.Exam or Plan.ExamThenContinuingEducation;
    public bool Absent => Registered && Papers is null;
    public string CandidateNumber { get; set; } = "";
    public bool Admitted { get; set; }

    /// <summary>The results file does not name every candidate's ministry id; those are known by name, birth date and school.</summary>
    public bool IdInResults { get; set; } = true;

    public bool BothAgreed => ChildAgreed == true && GuardianAgreed == true;
}

/// <summary>The grade-9 pupils of one council, ranked.</summary>
public sealed record CouncilIntake(DemoCouncil Council, IReadOnlyList<DemoPupil> Pupils, int Places)
{
    /// <summary>The candidates in the order of their numbers.</summary>
    public IEnumerable<DemoPupil> Candidates => Pupils.Where(pupil => pupil.Registered).OrderBy(pupil => pupil.CandidateNumber, StringComparer.Ordinal);
}

/// <summary>Draws the pupils of a province, one council at a time, so that only one council is ever in memory.</summary>
public sealed class Intake(DemoProvince province)
{
    const double AdmittedShare = 0.70;   // public places as a share of candidates (press, 2024-25)
    const int Remembered = 256;

    readonly Chance chance = Chance.For(province.Seed, "pupils");
    readonly List<DemoPupil> remembered = [];
    readonly int firstSerial = Chance.For(province.Seed, "serial").Below(1_000_000);
    int serial;

    /// <summary>Every council of the province with its pupils; a fresh enumeration needs a fresh intake.</summary>
    public IEnumerable<CouncilIntake> Councils()
    {
        foreach (var council in province.Councils) yield return Draw(council);
    }

    CouncilIntake Draw(DemoCouncil council)
    {
        // Schools differ in size about as lognormal(0.5); a few schools have far more pupils who registered nowhere than their peers have.
        var weights = council.Schools.Select(_ => Math.Exp(.5 * chance.Normal())).ToArray();
        var total = Shares.Of(council.Candidates + council.NeverRegistered + council.ContinuingEducation, weights);
        var nevers = Shares.Within(council.NeverRegistered, [.. weights.Select(weight => weight * (chance.Happens(.02) ? 3.5 : .7 + .6 * chance.Next()))], [.. total.Select(count => count * 6 / 10)]);
        var short_ = council.NeverRegistered - nevers.Sum();
        var continuing = Shares.Within(council.ContinuingEducation + short_, weights, [.. total.Zip(nevers, (all, never) => all - never)]);
        var pupils = new List<DemoPupil>(total.Sum());
        for (var s = 0; s < council.Schools.Count; s++) DrawSchool(council, council.Schools[s], total[s], nevers[s], continuing[s], pupils);

        var candidates = pupils.Where(pupil => pupil.Registered).ToList();
        foreach (var candidate in candidates) candidate.Papers = Marks.Draw(chance, council.Strength);
        var absent = candidates.ToList();
        chance.Shuffle(absent);
        foreach (var candidate in absent.Take(council.Absent)) candidate.Papers = null;

        var width = Math.Max(4, province.Councils.Max(one => one.Candidates).ToString(CultureInfo.InvariantCulture).Length);   // one width for the whole province
        var number = 0;
        foreach (var candidate in candidates.OrderBy(pupil => pupil.Name[(pupil.Name.LastIndexOf(' ') + 1)..], StringComparer.Ordinal).ThenBy(pupil => pupil.Name, StringComparer.Ordinal).ThenBy(pupil => pupil.MinistryId, StringComparer.Ordinal))
            candidate.CandidateNumber = council.Code + (++number).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
        var places = (int)Math.Round(candidates.Count * AdmittedShare);
        foreach (var candidate in Ranking(candidates).Take(places)) candidate.Admitted = true;
        return new CouncilIntake(council, pupils, places);
    }

    /// <summary>The council's ranking: total, then literature and maths together, then candidate number; the absent have none.</summary>
    static IEnumerable<DemoPupil> Ranking(IEnumerable<DemoPupil> candidates) => candidates
        .Where(candidate => candidate.Papers is not null)
        .OrderByDescending(candidate => candidate.Papers!.Value.Total)
        .ThenByDescending(candidate => candidate.Papers!.Value.Literature + candidate.Papers!.Value.Maths)
        .ThenBy(candidate => candidate.CandidateNumber, StringComparer.Ordinal);

    void DrawSchool(DemoCouncil council, DemoSchool school, int total, int never, int continuing, List<DemoPupil> into)
    {
        var plans = new List<Plan>(total);
        for (var i = 0; i < total; i++)
            plans.Add(i < never ? Plan.NotRegistered : i < never + continuing ? Plan.ContinuingEducation : chance.Happens(.015) ? Plan.ExamThenContinuingEducation : Plan.Exam);
        chance.Shuffle(plans);
        var taken = new HashSet<(string, DateOnly)>();
        var first = into.Count;
        foreach (var plan in plans)
        {
            var sibling = into.Count > first && chance.Happens(.018) ? into[^1] : null;
            var double_ = sibling is null && remembered.Count > 0 && chance.Happens(.005) ? chance.One(remembered) : null;
            if (double_ is not null && (double_.School == school || !taken.Add((double_.Name, double_.Born)))) double_ = null;
            var pupil = DrawPupil(council, school, plan, sibling, double_, taken);
            into.Add(pupil);
            if (remembered.Count < Remembered) remembered.Add(pupil);
            else if (chance.Happens(.2)) remembered[chance.Below(Remembered)] = pupil;
        }
    }

    DemoPupil DrawPupil(DemoCouncil council, DemoSchool school, Plan plan, DemoPupil? sibling, DemoPupil? namesake, HashSet<(string, DateOnly)> taken)
    {
        var highlander = sibling is null && namesake is null && DemoProvince.IsHighland(council.District) && chance.Happens(.8);
        var girl = namesake?.Girl ?? chance.Happens(.485);
        var ethnicity = sibling?.Ethnicity ?? namesake?.Ethnicity ?? "Kinh";
        string name;
        DateOnly born;
        if (namesake is not null) (name, born) = (namesake.Name, namesake.Born);
        else
        {
            string surname;
            if (highlander) (ethnicity, surname) = chance.One(Words.Highlanders) is var (people, surnames) ? (people, chance.One(surnames)) : default;
            else surname = sibling?.Name.Split(' ')[0] ?? chance.One(Words.Surnames);
            born = sibling is null || chance.Happens(.25) ? Birthday() : sibling.Born;   // three of four siblings in one grade are twins
            do
            {
                name = ethnicity == "Kinh"
                    ? $"{surname} {chance.One(girl ? Words.MiddleOfGirls : Words.MiddleOfBoys)} {chance.One(girl ? Words.GivenOfGirls : Words.GivenOfBoys)}"
                    : $"{surname} {chance.One(girl ? Words.HighlandMiddleOfGirls : Words.HighlandMiddleOfBoys)} {chance.One(girl ? Words.HighlandGivenOfGirls : Words.HighlandGivenOfBoys)}";
                if (taken.Add((name, born))) break;
                born = sibling is not null && sibling.Born == born ? born : Birthday();
            }
            while (true);
        }

        var (commune, oldCommune, address) = sibling is null ? Home(council, school) : (sibling.Commune, sibling.OldCommune, sibling.Address);
        var (childAgreed, guardianAgreed) = Agreement();
        var wishes = chance.Happens(.45);
        return new DemoPupil
        {
            MinistryId = NextId(girl, born),
            School = school,
            Name = name,
            Girl = girl,
            Born = born,
            Ethnicity = ethnicity,
            Commune = commune,
            OldCommune = oldCommune,
            Guardian = sibling?.Guardian ?? GuardianOf(name),
            GuardianPhone = sibling?.GuardianPhone ?? Phone(),
            Address = address,
            ChildAgreed = childAgreed,
            GuardianAgreed = guardianAgreed,
            ContactSource = chance.Happens(.7) ? "school_record" : chance.Happens(.6) ? "paper" : "web",
            ContactDate = new DateOnly(DemoProvince.SchoolYear - 1, 9, 1).AddDays(chance.Below(230)),
            WishedTrade = !wishes ? null : chance.One(Words.Trades).Code is var trade && chance.Happens(.6) ? trade[..2] : "5" + trade,
            WishedLevel = !wishes || chance.Happens(.2) ? null : chance.Happens(.78) ? "intermediate" : chance.Happens(.75) ? "elementary" : "college",
            Plan = plan,
            Recognised = !chance.Happens(.011),
            Programme = "general",
            IdInResults = !chance.Happens(.008),
        };
    }

    DateOnly Birthday() => new DateOnly(DemoProvince.SchoolYear - 15 - (chance.Happens(.03) ? 1 : 0), 1, 1).AddDays(chance.Below(365));

    /// <summary>85 of 100 families have both signatures on record, nine only one, six none.</summary>
    (bool? Child, bool? Guardian) Agreement() => chance.Next() switch
    {
        < .85 => (true, true),
        < .90 => (true, null),
        < .92 => (true, false),
        < .94 => (null, true),
        < .96 => (false, false),
        _ => (null, null),
    };

    (string Commune, string OldCommune, string Address) Home(DemoCouncil council, DemoSchool school)
    {
        var old = chance.Happens(.9) ? school.OldCommune! : chance.One(council.Schools).OldCommune!;
        var commune = province.OldToNew[old];
        return (commune, old, $"{(DemoProvince.IsHighland(council.District) ? "Bản" : council.District == 0 ? "Khối" : "Xóm")} {1 + chance.Below(18)}, {province.AreaNames[commune]}");
    }

    string GuardianOf(string child)
    {
        var mother = chance.Happens(.45);
        var surname = mother ? chance.One(Words.Surnames) : child.Split(' ')[0];
        return $"{surname} {(mother ? "Thị" : "Văn")} {chance.One(mother ? Words.GivenOfGirls : Words.GivenOfBoys)}";
    }

    /// <summary>Mostly a number of its own; some families share one, some gave none, some numbers are wrong.</summary>
    string Phone()
    {
        var kind = chance.Next();
        var number = $"0599{chance.Below(1_000_000):000000}";   // a range with hardly any subscribers
        return kind switch
        {
            < .025 => "",
            < .033 => number[..9],                               // a digit is missing
            < .037 => "0000000000",
            < .040 => "không có",
            < .050 when remembered.Count > 0 => chance.One(remembered).GuardianPhone,
            < .150 => $"{number[..4]} {number[4..7]} {number[7..]}",
            < .170 => "+84" + number[1..],
            _ => number,
        };
    }

    /// <summary>Twelve digits for most (leading zero, sex and century, year of birth), ten for the rest; never the same one twice.</summary>
    string NextId(bool girl, DateOnly born)
    {
        var mixed = (int)((serial * 386_117L + firstSerial) % 1_000_000);
        var short_ = serial % 11 == 0 || serial >= 1_000_000;
        var id = short_ ? $"{DemoProvince.Code}{serial:00000000}" : $"0{DemoProvince.Code}{(girl ? 3 : 2)}{born.Year % 100:00}{mixed:000000}";
        serial++;
        return id;
    }
}
