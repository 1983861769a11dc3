using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Sums of the pupils and guardians of a school by the day on which each was first reached; counted again, school by school, in the transaction of what changed them.</summary>
public static class Informed
{
    /// <summary>The indicator.</summary>
    public const string Code = "informed_about_streaming";

    private sealed record Step(Type Kind, object Item, Func<IReadOnlyList<object>, Task> Settle);

    /// <summary>Notes what is told of rosters, reach, sessions and erasures: done at the commit, many at once where they are of one kind, and in their order, which decides what an erasure forgets.</summary>
    public static async Task InOrder<T>(Work work, T item, Func<IReadOnlyList<T>, Task> settle) where T : notnull
    {
        await OneWriter(work);
        work.AtOnce(new Step(typeof(T), item, items => settle([.. items.Cast<T>()])), async steps =>
        {
            for (var at = 0; at < steps.Count;)
            {
                var same = steps.Skip(at).TakeWhile(step => step.Kind == steps[at].Kind).ToList();
                await steps[at].Settle([.. same.Select(step => step.Item)]);
                at += same.Count;
            }
        });
    }

    public sealed record Touched(int SchoolYear, Guid School);

    /// <summary>The sums of one school and year that are asked for, of the plan's grades.</summary>
    public sealed record Sum(Guid School, string Who, DateOnly FirstOn, bool OnlySent, long N);

    /// <summary>One transaction at a time per province, before any of its rows is locked: each counts what the others committed.</summary>
    private static Task OneWriter(Work work) => work.Execute("select pg_advisory_xact_lock(hashtextextended('informed:' || @Tenant, 0))", new { work.Tenant });

    public static Task Count(Work work, IReadOnlyList<Touched> schools) => schools.Count == 0 ? Task.CompletedTask : work.Execute(
        "select count_informed(@Tenant, @Years, @Schools)", new { work.Tenant, Years = schools.Select(school => school.SchoolYear).ToArray(), Schools = schools.Select(school => school.School).ToArray() });

    /// <summary>Counts the schools again from which people attended these sessions, or where they are on the roster now.</summary>
    public static async Task CountAttended(Work work, IReadOnlyCollection<Guid> sessions) => await Count(work, await work.Query<Touched>(
        """
        with p as (select school_year, school, who, key from reach_people where tenant_id = @Tenant and session_id = any (@Sessions))
        select school_year, school from p
        union select e.school_year, e.school from p join enrolled e on e.tenant_id = @Tenant and e.school_year = p.school_year and e.pupil_id = case when p.who = 'pupil' then p.key::uuid end
        """, new { work.Tenant, Sessions = sessions.ToArray() }));

    public static Task<IReadOnlyList<Sum>> Read(Work work, int schoolYear, IReadOnlyList<int> grades) => work.Query<Sum>(
        """
        select school, who, least(first_on, date '9999-12-31') as first_on, only_sent, sum(n) as n from informed
        where tenant_id = @Tenant and school_year = @schoolYear and grades && @Grades group by 1, 2, 3, 4
        """, new { work.Tenant, schoolYear, Grades = grades.ToArray() });
}
