using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Sums of the pupils and guardians of a school by the day on which each was first reached; counted again, school by school, in the transaction of what changed them.</summary>
public static class Informed
{
    public sealed record Touched(int SchoolYear, Guid School);

    /// <summary>The sums of one school and year that are asked for, of the plan's grades.</summary>
    public sealed record Sum(Guid School, string Who, DateOnly FirstOn, bool OnlySent, long N);

    /// <summary>One transaction at a time per province, before any of its rows is locked: each counts what the others committed.</summary>
    public static Task OneWriter(Work work) => work.Execute("select pg_advisory_xact_lock(hashtextextended('informed:' || @Tenant, 0))", new { work.Tenant });

    public static Task Count(Work work, IReadOnlyList<Touched> schools) => schools.Count == 0 ? Task.CompletedTask : work.Execute(
        "select count_informed(@Tenant, @Years, @Schools)", new { work.Tenant, Years = schools.Select(school => school.SchoolYear).ToArray(), Schools = schools.Select(school => school.School).ToArray() });

    public static Task<IReadOnlyList<Sum>> Read(Work work, int schoolYear, IReadOnlyList<int> grades) => work.Query<Sum>(
        """
        select school, who, least(first_on, date '9999-12-31') as first_on, only_sent, sum(n) as n from informed
        where tenant_id = @Tenant and school_year = @schoolYear and grades && @Grades group by 1, 2, 3, 4
        """, new { work.Tenant, schoolYear, Grades = grades.ToArray() });
}
