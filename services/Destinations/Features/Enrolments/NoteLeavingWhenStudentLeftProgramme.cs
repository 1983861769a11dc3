using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Enrolments;

/// <summary>A student is no longer on the roll: the status falls to what else is known, and to not known where nothing is.</summary>
/// <remarks>Safe to repeat and safe out of order: a departure heard before its enrolment waits for it.</remarks>
public sealed class NoteLeavingWhenStudentLeftProgramme(TimeProvider clock) : IReaction<StudentLeftProgramme>
{
    public Task When(StudentLeftProgramme fact, Heard heard, Work work, CancellationToken ct) => Standing.Note(
        work,
        heard,
        [new Fact
        {
            Id = StreamIds.Of("departure-fact", fact.EnrolmentId, fact.LeftOn, fact.Reason),
            PupilId = fact.PupilId,
            Kind = FactKind.Departure,
            Source = fact.EnrolmentId,
            Since = fact.LeftOn,
            Institution = fact.Institution,
            Reason = fact.Reason,
            ReportedBy = "enrolment",
            RecordedAt = fact.RecordedAt,
        }],
        clock.GetUtcNow());
}
