using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>Recognised graduates enter the denominator of their cohort, by school and by residence.</summary>
/// <remarks>Safe to repeat and safe out of order: of two recognitions of one person at one level the earlier stands (indicators.md, rules 1 and 7).</remarks>
public sealed class CountGraduatesWhenGraduatesRecognised(PlanRegistry plans) : IReaction<GraduatesRecognised>
{
    public Task When(GraduatesRecognised fact, Heard heard, Work work, CancellationToken ct)
    {
        var rules = plans.Parameters(fact.Province, fact.Cohort);
        var graduates = fact.Graduates.DistinctBy(graduate => graduate.PupilId).ToList();
        return work.Execute(
            """
            insert into graduates as kept (tenant_id, graduate_id, level, cohort, census_on, sustained_on, recognised_at, school, school_area,
              residence_area, residence_area_before, disadvantaged, programme)
            select @Tenant, g.id, @Level, @Cohort, @CensusOn, @SustainedOn, @RecognisedAt, @School, @SchoolArea, g.area, g.before, g.disadvantaged, g.programme
            from unnest(@Ids, @Areas, @Before, @Disadvantaged, @Programmes) g(id, area, before, disadvantaged, programme) order by g.id
            on conflict (tenant_id, graduate_id, level) do update set
              cohort = excluded.cohort, census_on = excluded.census_on, sustained_on = excluded.sustained_on, recognised_at = excluded.recognised_at,
              school = excluded.school, school_area = excluded.school_area, residence_area = excluded.residence_area,
              residence_area_before = excluded.residence_area_before, disadvantaged = excluded.disadvantaged, programme = excluded.programme
            where kept.recognised_at is null
               or (excluded.cohort, excluded.recognised_at, excluded.school) < (kept.cohort, kept.recognised_at, kept.school)
            """,
            new
            {
                work.Tenant,
                fact.Level,
                fact.Cohort,
                CensusOn = rules.CensusOn(fact.Cohort, fact.Level),
                SustainedOn = rules.SustainedOn(fact.Cohort),
                fact.RecognisedAt,
                fact.School,
                fact.SchoolArea,
                Ids = graduates.Select(graduate => graduate.PupilId).ToArray(),
                Areas = graduates.Select(graduate => graduate.ResidenceArea).ToArray(),
                Before = graduates.Select(graduate => graduate.ResidenceAreaBefore).ToArray(),
                Disadvantaged = graduates.Select(graduate => graduate.ResidenceDisadvantaged).ToArray(),
                Programmes = graduates.Select(graduate => graduate.Programme).ToArray(),
            });
    }
}
