using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Targets.Domain;

/// <summary>One school in a count by school: whether it is in the numerator, and by which facts.</summary>
/// <param name="School">The period in which it stands on the day.</param>
/// <param name="Counts">In the numerator.</param>
/// <param name="Disadvantaged">On the list on the day.</param>
/// <param name="Copied">All that makes it count has the file of another school's programme.</param>
/// <param name="By">Ids of the programmes or counsellors that make it count.</param>
public sealed record CountedSchool(ListedSchool School, bool Counts, bool Disadvantaged, bool Copied, IReadOnlyList<Guid> By);

/// <summary>What schools of a province do for career guidance, counted for any day: indicators.md, "Each source target, well defined".</summary>
/// <remarks>
/// A school that was merged into another hands on what it had: its programme of the year and its counsellors' decisions count for its successor. One that was divided hands on nothing, because nothing says to
/// whom (rule).
/// </remarks>
public sealed class GuidanceFacts(
    IReadOnlyList<ListedSchool> schools, IReadOnlyList<CareerProgrammeReported> programmes, IReadOnlyList<CounsellorReported> counsellors, IReadOnlyList<GuidanceSessionReported> sessions, GuidanceRules rules)
{
    private readonly ILookup<Guid, FormedFrom> predecessors = schools.SelectMany(school => school.Predecessors.Select(old => (school.School, old))).Distinct().ToLookup(row => row.School, row => row.old);
    private readonly HashSet<Guid> divided = [.. schools.SelectMany(school => school.Predecessors.Select(old => (Old: old.School, school.School))).Distinct()
        .GroupBy(row => row.Old).Where(old => old.Count() > 1).Select(old => old.Key)];

    public IReadOnlyList<ListedSchool> Schools => schools;

    /// <summary>The schools of a level that operate on the day, each once.</summary>
    public IEnumerable<ListedSchool> Operating(string level, DateOnly day) => schools
        .Where(school => school.ValidFrom <= day && (school.ValidTo is null || day <= school.ValidTo) && school.Levels.Contains(level))
        .GroupBy(school => school.School).Select(periods => periods.MaxBy(period => period.ValidFrom)!);

    /// <summary>Schools of a level with a programme approved for the school year that lists a local partner or trade and of which something was delivered.</summary>
    public IReadOnlyList<CountedSchool> WithProgramme(string level, DateOnly day)
    {
        var year = GuidanceRules.SchoolYearOf(day);
        var approved = programmes.Where(programme => programme.SchoolYear == year && programme.ApprovedOn <= day && (programme.Partners > 0 || programme.Trades.Count > 0) && programme.Activities.Any(on => on <= day)).ToList();
        var filesOf = programmes.Where(programme => programme.SchoolYear == year && programme.FileHash is not null).ToLookup(programme => programme.FileHash!, programme => programme.School);
        var bySchool = approved.ToLookup(programme => programme.School);
        return [.. Operating(level, day).Select(school =>
        {
            var lineage = Lineage(school.School, day);
            var own = lineage.SelectMany(id => bySchool[id]).ToList();
            return new CountedSchool(school, own.Count > 0, IsDisadvantaged(school, day),
                own.Count > 0 && own.All(programme => programme.FileHash is { } hash && filesOf[hash].Any(other => !lineage.Contains(other))), [.. own.Select(programme => programme.ProgrammeId)]);
        })];
    }

    /// <summary>Schools of a level with an active counsellor; a qualified one where asked: one whose certificate or training the department recognises and which is valid on the day.</summary>
    public IReadOnlyList<CountedSchool> WithCounsellor(string level, DateOnly day, bool qualified)
    {
        var holders = counsellors.Where(person => !OnLongLeave(person, day) && (!qualified || person.Certificates.Any(certificate =>
            certificate.Recognised && certificate.IssuedOn <= day && (certificate.ExpiresOn is null || day <= certificate.ExpiresOn))));
        var bySchool = holders.SelectMany(person => person.Assignments.Where(assignment => assignment.DecidedOn <= day && assignment.From <= day && (assignment.To is null || day <= assignment.To))
            .Select(assignment => (assignment.School, person.Counsellor))).ToLookup(row => row.School, row => row.Counsellor);
        return [.. Operating(level, day).Select(school =>
        {
            var own = Lineage(school.School, day).SelectMany(id => bySchool[id]).Distinct().ToList();
            return new CountedSchool(school, own.Count > 0, IsDisadvantaged(school, day), false, own);
        })];
    }

    /// <summary>Sessions after one day and up to another, in a state or in any; what was cancelled or merged into another was not held.</summary>
    public IReadOnlyList<GuidanceSessionReported> Sessions(DateOnly after, DateOnly last, string? state) =>
        [.. sessions.Where(session => after < session.On && session.On <= last && (state is null || session.State == state))];

    /// <summary>Whether anything was reported of the school year's programmes at all: nothing heard is not the same as none.</summary>
    public bool KnowsProgrammes(int schoolYear) => programmes.Any(programme => programme.SchoolYear == schoolYear);

    public bool KnowsCounsellors => counsellors.Count > 0;

    public static bool IsDisadvantaged(ListedSchool school, DateOnly day) => school.Disadvantaged.Any(period => period.From <= day && (period.To is null || day <= period.To));

    /// <summary>On leave on the day, and longer than the plan lets pass; a leave without an end lasts until the day.</summary>
    private bool OnLongLeave(CounsellorReported person, DateOnly day) =>
        person.Leaves.Any(leave => leave.From <= day && (leave.To is null || day <= leave.To) && (leave.To ?? day).DayNumber - leave.From.DayNumber + 1 > rules.LeaveDays);

    /// <summary>The school and those that went into it, whole, by the day.</summary>
    private HashSet<Guid> Lineage(Guid school, DateOnly day)
    {
        var all = new HashSet<Guid> { school };
        var open = new Queue<Guid>([school]);
        while (open.TryDequeue(out var id))
            foreach (var old in predecessors[id])
                if (old.On <= day && !divided.Contains(old.School) && all.Add(old.School))
                    open.Enqueue(old.School);
        return all;
    }
}
