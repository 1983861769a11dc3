using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>Tells the institutions that hold a lead that its data was corrected; they read the detail again.</summary>
public static class CorrectLeads
{
    public static async Task Correct(this Work work, int schoolYear, IReadOnlyCollection<Guid> pupils, DateTimeOffset now)
    {
        if (pupils.Count == 0) return;
        var holders = await work.Query<(Guid Institution, Guid Lead, Guid Grant)>(
            """
            select g.institution_id, g.lead_id, g.grant_id from lead l join lead_grant g using (tenant_id, lead_id)
            where l.tenant_id = @Tenant and l.school_year = @Year and l.pupil_id = any (@Pupils) and l.status <> 'withdrawn' and g.state not in ('withdrawn', 'expired', 'left')
            order by g.institution_id, g.lead_id
            """, new { work.Tenant, Year = schoolYear, Pupils = pupils.ToArray() });
        await work.Tell([.. holders.Select(holder => new FeedEntry(holder.Institution, "corrected", holder.Lead, holder.Grant))], now);
    }
}
