using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Pupils on a roster enter the denominator of the reach, at the school that listed them last.</summary>
/// <remarks>Safe to repeat and safe out of order, also over the streams of two schools: of two words about one pupil and year the later stands.</remarks>
public sealed class NotePupilsWhenPupilsListed : IReaction<PupilsListed>
{
    public Task When(PupilsListed fact, Heard heard, Work work, CancellationToken ct) => Informed.InOrder(work, fact, facts => Keep(work, facts));

    private static async Task Keep(Work work, IReadOnlyList<PupilsListed> facts)
    {
        var pupils = facts.SelectMany(fact => fact.Pupils.Select(pupil => (fact, pupil)))
            .GroupBy(row => (row.fact.SchoolYear, row.pupil.PupilId)).Select(same => same.MaxBy(row => (row.fact.ListedAt, row.fact.School))).OrderBy(row => row.pupil.PupilId).ToList();
        var touched = await work.Query<Informed.Touched>(
            """
            with before as (
              select distinct e.school_year, e.school from unnest(@Years, @Pupils) as p (year, pupil) join enrolled e on e.tenant_id = @Tenant and e.school_year = p.year and e.pupil_id = p.pupil),
            written as (
              insert into enrolled as kept (tenant_id, school_year, pupil_id, school, grade, family, listed_at)
              select @Tenant, p.year, p.pupil, p.school, p.grade, case when x.pupil_id is null then p.family else own_family(p.pupil, p.school, p.year) end, p.listed_at
              from unnest(@Years, @Pupils, @Schools, @Grades, @Families, @At) as p (year, pupil, school, grade, family, listed_at)
              left join erased_pupils x on x.tenant_id = @Tenant and x.pupil_id = p.pupil
              on conflict (tenant_id, school_year, pupil_id) do update set school = excluded.school, grade = excluded.grade, family = excluded.family, listed_at = excluded.listed_at
              where (kept.listed_at, kept.school) < (excluded.listed_at, excluded.school) and not exists (select from erased_pupils x where x.tenant_id = @Tenant and x.pupil_id = excluded.pupil_id)
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
