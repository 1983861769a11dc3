using CareerPlatform.Contracts.Schools;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>A school's recognised graduates join the cohort of their year and level; late recognitions join as they come.</summary>
/// <remarks>Safe to repeat and safe out of order: of two recognitions of one person at one level the earlier cohort stands.</remarks>
public sealed class JoinCohortWhenGraduatesRecognised(TimeProvider clock) : IReaction<GraduatesRecognised>
{
    public Task When(GraduatesRecognised fact, Heard heard, Work work, CancellationToken ct) => Standing.Recognise(
        work,
        heard,
        [.. fact.Graduates.Select(graduate => new Graduate
        {
            PupilId = graduate.PupilId,
            Level = fact.Level,
            Cohort = fact.Cohort,
            School = fact.School,
            SchoolArea = fact.SchoolArea,
            SchoolDisadvantaged = fact.SchoolDisadvantaged,
            Programme = graduate.Programme,
            ResidenceArea = graduate.ResidenceArea,
            ResidenceAreaBefore = graduate.ResidenceAreaBefore,
            ResidenceDisadvantaged = graduate.ResidenceDisadvantaged,
            RecognisedAt = fact.RecognisedAt,
        })],
        clock.GetUtcNow());
}
