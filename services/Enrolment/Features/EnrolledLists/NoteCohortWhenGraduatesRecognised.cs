using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.EnrolledLists;

/// <summary>Keeps who graduated from lower-secondary school in which year, so that an enrolled list can be told from the cohort.</summary>
/// <remarks>Safe to repeat and in any order: the earliest recognition counts.</remarks>
public sealed class NoteCohortWhenGraduatesRecognised : IReaction<GraduatesRecognised>
{
    public async Task When(GraduatesRecognised fact, Heard heard, Work work, CancellationToken ct)
    {
        if (fact.Level != "lower_secondary") return;
        await work.AsProvince();
        await work.Execute(
            """
            insert into cohort_member (tenant_id, pupil_id, cohort) select @Tenant, pupil_id, @Cohort from unnest(@Pupils) as p (pupil_id)
            on conflict (tenant_id, pupil_id) do update set cohort = excluded.cohort where cohort_member.cohort > excluded.cohort
            """, new { work.Tenant, fact.Cohort, Pupils = fact.Graduates.Select(graduate => graduate.PupilId).Distinct().ToArray() });
    }
}
