using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>A pupil without a place whose family may be contacted.</summary>
/// <param name="Pupil">Who.</param>
/// <param name="Family">Brothers and sisters have the same.</param>
/// <param name="Commune">Where the pupil lives.</param>
/// <param name="Trade">The wished trade (seven digits) or field (two digits).</param>
/// <param name="Level">The wished level.</param>
/// <param name="Chosen">The institutions the family agreed to; null for all in scope.</param>
/// <param name="Had">Institutions that have this lead or let their time with it pass; they get it no second time.</param>
public sealed record Applicant(Guid Pupil, string Family, string Commune, string? Trade, string? Level, IReadOnlySet<Guid>? Chosen, IReadOnlySet<Guid>? Had = null);

/// <summary>A programme that still has seats.</summary>
public sealed record OpenProgramme(string TrainingCode, string Level);

/// <summary>An institution with an agreement in force.</summary>
/// <remarks>Free seats are those of the intake that nobody has taken; open offers are leads it holds and has not yet enrolled or lost; areas are the communes or former districts its agreement reaches, null for all.</remarks>
public sealed record Offerer(Guid Institution, string Commune, bool Boarding, int Seats, int FreeSeats, int OpenOffers, IReadOnlyList<OpenProgramme> Programmes, IReadOnlySet<string>? Areas = null);

/// <summary>One institution may contact one pupil's family, and why it was this one.</summary>
/// <param name="Pupil">Whose family.</param>
/// <param name="Family">The family.</param>
/// <param name="Institution">Who may contact it.</param>
/// <param name="Reasons">What spoke for this institution against at least one other, the strongest first.</param>
/// <param name="Wish">0: trade and level as wished (or nothing wished); 1: the trade at another level; 2: the level in another trade; 3: neither.</param>
/// <param name="Area">0: the same commune; 1: the same former district; 2: it boards its students; 3: farther.</param>
public sealed record AllocatedGrant(Guid Pupil, string Family, Guid Institution, IReadOnlyList<string> Reasons, int Wish, int Area)
{
    /// <summary>Nobody's family: put among the grants after the decision (Features/Decoys).</summary>
    public bool Decoy { get; init; }
}

/// <summary>One round of the allocation: the grants, and for every pupil what was decided about every institution.</summary>
/// <param name="Institutions">Who took part, by id.</param>
/// <param name="Grants">Who got whom.</param>
/// <param name="Verdicts">Per pupil one letter of <see cref="Verdict"/> for each of the institutions.</param>
public sealed record AllocationRound(IReadOnlyList<Guid> Institutions, IReadOnlyList<AllocatedGrant> Grants, IReadOnlyDictionary<Guid, string> Verdicts);

/// <summary>The published parameters of the allocation (rule).</summary>
/// <param name="Seed">Published before the season; gives every family and institution the same chance and makes the result repeatable.</param>
/// <param name="PerFamily">Institutions a family hears from at once.</param>
/// <param name="OffersPerSeat">Every family hears from two institutions and takes one seat at most, so a seat is offered twice.</param>
public sealed record AllocationRules(string Seed, int PerFamily = 2, int OffersPerSeat = 2);

/// <summary>Which institutions may contact which family.</summary>
/// <remarks>
/// Agreement in force and free seats, then the pupil's wish (trade, level), then the area (same commune, same former district, boarding), then free seats
/// (by quarters), then equal-chance rotation by the published seed. Brothers and sisters share the same institutions. The order of the input is irrelevant.
/// </remarks>
public static class Allocation
{
    /// <summary>Which rule decided; a change of the rule gets a new name.</summary>
    public const string Version = "2026-1";

    public static AllocationRound Decide(
        IEnumerable<Applicant> applicants, IEnumerable<Offerer> institutions, IReadOnlyDictionary<string, IReadOnlyList<Guid>> familyPlaces,
        ILookup<string, string> districtsOf, AllocationRules rules)
    {
        var offerers = institutions.OrderBy(offerer => offerer.Institution).ToList();
        var room = offerers.Select(offerer => offerer.FreeSeats * rules.OffersPerSeat - offerer.OpenOffers).ToArray();
        var draws = offerers.Select(offerer => Draw(rules.Seed, offerer.Institution.ToString("N"))).ToArray();
        var wishes = new Memo<(string?, string?), int[]>(wish => [.. offerers.Select(offerer => WishRank(wish.Item1, wish.Item2, offerer))]);
        var areas = new Memo<string, int[]>(commune => [.. offerers.Select(offerer => AreaRank(commune, offerer, districtsOf))]);
        var reached = new Memo<string, bool[]>(commune => [.. offerers.Select(offerer => offerer.Areas is null || offerer.Areas.Contains(commune) || districtsOf[commune].Any(offerer.Areas.Contains))]);
        var grants = new List<AllocatedGrant>();
        var verdicts = new Dictionary<Guid, string>();

        foreach (var family in applicants.GroupBy(applicant => applicant.Family).Select(family => (Children: family, Draw: Draw(rules.Seed, family.Key)))
            .OrderBy(family => family.Draw).ThenBy(family => family.Children.Key, StringComparer.Ordinal))
        {
            List<Guid> shared = [.. familyPlaces.GetValueOrDefault(family.Children.Key, [])];
            foreach (var pupil in family.Children.OrderBy(applicant => applicant.Pupil))
            {
                var (wish, area, within) = (wishes.Of((pupil.Trade, pupil.Level)), areas.Of(pupil.Commune), reached.Of(pupil.Commune));
                var verdict = offerers.Select((offerer, n) => Excluded(pupil, offerer.Institution, within[n], room[n])).ToArray();
                var ranked = Enumerable.Range(0, offerers.Count)
                    .Where(n => verdict[n] == Verdict.Granted)
                    .Select(n => (Offerer: n, Rank: (Wish: wish[n], Area: area[n], Seats: SeatsRank(offerers[n], room[n], rules)), Turn: Mix(family.Draw ^ draws[n])))
                    .OrderBy(choice => choice.Rank).ThenBy(choice => choice.Turn).ThenBy(choice => offerers[choice.Offerer].Institution)
                    .ToList();
                (int, int, int)? last = null;   // the last institution this pupil brought into the family; whoever comes after it was behind it
                foreach (var choice in ranked)
                {
                    var institution = offerers[choice.Offerer].Institution;
                    if (!shared.Contains(institution))
                    {
                        if (shared.Count >= rules.PerFamily)
                        {
                            verdict[choice.Offerer] = last is { } taken ? Behind(choice.Rank, taken) : Verdict.FamilyFull;
                            continue;
                        }
                        shared.Add(institution);
                        last = choice.Rank;
                    }
                    room[choice.Offerer]--;
                    grants.Add(new(pupil.Pupil, pupil.Family, institution, Reasons(choice.Rank, ranked.Select(other => other.Rank)), choice.Rank.Wish, choice.Rank.Area));
                }
                verdicts[pupil.Pupil] = new(verdict);
            }
        }
        return new([.. offerers.Select(offerer => offerer.Institution)], grants, verdicts);
    }

    /// <summary>Why an institution is not asked at all; granted when it is.</summary>
    private static char Excluded(Applicant pupil, Guid institution, bool within, int room) =>
        !within ? Verdict.OutOfScope : pupil.Had?.Contains(institution) == true ? Verdict.HadIt : pupil.Chosen?.Contains(institution) == false ? Verdict.NotChosen : room <= 0 ? Verdict.NoSeats : Verdict.Granted;

    /// <summary>In what an institution was behind the last that was taken.</summary>
    private static char Behind((int Wish, int Area, int Seats) rank, (int Wish, int Area, int Seats) taken) =>
        rank.Wish > taken.Wish ? Verdict.Wish : rank.Area > taken.Area ? Verdict.Farther : rank.Seats > taken.Seats ? Verdict.Fuller : Verdict.Rotation;

    /// <summary>0: trade and level as wished; 1: the trade at another level; 2: the level in another trade; 3: neither. What was not wished always fits.</summary>
    public static int WishRank(string? trade, string? level, Offerer offerer) => offerer.Programmes
        .Select(programme => (Fits(trade, programme.TrainingCode) ? 0 : 2) + (level is null || level == programme.Level ? 0 : 1)).DefaultIfEmpty(3).Min();

    /// <summary>0: the same commune; 1: the same former district; 2: it boards its students; 3: farther.</summary>
    public static int AreaRank(string commune, Offerer offerer, ILookup<string, string> districtsOf) =>
        commune == offerer.Commune ? 0 : districtsOf[commune].Intersect(districtsOf[offerer.Commune]).Any() ? 1 : offerer.Boarding ? 2 : 3;

    /// <summary>Which quarter of its offers is out already, from 0.</summary>
    private static int SeatsRank(Offerer offerer, int room, AllocationRules rules) => Math.Clamp(3 - room * 4 / Math.Max(1, offerer.Seats * rules.OffersPerSeat), 0, 3);

    /// <summary>A two-digit wish names a field, the second and third digit of a training code; a seven-digit one names a trade, at whatever level (the first digit).</summary>
    private static bool Fits(string? wish, string trainingCode) => wish switch
    {
        null => true,
        { Length: 2 } => string.CompareOrdinal(trainingCode, 1, wish, 0, 2) == 0,
        { Length: 7 } => string.CompareOrdinal(trainingCode, 1, wish, 1, 6) == 0,
        _ => false,
    };

    /// <summary>What spoke for this institution against at least one other, the strongest first.</summary>
    private static IReadOnlyList<string> Reasons((int Wish, int Area, int Seats) chosen, IEnumerable<(int Wish, int Area, int Seats)> all)
    {
        var (wish, area, seats, equals) = (false, false, false, 0);
        foreach (var other in all)
        {
            wish |= chosen.Wish < other.Wish;
            area |= chosen.Wish == other.Wish && chosen.Area < other.Area;
            seats |= chosen.Wish == other.Wish && chosen.Area == other.Area && chosen.Seats < other.Seats;
            if (other == chosen) equals++;
        }
        List<string> reasons = [];
        if (wish) reasons.Add("wish");
        if (area) reasons.Add("area");
        if (seats) reasons.Add("seats");
        if (equals > 1 || reasons.Count == 0) reasons.Add("rotation");
        return reasons;
    }

    private static ulong Draw(string seed, string about) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}|{about}")));

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Pupils share few wishes and communes, so each is ranked once.</summary>
    private sealed class Memo<TKey, TValue>(Func<TKey, TValue> make) where TKey : notnull
    {
        private readonly Dictionary<TKey, TValue> made = [];

        public TValue Of(TKey key) => made.TryGetValue(key, out var value) ? value : made[key] = make(key);
    }
}
