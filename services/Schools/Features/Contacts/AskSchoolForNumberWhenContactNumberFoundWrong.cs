using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Contacts;

/// <summary>A number proved wrong: the pupil's last school gets the task to find the right one.</summary>
/// <remarks>Safe to repeat: a pupil has one open task, and a number that was corrected since is not asked for again.</remarks>
public sealed class AskSchoolForNumberWhenContactNumberFoundWrong : IReaction<ContactNumberFoundWrong>
{
    public Task When(ContactNumberFoundWrong fact, Heard heard, Work work, CancellationToken ct) => work.Execute(
        """
        insert into contact_task (tenant_id, task_id, pupil_id, school_id, school_year, raised_at)
        select @Tenant, @Task, r.pupil_id, r.school_id, @SchoolYear, @FoundAt from roster r
        where r.pupil_id = @PupilId and not exists (select from contact_task t where t.pupil_id = r.pupil_id and t.closed_at >= @FoundAt)
        order by r.school_year desc limit 1
        on conflict (pupil_id) where closed_at is null do nothing
        """, new { work.Tenant, Task = Guid.CreateVersion7(fact.FoundAt), fact.PupilId, fact.SchoolYear, fact.FoundAt });
}
