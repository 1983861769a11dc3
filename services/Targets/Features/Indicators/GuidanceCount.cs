using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>Counts what schools do for the indicators that are not about graduates: programmes, counsellors, sessions, whom guidance reached.</summary>
/// <remarks>Schools, programmes and counsellors are a few thousand rows a province; pupils and guardians are read as sums.</remarks>
public sealed class GuidanceCount
{
    private readonly Question question;
    private readonly GuidanceRules rules;
    private readonly GuidanceFacts facts;
    private readonly IReadOnlyList<Informed.Sum> informed;
    private readonly Dictionary<Guid, string> areaOfSchool;

    private GuidanceCount(Question question, GuidanceRules rules, GuidanceFacts facts, IReadOnlyList<Informed.Sum> informed, DateTimeOffset? asOf)
    {
        (this.question, this.rules, this.facts, this.informed, AsOf) = (question, rules, facts, informed, asOf);
        areaOfSchool = facts.Schools.GroupBy(school => school.School).ToDictionary(school => school.Key, school => school.MaxBy(period => period.ValidFrom)!.Area);
    }

    /// <summary>When the newest fact about schools was recorded.</summary>
    public DateTimeOffset? AsOf { get; }

    /// <summary>A figure, its parts, and the day it is about.</summary>
    public sealed record Counted(Figure Figure, DateOnly Day, bool Provisional, IReadOnlyList<Part> Parts, IReadOnlyList<Figure> Each)
    {
        /// <summary>What a target is held against: where it holds for each level, the weakest.</summary>
        public Figure Weakest(string unit) => Each.Where(figure => figure.D > 0).MinBy(figure => unit == "percent" ? figure.Share : figure.N) ?? Figure;
    }

    public static async Task<GuidanceCount> Read(Work work, Question question)
    {
        var rules = question.Rules.Guidance ?? GuidanceRules.Default;
        var day = GuidanceRules.Day(question.Year, rules.SchoolsOn);
        var facts = new GuidanceFacts(
            await SchoolFacts.Read<ListedSchool>(work, SchoolFacts.School),
            await SchoolFacts.Read<CareerProgrammeReported>(work, SchoolFacts.Programme, GuidanceRules.SchoolYearOf(question.AsOf ?? day)),
            await SchoolFacts.Read<CounsellorReported>(work, SchoolFacts.Counsellor),
            await SchoolFacts.Read<GuidanceSessionReported>(work, SchoolFacts.Session),
            rules);
        var informed = await Informed.Read(work, GuidanceRules.SchoolYearOf(GuidanceRules.Day(question.Year, rules.InformedOn)), rules.InformedGrades);
        return new GuidanceCount(question, rules, facts, informed, await SchoolFacts.AsOf(work, SchoolFacts.School, SchoolFacts.Programme, SchoolFacts.Counsellor, SchoolFacts.Session));
    }

    /// <summary>The figure; null for an indicator whose facts nobody reports, or has reported yet.</summary>
    /// <param name="code">The indicator.</param>
    /// <param name="target">The target it is counted against, if any: its levels and its day.</param>
    /// <param name="disadvantaged">Only schools on the list of specially disadvantaged areas on the day.</param>
    /// <param name="within">Only schools in these communes.</param>
    public Counted? Count(string code, Target? target, bool disadvantaged, Func<string, bool>? within = null) => code switch
    {
        "cluster_sessions" => within is null ? Sessions(target) : null,
        Informed.Code => Reach(informed.Where(sum => within is null || (areaOfSchool.TryGetValue(sum.School, out var area) && within(area)))),
        _ => Schools(code, target?.Population.Levels, disadvantaged, within) is { } levels ? Together(code, levels) : null,
    };

    /// <summary>The same for every area: a school counts in the one it lies in; the code is null where that cannot be told.</summary>
    /// <param name="code">The indicator.</param>
    /// <param name="levels">Levels of schools.</param>
    /// <param name="disadvantaged">Only schools on the list on the day.</param>
    /// <param name="areaOf">The area of a commune, within the borders asked for.</param>
    public IReadOnlyList<(string? Area, Counted Counted)> ByArea(string code, IReadOnlyList<string>? levels, bool disadvantaged, Func<string, string?> areaOf)
    {
        if (code == Informed.Code)
            return [.. informed.GroupBy(sum => areaOfSchool.TryGetValue(sum.School, out var commune) ? areaOf(commune) : null).Select(area => (area.Key, Reach(area))).Where(area => area.Item2 is not null).Select(area => (area.Key, area.Item2!))];
        if (Schools(code, levels, disadvantaged, null) is not { } counted) return [];
        return [.. counted.Levels.SelectMany(level => level.Schools.Select(school => areaOf(school.School.Area))).Distinct().Select(area => (area, Together(code,
            ([.. counted.Levels.Select(level => (level.Level, (IReadOnlyList<CountedSchool>)[.. level.Schools.Where(school => areaOf(school.School.Area) == area)]))], counted.Day))))];
    }

    /// <summary>What the public may see of the reach: the same whether the province, one commune or all communes are asked for. Schools are no persons, so nothing of them is hidden.</summary>
    public Suppression Published(int below) => new(below, [.. ByArea(Informed.Code, null, false, commune => commune).Select(area => (area.Area ?? "", area.Counted.Figure, Figure.Plain(0, 0)))]);

    /// <summary>The schools of a count, level by level; null where nothing was reported yet.</summary>
    public (IReadOnlyList<(string Level, IReadOnlyList<CountedSchool> Schools)> Levels, DateOnly Day)? Schools(string code, IReadOnlyList<string>? levels, bool disadvantaged, Func<string, bool>? within)
    {
        var day = On(GuidanceRules.Day(question.Year, code == "career_guidance_teacher" ? rules.TeachersOn : rules.SchoolsOn));
        Func<string, IReadOnlyList<CountedSchool>>? count = code switch
        {
            "career_programme_local_production" when facts.KnowsProgrammes(GuidanceRules.SchoolYearOf(day)) => level => facts.WithProgramme(level, day),
            "qualified_part_time_counsellor" when facts.KnowsCounsellors => level => facts.WithCounsellor(level, day, qualified: true),
            "career_guidance_teacher" when facts.KnowsCounsellors => level => facts.WithCounsellor(level, day, qualified: false),
            _ => null,
        };
        return count is null ? null : ([.. (levels ?? ["lower_secondary", "upper_secondary"]).Select(level =>
            (level, (IReadOnlyList<CountedSchool>)[.. count(level).Where(school => (school.Disadvantaged || !disadvantaged) && within?.Invoke(school.School.Area) != false)]))], day);
    }

    private Counted Together(string code, (IReadOnlyList<(string Level, IReadOnlyList<CountedSchool> Schools)> Levels, DateOnly Day) counted)
    {
        var all = counted.Levels.SelectMany(level => level.Schools).ToList();
        var boarding = all.Where(school => school.School.Boarding).ToList();
        return new Counted(
            Plain(all), counted.Day, counted.Day < GuidanceRules.Day(question.Year, code == "career_guidance_teacher" ? rules.TeachersOn : rules.SchoolsOn),
            [
                .. counted.Levels.Select(level => Part.Of(level.Level, level.Schools.Count(school => school.Counts), level.Schools.Count)),
                .. boarding.Count > 0 ? [Part.Of("boarding", boarding.Count(school => school.Counts), boarding.Count)] : (ReadOnlySpan<Part>)[],
                .. code == "career_programme_local_production" ? [Part.Of("copied", all.Count(school => school.Copied), all.Count(school => school.Counts))] : (ReadOnlySpan<Part>)[],
            ],
            [.. counted.Levels.Select(level => Plain(level.Schools))]);

        static Figure Plain(IReadOnlyCollection<CountedSchool> schools) => Figure.Plain(schools.Count(school => school.Counts), schools.Count);
    }

    /// <summary>Clusters with a session held before the target's day, since the day of the year before; out of as many as the target asks for.</summary>
    private Counted? Sessions(Target? target)
    {
        var (after, last) = SessionDays(target);
        var until = On(last) is var day && day < last ? day : last;
        if (target is null || facts.Sessions(after, last, state: null).Count == 0) return null;
        var held = facts.Sessions(after, until, "held");
        var figure = Figure.Plain(held.Select(session => session.Cluster).Distinct().Count(), (long)target.Low);
        return new Counted(figure, until, until < last,
            [.. new[] { "held", "cancelled", "merged", "planned" }.Select(state => Part.Of(state, facts.Sessions(after, until, state).Count, facts.Sessions(after, until, null).Count))], [figure]);
    }

    /// <summary>The last day on which a session still counts, and the one of the year before; strictly before a day is the day before it at the latest.</summary>
    public (DateOnly After, DateOnly Last) SessionDays(Target? target)
    {
        var due = GuidanceRules.Day(question.Year, target?.Due.Day ?? "12-31");
        var last = target?.Due.StrictlyBefore == true ? due.AddDays(-1) : due;
        return (last.AddYears(-1), last);
    }

    public IReadOnlyList<GuidanceSessionReported> SessionsOf(Target? target) => SessionDays(target) is var (after, last) ? facts.Sessions(after, On(last) is var day && day < last ? day : last, null) : [];

    private Counted? Reach(IEnumerable<Informed.Sum> of)
    {
        var reference = GuidanceRules.Day(question.Year, rules.InformedOn);
        var (day, sums) = (On(reference), of.ToList());
        var (pupils, guardians) = (Of("pupil"), Of("guardian"));
        return pupils.D == 0 ? null : new Counted(Figure.Plain(pupils.N + guardians.N, pupils.D + guardians.D), day, day < reference,
            [Part.Of("pupils", pupils.N, pupils.D), Part.Of("guardians", guardians.N, guardians.D), Part.Of("only_sent", sums.Where(sum => sum.OnlySent).Sum(sum => sum.N), pupils.D + guardians.D)], [pupils, guardians]);

        Figure Of(string who) => Figure.Plain(sums.Where(sum => sum.Who == who && sum.FirstOn <= day).Sum(sum => sum.N), sums.Where(sum => sum.Who == who).Sum(sum => sum.N));
    }

    /// <summary>The indicator's own day, the day asked for, or today while the own day has not come.</summary>
    private DateOnly On(DateOnly reference) => question.AsOf ?? (question.Today < reference ? question.Today : reference);
}
