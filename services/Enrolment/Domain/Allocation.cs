using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>A pupil without a place whose family may be contacted.</summary>
/// <remarks>Chosen: the institutions the family agreed to; null for all in scope.</remarks>
public sealed record Applicant(Guid Pupil, string Family, string Commune, string? Trade, string? Level, IReadOnlySet<Guid>? Chosen);

/// <summary>A programme that still has seats.</summary>
public sealed record OpenProgramme(string TrainingCode, string Level);

/// <summary>An institution with an agreement in force.</summary>
/// <remarks>Free seats are those of the intake that nobody has taken; open offers are leads it holds and has not yet enrolled or lost.</remarks>
public sealed record Offerer(Guid Institution, string Commune, bool Boarding, int Seats, int FreeSeats, int OpenOffers, IReadOnlyList<OpenProgramme> Programmes);

/// <summary>One institution may contact one pupil's family, and why it was this one.</summary>
public sealed record AllocatedGrant(Guid Pupil, string Family, Guid Institution, IReadOnlyList<string> Reasons);

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
    public static IReadOnlyList<AllocatedGrant> Decide(
        IEnumerable<Applicant> applicants, IReadOnlyList<Offerer> offerers, IReadOnlyDictionary<string, IReadOnlyList<Guid>> familyPlaces,
        ILookup<string, string> districtsOf, AllocationRules rules)
    {
        var room = offerers.ToDictionary(offerer => offerer.Institution, offerer => offerer.FreeSeats * rules.OffersPerSeat - offerer.OpenOffers);
        var draws = offerers.ToDictionary(offerer => offerer.Institution, offerer => Draw(rules.Seed, offerer.Institution.ToString("N")));
        var grants = new List<AllocatedGrant>();

        foreach (var family in applicants.GroupBy(applicant => applicant.Family).OrderBy(family => Draw(rules.Seed, family.Key)).ThenBy(family => family.Key, StringComparer.Ordinal))
        {
            var draw = Draw(rules.Seed, family.Key);
            List<Guid> shared = [.. familyPlaces.GetValueOrDefault(family.Key, [])];
            foreach (var pupil in family.OrderBy(applicant => applicant.Pupil))
            {
                var ranked = offerers
                    .Where(offerer => room[offerer.Institution] > 0 && (pupil.Chosen?.Contains(offerer.Institution) ?? true))
                    .Select(offerer => (offerer.Institution, Rank: Rank(pupil, offerer, room[offerer.Institution], districtsOf, rules), Turn: Mix(draw ^ draws[offerer.Institution])))
                    .OrderBy(choice => choice.Rank).ThenBy(choice => choice.Turn).ThenBy(choice => choice.Institution)
                    .ToList();
                foreach (var choice in ranked)
                {
                    if (!shared.Contains(choice.Institution))
                    {
                        if (shared.Count >= rules.PerFamily) continue;
                        shared.Add(choice.Institution);
                    }
                    room[choice.Institution]--;
                    grants.Add(new(pupil.Pupil, pupil.Family, choice.Institution, Reasons(choice.Rank, ranked.Select(other => other.Rank))));
                }
            }
        }
        return grants;
    }

    /// <summary>Smaller is better: wish 0–3, area 0–3, quarter of the offers already out 0–3.</summary>
    private static (int Wish, int Area, int Seats) Rank(Applicant pupil, Offerer offerer, int room, ILookup<string, string> districtsOf, AllocationRules rules)
    {
        var wish = offerer.Programmes.Select(programme => (Fits(pupil.Trade, programme.TrainingCode) ? 0 : 2) + (pupil.Level is null || pupil.Level == programme.Level ? 0 : 1))
            .DefaultIfEmpty(3).Min();
        var area = pupil.Commune == offerer.Commune ? 0
            : districtsOf[pupil.Commune].Intersect(districtsOf[offerer.Commune]).Any() ? 1
            : offerer.Boarding ? 2 : 3;
        var all = Math.Max(1, offerer.Seats * rules.OffersPerSeat);
        return (wish, area, Math.Clamp(3 - room * 4 / all, 0, 3));
    }

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
}
