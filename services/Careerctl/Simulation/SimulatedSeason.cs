using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Careerctl.Simulation;

/// <summary>What one way of giving leads to institutions led to.</summary>
/// <param name="Name">Of the way.</param>
/// <param name="Leads">Pupils whose family may be contacted.</param>
/// <param name="Reached">Of these, whose family somebody spoke to.</param>
/// <param name="Attempts">All attempts to reach a family.</param>
/// <param name="DoubleContacts">Families that two or more institutions tried in one week.</param>
/// <param name="ManyContacts">Families that three or more institutions tried in one week.</param>
/// <param name="CallsAfterEnrolment">Attempts at families whose child had enrolled.</param>
/// <param name="Enrolled">Pupils who enrolled.</param>
/// <param name="UnfilledSeats">Seats nobody took.</param>
/// <param name="WishMet">Of the enrolled who had a wish, those whose trade was met, in percent.</param>
/// <param name="Near">Of the enrolled, those who stay in their commune or former district, in percent.</param>
/// <param name="Far">Of the enrolled, those who go farther without boarding, in percent.</param>
/// <param name="MedianDays">Until the first attempt, half of the families that were tried.</param>
/// <param name="TriedByDay">Share of the families that were tried, in percent, at the end of each day.</param>
public sealed record Outcome(
    string Name, int Leads, int Reached, int Attempts, int DoubleContacts, int ManyContacts, int CallsAfterEnrolment, int Enrolled, int UnfilledSeats,
    double WishMet, double Near, double Far, int MedianDays, IReadOnlyList<double> TriedByDay);

/// <summary>One season of the demo province, day by day, under three ways of giving leads; families and institutions behave alike under all of them.</summary>
/// <remarks>
/// How they behave is assumed and stays the same in every run: an institution can make one attempt a day for every twenty seats and one in six wakes up late;
/// six attempts of ten reach the family; a family says yes the more readily the better the trade fits and the nearer it is; three attempts, then an institution gives up.
/// What differs is only who may call whom, and what an institution knows of the others. Everything is drawn from the seed.
/// </remarks>
public sealed class SimulatedSeason
{
    public const int Days = 75;   // mid July to the escalation day
    const int Exclusive = 7, Cooling = 7, LeftAlone = 60, PerWeek = 3, TriesEach = 3;
    static readonly double[] YesByWish = [.45, .30, .15, .06], YesByArea = [1, .9, .75, .5];

    readonly ulong seed;
    readonly List<Applicant> pupils;
    readonly DemoInstitution[] institutions;
    readonly Guid[] ids;
    readonly Dictionary<Guid, int> indexOf = [];
    readonly OpenProgramme[][] programmes;
    readonly int[] seats;
    readonly ILookup<string, string> districts;
    readonly byte[][] wish, area;

    public SimulatedSeason(DemoProvince province)
    {
        seed = (ulong)province.Seed;
        pupils = [.. new Intake(province).Councils().SelectMany(council => council.Pupils).Where(pupil => pupil is { Registered: true, Admitted: false, Absent: false, BothAgreed: true })
            .Select((pupil, n) => new Applicant(IdOf(2, n), pupil.GuardianPhone is { Length: > 0 } phone ? phone : $"alone-{n}", pupil.Commune, pupil.WishedTrade, pupil.WishedLevel, null))];
        institutions = [.. province.Institutions];
        ids = [.. institutions.Select((_, n) => IdOf(1, n))];
        for (var n = 0; n < ids.Length; n++) indexOf[ids[n]] = n;
        var taught = province.Programmes.ToLookup(programme => programme.InstitutionCode);
        programmes = [.. institutions.Select(one => taught[one.Code].Select(programme => new OpenProgramme(programme.TrainingCode, programme.Level)).ToArray())];
        seats = [.. institutions.Select(one => taught[one.Code].Sum(programme => programme.Seats))];
        districts = province.CommunesOfDistrict.SelectMany((communes, n) => communes.Select(commune => (commune, District: $"{n}"))).ToLookup(pair => pair.commune, pair => pair.District);
        var all = Offerers(seats, new int[ids.Length]);
        wish = [.. pupils.Select(pupil => all.Select(one => (byte)Allocation.WishRank(pupil.Trade, pupil.Level, one)).ToArray())];
        area = [.. pupils.Select(pupil => all.Select(one => (byte)Allocation.AreaRank(pupil.Commune, one, districts)).ToArray())];
    }

    /// <summary>The rule, first come first served, and the equal split.</summary>
    public IReadOnlyList<Outcome> Play() => [ByTheRule(), FirstComeFirstServed(), EqualSplit()];

    /// <summary>Two institutions at once, the best fitting first; silence and refusals hand the lead on; everybody sees the shared ledger.</summary>
    Outcome ByTheRule()
    {
        var state = new State(this);
        var held = new List<Held>[ids.Length];
        for (var n = 0; n < held.Length; n++) held[n] = [];
        var of = new List<Held>[pupils.Count];
        var had = new HashSet<Guid>[pupils.Count];
        for (var p = 0; p < of.Length; p++) (of[p], had[p]) = ([], []);
        var number = pupils.Select((pupil, n) => (pupil.Pupil, n)).ToDictionary(pair => pair.Pupil, pair => pair.n);
        var rules = new AllocationRules($"{seed}");

        for (var day = 0; day < Days; day++)
        {
            for (var i = 0; i < ids.Length; i++)
                held[i].RemoveAll(one =>
                {
                    var over = state.Enrolled[one.Pupil] || (one.Refused is { } no ? day >= no + Cooling : one.LastTry is { } last ? day >= last + LeftAlone : day >= one.Since + Exclusive);
                    if (over) of[one.Pupil].Remove(one);
                    return over;
                });
            var open = held.Select(list => list.Count(one => one.Refused is null)).ToArray();
            var places = Enumerable.Range(0, pupils.Count).SelectMany(p => of[p].Select(one => (pupils[p].Family, ids[one.Institution]))).Distinct()
                .GroupBy(pair => pair.Family).ToDictionary(family => family.Key, family => (IReadOnlyList<Guid>)[.. family.Select(pair => pair.Item2)]);
            var waiting = Enumerable.Range(0, pupils.Count).Where(p => !state.Enrolled[p] && of[p].Count < 2).Select(p => pupils[p] with { Had = had[p] });
            foreach (var grant in Allocation.Decide(waiting, Offerers(state.Free, open), places, districts, rules).Grants)
            {
                var one = new Held(number[grant.Pupil], indexOf[grant.Institution], day);
                held[one.Institution].Add(one);
                of[one.Pupil].Add(one);
                had[one.Pupil].Add(grant.Institution);
            }

            foreach (var i in Order(day))
            {
                var calls = state.CallsOf(i, day);
                foreach (var one in held[i])
                {
                    if (calls == 0) break;
                    if (one.Refused is not null || one.Tries == TriesEach || state.Enrolled[one.Pupil] || one.LastTry == day || one.LastTry == day - 1) continue;
                    if (state.InWeek(one.Pupil, day) >= PerWeek || of[one.Pupil].Any(other => other.Refused is { } no && other != one && day - no < Cooling)) continue;
                    calls--;
                    (one.LastTry, one.Tries) = (day, one.Tries + 1);
                    if (state.Try(one.Pupil, i, day, one.Tries) == Answer.No) one.Refused = day;
                }
            }
            state.EndOfDay();
        }
        return state.Outcome("rule");
    }

    /// <summary>Every institution has the whole list and calls whom it likes best; none knows what the others do.</summary>
    Outcome FirstComeFirstServed() => Lists("first_come", i => [.. Enumerable.Range(0, pupils.Count).OrderBy(p => wish[p][i]).ThenBy(p => area[p][i]).ThenBy(p => Lot(3, p, i, 0))]);

    /// <summary>The list is cut into equal parts by lot; each institution has its part for the season.</summary>
    Outcome EqualSplit()
    {
        var mixed = Enumerable.Range(0, pupils.Count).OrderBy(p => Lot(4, p, 0, 0)).ToList();
        return Lists("equal_split", i => [.. mixed.Where((_, n) => n % ids.Length == i)]);
    }

    Outcome Lists(string name, Func<int, List<int>> listOf)
    {
        var state = new State(this);
        var work = ids.Select((_, i) => listOf(i).ConvertAll(p => new Held(p, i, 0))).ToArray();
        for (var day = 0; day < Days; day++)
        {
            foreach (var i in Order(day))
            {
                var calls = state.CallsOf(i, day);
                var done = 0;
                foreach (var one in work[i])
                {
                    if (calls == 0 || state.Free[i] == 0) break;
                    if (one.Refused is not null || one.Tries == TriesEach)
                    {
                        done++;
                        continue;
                    }
                    if (one.LastTry == day || one.LastTry == day - 1) continue;
                    calls--;
                    (one.LastTry, one.Tries) = (day, one.Tries + 1);
                    if (state.Try(one.Pupil, i, day, one.Tries) is Answer.No or Answer.Yes) one.Refused = day;
                }
                if (done > 100) work[i].RemoveAll(one => one.Refused is not null || one.Tries == TriesEach);
            }
            state.EndOfDay();
        }
        return state.Outcome(name);
    }

    enum Answer { NoAnswer, No, Yes }

    sealed class Held(int pupil, int institution, int since)
    {
        public int Pupil => pupil;
        public int Institution => institution;
        public int Since => since;
        public int? LastTry { get; set; }
        public int Tries { get; set; }

        /// <summary>When this family answered this institution.</summary>
        public int? Refused { get; set; }
    }

    /// <summary>What happened so far under one way.</summary>
    sealed class State(SimulatedSeason season)
    {
        readonly int leads = season.pupils.Count;
        readonly List<(int Day, int Institution)>[] tries = [.. season.pupils.Select(_ => new List<(int, int)>())];
        readonly bool[] reached = new bool[season.pupils.Count];
        readonly int[] enrolledAt = [.. Enumerable.Repeat(-1, season.pupils.Count)];
        readonly List<double> triedByDay = [];
        int attempts, afterEnrolment, tried;

        public int[] Free { get; } = [.. season.seats];
        public bool[] Enrolled { get; } = new bool[season.pupils.Count];

        public int CallsOf(int i, int day) => day < (season.Lot(5, i, 0, 0) < 1 / 6.0 ? 14 : 0) ? 0 : Math.Max(1, (season.seats[i] + 19) / 20);

        public int InWeek(int p, int day) => tries[p].Count(one => day - one.Day < 7);

        public Answer Try(int p, int i, int day, int number)
        {
            attempts++;
            if (tries[p].Count == 0) tried++;
            tries[p].Add((day, i));
            if (Enrolled[p]) afterEnrolment++;
            if (season.Lot(6, p, i, number) >= .6) return Answer.NoAnswer;

            reached[p] = true;
            if (Enrolled[p] || Free[i] == 0 || season.Lot(7, p, i, 0) >= YesByWish[season.wish[p][i]] * YesByArea[season.area[p][i]]) return Answer.No;
            Free[i]--;
            (Enrolled[p], enrolledAt[p]) = (true, i);
            return Answer.Yes;
        }

        public void EndOfDay() => triedByDay.Add(leads == 0 ? 0 : 100.0 * tried / leads);

        public Outcome Outcome(string name)
        {
            var enrolled = Enumerable.Range(0, leads).Where(p => Enrolled[p]).ToList();
            var wished = enrolled.Where(p => season.pupils[p].Trade is not null).ToList();
            var first = tries.Where(all => all.Count > 0).Select(all => all[0].Day).Order().ToList();
            return new(name, leads, reached.Count(one => one), attempts, Families(2), Families(3), afterEnrolment, enrolled.Count, Free.Sum(),
                Percent(wished.Count(p => season.wish[p][enrolledAt[p]] <= 1), wished.Count),
                Percent(enrolled.Count(p => season.area[p][enrolledAt[p]] <= 1), enrolled.Count), Percent(enrolled.Count(p => season.area[p][enrolledAt[p]] == 3), enrolled.Count),
                first.Count == 0 ? 0 : first[first.Count / 2], triedByDay);
        }

        /// <summary>Families that so many institutions tried within seven days.</summary>
        int Families(int institutions) => season.pupils.Select((pupil, p) => (pupil.Family, p)).GroupBy(pair => pair.Family, pair => pair.p)
            .Count(family => family.SelectMany(p => tries[p]).ToList() is var all && all.Exists(start => all.Where(one => one.Day >= start.Day && one.Day < start.Day + 7).Select(one => one.Institution).Distinct().Count() >= institutions));

        static double Percent(int part, int whole) => whole == 0 ? 0 : Math.Round(100.0 * part / whole, 1);
    }

    List<Offerer> Offerers(int[] free, int[] open) =>
        [.. institutions.Select((one, i) => new Offerer(ids[i], one.Commune, one.Boarding, seats[i], free[i], open[i], programmes[i]))];

    /// <summary>Another order every day, so that no institution is always first.</summary>
    IEnumerable<int> Order(int day) => Enumerable.Range(0, ids.Length).OrderBy(i => Lot(8, day, i, 0));

    static Guid IdOf(int kind, int n) => new(kind, 0, 0, [0, 0, 0, 0, (byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n]);

    /// <summary>A number from 0 to 1 that belongs to this question alone.</summary>
    double Lot(int question, int a, int b, int c)
    {
        var x = seed;
        foreach (var part in (ReadOnlySpan<int>)[question, a, b, c])
        {
            x = (x + (uint)part + 1) * 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            x ^= x >> 31;
        }
        return (x >> 11) / (double)(1UL << 53);
    }
}
