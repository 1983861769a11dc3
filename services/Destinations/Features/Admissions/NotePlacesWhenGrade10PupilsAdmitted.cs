using CareerPlatform.Contracts.Schools;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Admissions;

/// <summary>Pupils with a place in grade 10 are known to go on to upper secondary or continuing education.</summary>
/// <remarks>Safe to repeat and safe out of order: a result is named by its round, version and pupil.</remarks>
public sealed class NotePlacesWhenGrade10PupilsAdmitted(TimeProvider clock) : IReaction<Grade10PupilsAdmitted>
{
    public Task When(Grade10PupilsAdmitted fact, Heard heard, Work work, CancellationToken ct) => Standing.Note(
        work,
        heard,
        [.. fact.Pupils.Select(pupil =>
            Admission.Final(pupil.PupilId, fact.RoundId, fact.RoundVersion, fact.SchoolYear, pupil.Programme, pupil.AdmittedTo, fact.FinalizedAt))],
        clock.GetUtcNow());
}
