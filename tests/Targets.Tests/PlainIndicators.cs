using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Targets.Tests;

/// <summary>Every indicator written a second time, with plain loops over all facts: an oracle, not a design. Slow on purpose, and it shares nothing with the service but the facts.</summary>
internal sealed class PlainIndicators(IReadOnlyList<RandomFact> facts)
{
    private static readonly string[] Ladder =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "continuing_education", "other_training", "work", "abroad", "not_in_education", "declined",
    ];

    /// <summary>N, D and not known of an enrolment rate; a maturity, or as of a day.</summary>
    internal (long N, long D, long NotKnown) Enrolment(string level, int cohort, bool disadvantaged, string maturity, DateOnly? asOf)
    {
        var (n, d, notKnown) = (0L, 0L, 0L);
        for (var number = 1; number < 40; number++)
        {
            var pupil = Season.Pupil(number);
            GraduatesRecognised? first = null;
            foreach (var fact in facts)
            {
                if (fact.Fact is not GraduatesRecognised part || part.Level != level || !part.Graduates.Any(graduate => graduate.PupilId == pupil)) continue;
                if (first is null || part.Cohort < first.Cohort || (part.Cohort == first.Cohort && (part.RecognisedAt, part.School).CompareTo((first.RecognisedAt, first.School)) < 0)) first = part;
            }
            if (first is null || first.Cohort != cohort) continue;
            if (asOf is { } until && DateOnly.FromDateTime(first.RecognisedAt.AddHours(7).DateTime) > until) continue;
            if (disadvantaged && !first.Graduates.First(graduate => graduate.PupilId == pupil).ResidenceDisadvantaged) continue;

            DestinationRecorded? last = null;
            var newest = 0L;
            foreach (var fact in facts)
                if (fact.Fact is DestinationRecorded said && said.GraduateId == pupil && said.Level == level && fact.Version > newest)
                    (last, newest) = (said, fact.Version);
            var status = StatusOf(last?.Timeline ?? [], level, cohort, maturity, asOf);
            if (status == "out_of_cohort") continue;
            d++;
            if (status == "not_known") notKnown++;
            if (level == "lower_secondary" ? status is "gdnn_intermediate" or "gdnn_elementary" : status == "gdnn_college") n++;
        }
        return (n, d, notKnown);
    }

    /// <summary>N, D and not known on a day, whenever somebody was recognised.</summary>
    internal (long N, long D, long NotKnown) On(string level, int cohort, DateOnly day)
    {
        var (d, notKnown) = (0L, 0L);
        foreach (var status in Statuses(level, cohort, timeline => StatusOf(timeline, level, cohort, "as_of", day)))
        {
            if (status == "out_of_cohort") continue;
            d++;
            if (status == "not_known") notKnown++;
        }
        return (0, d, notKnown);
    }

    /// <summary>Of those who started at a vocational level, how many are at one on the day of the sustained count.</summary>
    internal (long N, long D) Stayed(string level, int cohort)
    {
        var (n, d) = (0L, 0L);
        foreach (var both in Statuses(level, cohort, timeline => $"{StatusOf(timeline, level, cohort, "started", null)}|{StatusOf(timeline, level, cohort, "sustained", null)}"))
        {
            if (!both.StartsWith("gdnn_", StringComparison.Ordinal)) continue;
            d++;
            if (both.Contains("|gdnn_", StringComparison.Ordinal)) n++;
        }
        return (n, d);
    }

    /// <summary>Families called by more than two colleges within 14 days, of those called at all.</summary>
    internal (long N, long D) CalledByTooMany(int year)
    {
        var calls = facts.Select(fact => fact.Fact).OfType<ContactLogged>().Where(call => call.SchoolYear == year).ToList();
        var (n, d) = (0L, 0L);
        foreach (var pupil in calls.Select(call => call.PupilId).Distinct())
        {
            d++;
            var own = calls.Where(call => call.PupilId == pupil).ToList();
            if (own.Any(first => own.Where(call => call.ContactedAt >= first.ContactedAt && call.ContactedAt < first.ContactedAt.AddDays(14)).Select(call => call.Institution).Distinct().Count() > 2)) n++;
        }
        return (n, d);
    }

    private IEnumerable<string> Statuses(string level, int cohort, Func<IReadOnlyList<DestinationPeriod>, string> of)
    {
        for (var number = 1; number < 40; number++)
        {
            var pupil = Season.Pupil(number);
            var cohorts = new List<int>();
            foreach (var fact in facts)
                if (fact.Fact is GraduatesRecognised part && part.Level == level && part.Graduates.Any(graduate => graduate.PupilId == pupil))
                    cohorts.Add(part.Cohort);
            if (cohorts.Count == 0 || cohorts.Min() != cohort) continue;
            DestinationRecorded? last = null;
            var newest = 0L;
            foreach (var fact in facts)
                if (fact.Fact is DestinationRecorded said && said.GraduateId == pupil && said.Level == level && fact.Version > newest)
                    (last, newest) = (said, fact.Version);
            yield return of(last?.Timeline ?? []);
        }
    }

    /// <summary>N and D by commune of the school; schools that the register does not know stand without one.</summary>
    internal List<(string?, long, long)> ByCommune(string code, DateOnly day)
    {
        var rows = new Dictionary<string, (long N, long D)>();
        if (code == "informed_about_streaming")
        {
            foreach (var school in facts.Select(fact => fact.Fact).OfType<PupilsListed>().Select(list => list.School).Distinct())
            {
                var (pupils, guardians) = Reach(day, school);
                var commune = "";
                var from = DateOnly.MinValue;
                foreach (var period in Periods())
                    if (period.School == school && period.ValidFrom >= from)
                        (commune, from) = (period.Area, period.ValidFrom);
                Add(commune, pupils.N + guardians.N, pupils.D + guardians.D);
            }
        }
        else if (Schools(code, "lower_secondary", day, false) is not null)
        {
            foreach (var level in new[] { "lower_secondary", "upper_secondary" })
                foreach (var school in Operating(level, day))
                    Add(school.Area, HasProgramme(school.School, day) ? 1 : 0, 1);
        }
        return [.. rows.Where(row => row.Value.D > 0).OrderBy(row => row.Key.Length == 0).ThenBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key.Length == 0 ? null : row.Key, row.Value.N, row.Value.D))];

        void Add(string commune, long n, long d) => rows[commune] = (rows.GetValueOrDefault(commune).N + n, rows.GetValueOrDefault(commune).D + d);
    }

    private bool HasProgramme(Guid school, DateOnly day)
    {
        var family = Forebears(school, day);
        foreach (var one in Newest<CareerProgrammeReported, Guid>(one => one.ProgrammeId))
            if (one.SchoolYear == (day.Month >= 6 ? day.Year : day.Year - 1) && family.Contains(one.School) && one.ApprovedOn is { } approved && approved <= day && one.Partners + one.Trades.Count > 0 && one.Activities.Any(on => on <= day))
                return true;
        return false;
    }

    private static string StatusOf(IReadOnlyList<DestinationPeriod> timeline, string level, int cohort, string maturity, DateOnly? asOf)
    {
        if (maturity == "started" && asOf is null)
        {
            if (timeline.Count > 0 && timeline[^1].Status == "out_of_cohort") return "out_of_cohort";
            foreach (var rung in Ladder)
                foreach (var period in timeline)
                    if (period.Status == rung)
                        return rung;
            return "not_known";
        }
        var day = asOf ?? (maturity == "sustained" ? new DateOnly(cohort + 1, 3, 31) : level == "lower_secondary" ? new DateOnly(cohort, 11, 15) : new DateOnly(cohort, 12, 10));
        var status = "not_known";
        foreach (var period in timeline)
            if (period.Since <= day)
                status = period.Status;
        return status;
    }

    /// <summary>N, D of a count by school on a day; null when nothing was reported.</summary>
    internal (long N, long D)? Schools(string code, string level, DateOnly day, bool disadvantaged)
    {
        var year = day.Month >= 6 ? day.Year : day.Year - 1;
        var programmes = Newest<CareerProgrammeReported, Guid>(one => one.ProgrammeId).Where(one => one.SchoolYear == year).ToList();
        var counsellors = Newest<CounsellorReported, Guid>(one => one.Counsellor);
        if (code == "career_programme_local_production" ? programmes.Count == 0 : counsellors.Count == 0) return null;

        var (n, d) = (0L, 0L);
        foreach (var school in Operating(level, day))
        {
            if (disadvantaged && !school.Disadvantaged.Any(period => period.From <= day && (period.To ?? DateOnly.MaxValue) >= day)) continue;
            d++;
            var family = Forebears(school.School, day);
            var has = false;
            if (code == "career_programme_local_production")
            {
                has = HasProgramme(school.School, day);
            }
            else
            {
                foreach (var person in counsellors)
                    foreach (var one in person.Assignments)
                        if (family.Contains(one.School) && one.DecidedOn is { } decided && decided <= day && one.From <= day && (one.To ?? DateOnly.MaxValue) >= day && !Away(person, day)
                            && (code == "career_guidance_teacher" || person.Certificates.Any(paper => paper.Recognised && paper.IssuedOn <= day && (paper.ExpiresOn ?? DateOnly.MaxValue) >= day)))
                            has = true;
            }
            if (has) n++;
        }
        return (n, d);
    }

    /// <summary>Clusters with a session held after one day and up to another; null when no session is known of that time.</summary>
    internal long? Clusters(DateOnly after, DateOnly last)
    {
        var (any, clusters) = (false, new HashSet<string>());
        foreach (var session in Newest<GuidanceSessionReported, Guid>(one => one.SessionId))
        {
            if (session.On <= after || session.On > last) continue;
            any = true;
            if (session.State == "held") clusters.Add(session.Cluster);
        }
        return any ? clusters.Count : null;
    }

    /// <summary>Pupils and guardians reached by a day, of those of the grades 8, 9, 11 and 12. It knows nothing of erasures: they must change no figure.</summary>
    internal ((long N, long D) Pupils, (long N, long D) Guardians) Reach(DateOnly day, Guid? only = null)
    {
        var enrolled = new Dictionary<Guid, (PupilsListed List, ListedPupil Pupil)>();
        foreach (var fact in facts)
            if (fact.Fact is PupilsListed list)
                foreach (var pupil in list.Pupils)
                    if (!enrolled.TryGetValue(pupil.PupilId, out var known) || (known.List.ListedAt, known.List.School).CompareTo((list.ListedAt, list.School)) < 0)
                        enrolled[pupil.PupilId] = (list, pupil);
        var reached = Newest<GuidanceReachRecorded, Guid>(one => one.RecordId).Where(one => one.Kind != "sent" && one.On <= day && Stands(one.SessionId)).ToList();
        var (pupils, pupilsReached, guardians, guardiansReached) = (0L, 0L, new HashSet<(Guid, string)>(), new HashSet<(Guid, string)>());
        foreach (var (list, pupil) in enrolled.Values)
        {
            if (list.Grade is not (8 or 9 or 11 or 12) || (only is { } one && list.School != one)) continue;
            pupils++;
            if (reached.Any(record => record.Pupils.Contains(pupil.PupilId))) pupilsReached++;
            guardians.Add((list.School, pupil.Family));
            if (reached.Any(record => record.School == list.School && record.Families.Contains(pupil.Family))) guardiansReached.Add((list.School, pupil.Family));
        }
        return ((pupilsReached, pupils), (guardiansReached.Count, guardians.Count));
    }

    private bool Stands(Guid? session)
    {
        foreach (var known in Newest<GuidanceSessionReported, Guid>(one => one.SessionId))
            if (known.SessionId == session)
                return known.State == "held";
        return true;
    }

    private List<ListedSchool> Periods() => [.. facts.Where(fact => fact.Fact is SchoolRegisterChanged).OrderBy(fact => fact.Version)
        .SelectMany(fact => ((SchoolRegisterChanged)fact.Fact).Schools).GroupBy(school => (school.School, school.ValidFrom)).Select(same => same.Last())];

    private IEnumerable<ListedSchool> Operating(string level, DateOnly day)
    {
        foreach (var periods in Periods().GroupBy(school => school.School))
        {
            ListedSchool? now = null;
            foreach (var period in periods)
                if (period.ValidFrom <= day && (period.ValidTo ?? DateOnly.MaxValue) >= day && period.Levels.Contains(level) && (now is null || now.ValidFrom < period.ValidFrom))
                    now = period;
            if (now is not null) yield return now;
        }
    }

    private HashSet<Guid> Forebears(Guid school, DateOnly day)
    {
        var all = new HashSet<Guid> { school };
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var period in Periods())
                foreach (var old in period.Predecessors)
                {
                    var heirs = Periods().Where(other => other.Predecessors.Any(one => one.School == old.School)).Select(other => other.School).Distinct().Count();
                    if (all.Contains(period.School) && old.On <= day && heirs == 1 && all.Add(old.School)) grown = true;
                }
        }
        return all;
    }

    private static bool Away(CounsellorReported person, DateOnly day)
    {
        foreach (var leave in person.Leaves)
        {
            if (leave.From > day || (leave.To ?? DateOnly.MaxValue) < day) continue;
            if ((leave.To ?? day).DayNumber - leave.From.DayNumber + 1 > 90) return true;
        }
        return false;
    }

    private List<T> Newest<T, TKey>(Func<T, TKey> key) where T : class =>
        [.. facts.Where(fact => fact.Fact is T).OrderBy(fact => fact.Version).Select(fact => (T)fact.Fact).GroupBy(key).Select(same => same.Last())];
}
