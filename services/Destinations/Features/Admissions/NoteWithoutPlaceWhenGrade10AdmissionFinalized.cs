using CareerPlatform.Contracts.Schools;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Admissions;

/// <summary>Pupils without a place stay not known; their timeline says that they sat the exam.</summary>
/// <remarks>Safe to repeat and safe out of order: a result is named by its round, version and pupil. The sealed contact data is not read and not kept.</remarks>
public sealed class NoteWithoutPlaceWhenGrade10AdmissionFinalized(TimeProvider clock) : IReaction<Grade10AdmissionFinalized>
{
    public Task When(Grade10AdmissionFinalized fact, Heard heard, Work work, CancellationToken ct) => Standing.Note(
        work,
        heard,
        [.. fact.Pupils.Select(pupil => Admission.Final(pupil.PupilId, fact.RoundId, fact.RoundVersion, fact.SchoolYear, null, null, fact.FinalizedAt))],
        clock.GetUtcNow());
}
