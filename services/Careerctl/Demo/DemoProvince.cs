using System.Globalization;

namespace CareerPlatform.Careerctl.Demo;

/// <summary>An administrative area between two dates.</summary>
public sealed record DemoArea(string Code, string Name, string Kind, string? Parent, DateOnly ValidFrom, DateOnly? ValidTo, bool Disadvantaged, IReadOnlyList<string> Predecessors);

/// <summary>A school of the province; the council is the exam council its grade-9 pupils sit at (its own council for an upper-secondary school).</summary>
public sealed record DemoSchool(string Code, string Name, string Levels, string Commune, string Kind, int Council = -1, string? OldCommune = null);

/// <summary>An exam council: one upper-secondary school, the lower-secondary schools around it, and how its candidates fared.</summary>
public sealed record DemoCouncil(int Index, string Code, int District, double Strength, int Candidates, int Absent, int NeverRegistered, int ContinuingEducation, DemoSchool Host, IReadOnlyList<DemoSchool> Schools);

/// <summary>A vocational institution.</summary>
public sealed record DemoInstitution(string Code, string Name, string Commune, string Kind, bool Boarding);

/// <summary>A programme of an institution with its seats of one intake.</summary>
public sealed record DemoProgramme(string InstitutionCode, string TrainingCode, string Name, string Level, int Seats, int IntakeYear, decimal Fee, IReadOnlyList<string> SupportPolicies);

/// <summary>The demo province: invented places, schools and institutions in the sizes of a real one. The same seed gives the same province.</summary>
/// <remarks>
/// Sizes from public figures of one province's 2024-25 season (Department of Education and its press): 53,829 grade-9 pupils, 44,689 exam candidates in 69
/// councils (185 to 1,582, median 635), 132 absent, places for 70 %, more than 6,000 who registered nowhere, 53 vocational institutions (9 colleges,
/// 12 intermediate schools, 1 vocational centre, 19 vocational and continuing education centres, 12 others).
/// </remarks>
public sealed class DemoProvince
{
    public const string Code = "97";
    public const int SchoolYear = 2026;
    public const int RealPupils = 53_829;

    /// <summary>Where the demo people's school person works, as Identity names it.</summary>
    public const string PeoplesSchool = "97150000";

    const int RealCandidates = 44_689, RealAbsent = 132, RealNeverRegistered = 6_800;
    const int Districts = 20, Communes = 130, OldCommunes = 412, UpperSecondary = 90, CouncilCount = 69, BothLevels = 4, Centres = 19;
    static readonly DateOnly Reform = new(2025, 7, 1);

    // Grade-9 pupils by former district, in thousandths: one city, two towns, eleven lowland districts, six highland ones.
    static readonly double[] DistrictWeight = [98, 38, 34, 88, 84, 78, 70, 66, 62, 56, 52, 46, 42, 38, 32, 30, 26, 24, 20, 16];
    const int FirstHighland = 14;

    readonly Chance chance;

    public DemoProvince(int seed = 1, int pupils = RealPupils)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pupils);
        (Seed, Pupils) = (seed, pupils);
        chance = Chance.For(seed, "province");
        (Areas, OldToNew, var oldOfDistrict, var newOfDistrict) = Geography();
        CommunesOfDistrict = newOfDistrict;
        AreaNames = Areas.Where(area => area.ValidTo is null).ToDictionary(area => area.Code, area => area.Name);
        (Schools, Councils) = SchoolsAndCouncils(oldOfDistrict);
        (Institutions, Programmes) = Vocational(newOfDistrict);
    }

    public int Seed { get; }
    public int Pupils { get; }
    public IReadOnlyList<DemoArea> Areas { get; }
    public IReadOnlyList<DemoSchool> Schools { get; }
    public IReadOnlyList<DemoCouncil> Councils { get; }
    public IReadOnlyList<DemoInstitution> Institutions { get; }
    public IReadOnlyList<DemoProgramme> Programmes { get; }

    /// <summary>The commune of today that each former commune's people live in (the first, where it was divided).</summary>
    public IReadOnlyDictionary<string, string> OldToNew { get; }

    public IReadOnlyList<IReadOnlyList<string>> CommunesOfDistrict { get; }
    public IReadOnlyDictionary<string, string> AreaNames { get; }

    public static bool IsHighland(int district) => district >= FirstHighland;

    int Scaled(int real) => (int)Math.Round((double)real * Pupils / RealPupils);

    (List<DemoArea>, Dictionary<string, string>, List<string>[], List<string>[]) Geography()
    {
        var lowland = Words.Places(chance, highland: false);
        var highland = Words.Places(chance, highland: true);
        var areas = new List<DemoArea> { new(Code, Words.ProvinceName, "province", null, new(1991, 8, 12), null, false, []) };
        var oldCounts = Shares.Of(OldCommunes, [.. DistrictWeight.Select((weight, district) => weight + (IsHighland(district) ? 18 : 8))], minimum: 5);
        var newCounts = Shares.Of(Communes, [.. oldCounts.Select(count => (double)count)], minimum: 2);
        var (oldToNew, oldOfDistrict, newOfDistrict) = (new Dictionary<string, string>(), new List<string>[Districts], new List<string>[Districts]);
        var after = new List<DemoArea>();
        var serial = 0;
        for (var district = 0; district < Districts; district++)
        {
            var names = IsHighland(district) ? highland : lowland;
            var title = district == 0 ? "Thành phố" : district < 3 ? "Thị xã" : "Huyện";
            var districtCode = string.Create(CultureInfo.InvariantCulture, $"{970 + district:000}");
            areas.Add(new(districtCode, $"{title} {names.Dequeue()}", "district", Code, new(2007, 1, 1), Reform.AddDays(-1), false, []));
            (oldOfDistrict[district], newOfDistrict[district]) = ([], []);
            var old = new List<(string Code, string Name, bool Poor)>();
            for (var i = 0; i < oldCounts[district]; i++)
            {
                var urban = district < 3 && i < oldCounts[district] * 2 / 3;
                var name = i == 0 && district > 2 ? $"Thị trấn {names.Dequeue()}" : $"{(urban ? "Phường" : "Xã")} {names.Dequeue()}";
                old.Add((string.Create(CultureInfo.InvariantCulture, $"97{++serial:000}"), name, !urban && chance.Happens(IsHighland(district) ? .72 : .03)));
                areas.Add(new(old[i].Code, name, "commune", districtCode, new(2008, 4, 1), Reform.AddDays(-1), old[i].Poor, []));
                oldOfDistrict[district].Add(old[i].Code);
            }

            var parts = Shares.Of(old.Count, [.. Enumerable.Range(0, newCounts[district]).Select(_ => .4 + chance.Next())], minimum: 1);
            var from = 0;
            foreach (var size in parts)
            {
                var merged = old.GetRange(from, size);
                // A commune of today carries the code of one of the former ones, and often the name of another: codes were reused.
                var code = merged[chance.Below(size)].Code;
                var bare = chance.Happens(.6) ? Bare(merged[chance.Below(size)].Name) : names.Dequeue();
                var predecessors = merged.Select(area => $"commune:{area.Code}").ToList();
                if (from > 0 && chance.Happens(.06))
                {
                    // The neighbour's last former commune was divided: a part of it came here.
                    var part = $"commune:{old[from - 1].Code}";
                    predecessors.Add($"{part}:part");
                    after[^1] = after[^1] with { Predecessors = [.. after[^1].Predecessors.Select(whole => whole == part ? $"{part}:part" : whole)] };
                }

                var poor = merged.Count(area => area.Poor) * 2 > size;
                after.Add(new(code, $"{(district == 0 || (district < 3 && from == 0) ? "Phường" : "Xã")} {bare}", "commune", Code, Reform, null, poor, predecessors));
                newOfDistrict[district].Add(code);
                foreach (var area in merged) oldToNew[area.Code] = code;
                from += size;
            }
        }

        areas.AddRange(after);
        return (areas, oldToNew, oldOfDistrict, newOfDistrict);
    }

    (List<DemoSchool>, List<DemoCouncil>) SchoolsAndCouncils(List<string>[] oldOfDistrict)
    {
        var absent = Scaled(RealAbsent);
        var never = Scaled(RealNeverRegistered);
        var candidates = Scaled(RealCandidates);
        var perDistrict = Shares.Of(CouncilCount, DistrictWeight, minimum: 1);
        var districts = Enumerable.Range(0, Districts).SelectMany(district => Enumerable.Repeat(district, perDistrict[district])).ToArray();

        // Large and strong councils lie in the city, small and weak ones in the highlands; each place in that order has its quantile.
        var order = Enumerable.Range(0, CouncilCount).OrderBy(k => (IsHighland(districts[k]) ? 0 : districts[k] == 0 ? 2 : 1) + .9 * chance.Next()).ToArray();
        var (sizes, strengths) = (new double[CouncilCount], new double[CouncilCount]);
        for (var rank = 0; rank < CouncilCount; rank++)
        {
            sizes[order[rank]] = Size((rank + .5) / CouncilCount);
            strengths[order[rank]] = Marks.Quantile((rank + .5) / CouncilCount) + .35 * chance.Normal();
        }

        var counts = Shares.Of(candidates, sizes, minimum: 1);
        var mean = Enumerable.Range(0, CouncilCount).Sum(k => counts[k] * strengths[k]) / candidates;
        var spread = Math.Sqrt(Enumerable.Range(0, CouncilCount).Sum(k => counts[k] * Math.Pow(strengths[k] - mean, 2)) / candidates) is var measured && measured > 0 ? measured : 1;
        var weights = counts.Select(count => (double)count).ToArray();
        var absents = Shares.Within(absent, [.. weights.Select(weight => weight * chance.Next())], counts);
        var nevers = Shares.Of(never, [.. weights.Select((weight, k) => weight * (IsHighland(districts[k]) ? 2.4 : districts[k] == 0 ? .6 : 1))]);
        var continuing = Shares.Of(Pupils - candidates - never, weights);

        var schools = new List<DemoSchool>();
        var councils = new List<DemoCouncil>();
        var names = new HashSet<string>();
        for (int k = 0, inDistrict = 0; k < CouncilCount; k++, inDistrict++)
        {
            if (k > 0 && districts[k] != districts[k - 1]) inDistrict = 0;
            var old = oldOfDistrict[districts[k]];
            var catchment = old.Skip(old.Count * inDistrict / perDistrict[districts[k]]).Take(old.Count * (inDistrict + 1) / perDistrict[districts[k]] - old.Count * inDistrict / perDistrict[districts[k]]).ToArray();
            var feeders = new List<DemoSchool>();
            foreach (var oldCommune in catchment)
            {
                var boarding = k >= CouncilCount - BothLevels && feeders.Count == 0;
                var place = Bare(Areas.First(area => area.Code == oldCommune).Name);
                feeders.Add(boarding
                    ? new($"9719{k:00}01", Unique(names, $"Trường PTDT Nội trú THCS và THPT {place}"), "lower_secondary+upper_secondary", OldToNew[oldCommune], "ethnic_boarding", k, oldCommune)
                    : new($"9715{schools.Count + feeders.Count:0000}", Unique(names, $"Trường {(IsHighland(districts[k]) && chance.Happens(.3) ? "PTDT Bán trú THCS" : "THCS")} {place}"), "lower_secondary", OldToNew[oldCommune], "public", k, oldCommune));
            }

            var host = feeders[0].Kind == "ethnic_boarding"
                ? feeders[0]
                : new($"9717{k:00}01", Unique(names, $"Trường THPT {Bare(Areas.First(area => area.Code == catchment[0]).Name)}"), "upper_secondary", OldToNew[catchment[0]], "public", k);
            schools.AddRange(feeders);
            if (host != feeders[0]) schools.Add(host);
            councils.Add(new(k, $"{k + 2:00}", districts[k], (strengths[k] - mean) / spread, counts[k], absents[k], nevers[k], continuing[k], host, feeders));
        }

        for (var i = 0; i < UpperSecondary - CouncilCount; i++)
            schools.Add(new($"9718{i:0000}", Unique(names, $"Trường THPT {Words.SchoolHeroes[i]}"), "upper_secondary", chance.One(CommunesOfDistrict[i % FirstHighland]), "private"));
        for (var i = 0; i < Centres; i++)
            schools.Add(new($"9716{i:0000}", $"Trung tâm GDNN-GDTX {Bare(Areas[DistrictAt(i)].Name)}", "continuing_education", CommunesOfDistrict[i][0], "public"));
        return (schools, councils);
    }

    (List<DemoInstitution>, List<DemoProgramme>) Vocational(List<string>[] newOfDistrict)
    {
        (string Kind, string Title, int Count, int Programmes, int Seats)[] kinds =
        [
            ("college", "Trường Cao đẳng", 9, 9, 74), ("intermediate_school", "Trường Trung cấp", 12, 6, 58), ("vocational_centre", "Trung tâm GDNN", 1, 3, 30),
            ("vocational_continuing_centre", "Trung tâm GDNN-GDTX", Centres, 4, 42), ("other", "Cơ sở GDNN", 12, 3, 28),
        ];
        string[] styles = ["Kỹ thuật Công nghiệp", "Kinh tế - Kỹ thuật", "Công nghệ", "Nghề", "Du lịch - Dịch vụ", "Nông lâm", "Y tế", "Giao thông", "Kỹ nghệ"];
        var (institutions, programmes) = (new List<DemoInstitution>(), new List<DemoProgramme>());
        foreach (var kind in kinds)
            for (var i = 0; i < kind.Count; i++)
            {
                var district = kind.Kind == "vocational_continuing_centre" ? i : chance.Happens(.5) ? 0 : chance.Below(FirstHighland);
                var place = kind.Kind == "vocational_continuing_centre" ? Bare(Areas[DistrictAt(i)].Name) : $"{styles[i % styles.Length]} {Words.SchoolHeroes[(i * 5 + kind.Programmes) % Words.SchoolHeroes.Length]}";
                var code = $"97N{institutions.Count + 1:00}";
                institutions.Add(new(code, $"{kind.Title} {place}", chance.One(newOfDistrict[district]), kind.Kind, kind.Kind is "college" || chance.Happens(.3)));
                var taught = new HashSet<string>();
                for (var p = 0; p < kind.Programmes; p++)
                {
                    var trade = chance.One(Words.Trades);
                    var level = kind.Kind switch
                    {
                        "college" => p == 0 ? "college" : p == 1 ? "elementary" : "intermediate",
                        "intermediate_school" => p == 0 ? "elementary" : "intermediate",
                        "vocational_continuing_centre" => p < 2 ? "intermediate" : "elementary",
                        _ => p == 0 ? "intermediate" : "elementary",
                    };
                    var training = (level switch { "college" => "6", "intermediate" => "5", _ => "4" }) + trade.Code;
                    if (!taught.Add(training)) continue;
                    var seats = Math.Max(2, Scaled((int)(kind.Seats * (.5 + chance.Next()))));
                    var fee = level == "college" ? 9_500_000m : 0m;
                    programmes.Add(new(code, training, trade.Name, level, seats, SchoolYear, fee, [.. Words.Supports.Where(_ => chance.Happens(.4))]));
                }
            }

        return (institutions, programmes);
    }

    /// <summary>Candidates of a council by quantile: 185, 420, 510, 635, 761, 864, 1,582 at 0, 10, 25, 50, 75, 90, 100 %.</summary>
    static double Size(double share)
    {
        ReadOnlySpan<double> at = [0, .10, .25, .50, .75, .90, 1], size = [185, 420, 510, 635, 761, 864, 1_582];
        var i = 1;
        while (i < at.Length - 1 && share > at[i]) i++;
        return size[i - 1] + (size[i] - size[i - 1]) * (share - at[i - 1]) / (at[i] - at[i - 1]);
    }

    int DistrictAt(int district) => Enumerable.Range(0, Areas.Count).Where(at => Areas[at].Kind == "district").ElementAt(district);

    /// <summary>A place's name without its title.</summary>
    public static string Bare(string name) => string.Join(' ', name.Split(' ').Skip(name.StartsWith("Xã ", StringComparison.Ordinal) || name.StartsWith("Phường ", StringComparison.Ordinal) || name.StartsWith("Huyện ", StringComparison.Ordinal) ? 1 : 2));

    static string Unique(HashSet<string> taken, string name)
    {
        var free = name;
        for (var number = 2; !taken.Add(free); number++) free = $"{name} {number}";
        return free;
    }
}
