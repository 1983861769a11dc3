using CareerPlatform.Contracts.Schools;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Admissions;

/// <summary>A review, an extra round or an error changed results after the round was final: a place is gained or lost from that day.</summary>
/// <remarks>Safe to repeat and safe out of order: of the results of one round the highest version stands.</remarks>
public sealed class NoteAmendmentsWhenGrade10AdmissionAmended(TimeProvider clock) : IReaction<Grade10AdmissionAmended>
{
    public Task When(Grade10AdmissionAmended fact, Heard heard, Work work, CancellationToken ct) => Standing.Note(
        work,
        heard,
        [.. fact.Changes.Select(change => Admission.Amended(
            change.PupilId, fact.RoundId, fact.RoundVersion, change.Outcome == "admitted" ? change.Programme ?? "upper_secondary" : null, change.AdmittedTo, change.Reason, fact.AmendedAt))],
        clock.GetUtcNow());
}
