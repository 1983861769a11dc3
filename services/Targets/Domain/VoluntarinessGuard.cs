namespace CareerPlatform.Targets.Domain;

/// <summary>One school's participation in a round.</summary>
public sealed record Participation(Guid School, int SchoolYear, int Round, int Pupils, int NeverRegistered);

/// <summary>A family's declaration that a child will not sit the exam; of its words only a keyed digest is known.</summary>
public sealed record Declaration(Guid School, Guid PupilId, DateOnly SignedOn, DateOnly ClosesOn, string Wording, bool TakenBack);

/// <summary>One reason to look at a school, with the figures it rests on.</summary>
/// <param name="School">The school.</param>
/// <param name="Method">`peers`, `history`, `wording` or `closing`.</param>
/// <param name="Value">The share in percent, or the number of declarations.</param>
/// <param name="Against">What it is held against: the peers' share, its own share before, the threshold.</param>
/// <param name="Of">Pupils or declarations the value is taken of.</param>
public sealed record Alarm(Guid School, string Method, decimal Value, decimal Against, int Of);

/// <summary>Looks for schools whose pupils may have been pressed not to sit the exam. Never scores: it only says where an inspector should look.</summary>
public static class VoluntarinessGuard
{
    /// <summary>The alarms of a school year. Of several rounds of a year the first counts: who never registered for it, never registered.</summary>
    public static IReadOnlyList<Alarm> Look(int schoolYear, Voluntariness rules, IReadOnlyCollection<Participation> participation, IReadOnlyCollection<Declaration> declarations)
    {
        var byYear = participation.GroupBy(row => row.SchoolYear).ToDictionary(year => year.Key, year => year.Where(row => row.Round == year.Min(one => one.Round)).ToList());
        var now = byYear.GetValueOrDefault(schoolYear) ?? [];
        var (pupils, never) = (now.Sum(row => row.Pupils), now.Sum(row => row.NeverRegistered));
        var before = Enumerable.Range(schoolYear - rules.HistoryYears, rules.HistoryYears).SelectMany(year => byYear.GetValueOrDefault(year) ?? []).ToLookup(row => row.School);
        var alarms = new List<Alarm>();
        foreach (var school in now.Where(row => row.Pupils >= rules.SmallestSchool))
        {
            var share = Share(school.NeverRegistered, school.Pupils);
            var peers = Share(never - school.NeverRegistered, pupils - school.Pupils);
            if (On("peers") && pupils > school.Pupils && share > rules.PeersFactor * peers && share >= peers + rules.PeersPoints) alarms.Add(new Alarm(school.School, "peers", share, peers, school.Pupils));
            var own = before[school.School].ToList();
            var history = Share(own.Sum(row => row.NeverRegistered), own.Sum(row => row.Pupils));
            if (On("history") && own.Sum(row => row.Pupils) >= rules.SmallestSchool && share >= history + rules.HistoryPoints) alarms.Add(new Alarm(school.School, "history", share, history, school.Pupils));
        }
        foreach (var school in declarations.Where(one => !one.TakenBack).GroupBy(one => one.School))
        {
            var (all, same) = (school.Count(), school.GroupBy(one => one.Wording).Max(words => words.Count()));
            var late = school.Count(one => one.SignedOn > one.ClosesOn.AddDays(-rules.ClosingDays) && one.SignedOn <= one.ClosesOn);
            if (On("wording") && same >= rules.SameWording) alarms.Add(new Alarm(school.Key, "wording", same, rules.SameWording, all));
            if (On("closing") && late >= rules.ClosingLeast && Share(late, all) >= rules.ClosingShare) alarms.Add(new Alarm(school.Key, "closing", Share(late, all), rules.ClosingShare, all));
        }
        return [.. alarms.OrderBy(alarm => alarm.School).ThenBy(alarm => alarm.Method, StringComparer.Ordinal)];

        bool On(string method) => rules.Methods.Contains(method);
        static decimal Share(int part, int whole) => whole == 0 ? 0 : Math.Round(part * 100m / whole, 2, MidpointRounding.AwayFromZero);
    }
}
