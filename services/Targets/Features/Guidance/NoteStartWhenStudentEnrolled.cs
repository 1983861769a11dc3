using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Guidance;

/// <summary>A pupil with a lead started a trade; the start belongs to the school year that begins in its calendar year, or began the year before until May.</summary>
/// <remarks>Safe to repeat and safe out of order: the row's key is the pupil and school year, and the column only ever moves one way.</remarks>
public sealed class NoteStartWhenStudentEnrolled : IReaction<StudentEnrolled>
{
    public Task When(StudentEnrolled fact, Heard heard, Work work, CancellationToken ct) => fact.Track == "culture" ? Task.CompletedTask : work.Execute(
        """
        insert into guidance as g (tenant_id, school_year, pupil_id, started_on) values (@Tenant, @SchoolYear, @PupilId, @StartedOn)
        on conflict (tenant_id, school_year, pupil_id) do update set started_on = least(g.started_on, excluded.started_on)
        where g.started_on is distinct from least(g.started_on, excluded.started_on)
        """,
        new { work.Tenant, SchoolYear = fact.StartedOn.Month >= 6 ? fact.StartedOn.Year : fact.StartedOn.Year - 1, fact.PupilId, fact.StartedOn });
}
