using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Pupils on a roster enter the denominator of the reach, at the school that listed them last.</summary>
/// <remarks>Safe to repeat and safe out of order, also over the streams of two schools: of two words about one pupil and year the later stands.</remarks>
public sealed class NotePupilsWhenPupilsListed : IReaction<PupilsListed>
{
    public Task When(PupilsListed fact, Heard heard, Work work, CancellationToken ct)
    {
        work.AtOnce(fact, facts => Keep(work, facts));
        return Task.CompletedTask;
    }

    private static async Task Keep(Work work, IReadOnlyList<PupilsListed> facts)
    {
        var pupils = facts.SelectMany(fact => fact.Pupils.Select(pupil => (fact, pupil)))
            .GroupBy(row => (row.fact.SchoolYear, row.pupil.PupilId)).Select(same => same.MaxBy(row => (row.fact.ListedAt, row.fact.School))).OrderBy(row => row.pupil.PupilId).ToList();
        await Informed.OneWriter(work);
        var touched = await work.Query<Informed.Touched>(
            """
            with before as (
              select distinct e.school_year, e.school from unnest(@Years, @Pupils) as p (year, pupil) join enrolled e on e.tenant_id = @Tenant and e.school_year = p.year and e.pupil_id = p.pupil),
            written as (
              insert into enrolled as kept (tenant_id, school_year, pupil_id, school, grade, family, listed_at)
              select @Tenant, p.* from unnest(@Years, @Pupils, @Schools, @Grades, @Families, @At) as p (year, pupil, school, grade, family, listed_at)
              on conflict (tenant_id, school_year, pupil_id) do update set school = excluded.school, grade = excluded.grade, family = excluded.family, listed_at = excluded.listed_at
              where (kept.listed_at, kept.school) < (excluded.listed_at, excluded.school)
              returning school_year, school)
            select school_year, school from before union select school_year, school from written
            """,
            new
            {
                work.Tenant,
                Years = pupils.Select(row => row.fact.SchoolYear).ToArray(),
                Pupils = pupils.Select(row => row.pupil.PupilId).ToArray(),
                Schools = pupils.Select(row => row.fact.School).ToArray(),
                Grades = pupils.Select(row => row.fact.Grade).ToArray(),
                Families = pupils.Select(row => row.pupil.Family).ToArray(),
                At = pupils.Select(row => row.fact.ListedAt.UtcDateTime).ToArray(),
            });
        await Informed.Count(work, touched);
    }
}
