using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Enrolments;

/// <summary>First attendance is confirmed: the graduate stands on the rung of that level, in this province or another.</summary>
/// <remarks>Safe to repeat and safe out of order, also before the person is recognised as a graduate: the fact is named by the enrolment.</remarks>
public sealed class NoteStartWhenStudentEnrolled(TimeProvider clock) : IReaction<StudentEnrolled>
{
    public Task When(StudentEnrolled fact, Heard heard, Work work, CancellationToken ct) => Standing.Note(
        work,
        heard,
        [new Fact
        {
            Id = StreamIds.Of("enrolment-fact", fact.EnrolmentId),
            PupilId = fact.PupilId,
            Kind = FactKind.Enrolment,
            Source = fact.EnrolmentId,
            Status = Status.OfLevel(fact.Level),
            Since = fact.StartedOn,
            Institution = fact.Institution,
            Culture = fact.Track == "culture",
            OutOfProvince = fact.OutOfProvince,
            ReportedBy = "enrolment",
            RecordedAt = fact.ConfirmedAt,
        }],
        clock.GetUtcNow());
}
