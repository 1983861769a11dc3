using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>Takes leads back from every institution that ever had them, in the commit of the fact that ended them: feed, detail and seat count change together.</summary>
/// <remarks>Publishes <see cref="LeadWithdrawn"/>. Safe to repeat: a lead that is withdrawn is left as it is. The caller holds the province's lock.</remarks>
public static class WithdrawLeads
{
    /// <summary>What an institution may know of the reason: not where the pupil is, and nothing about results.</summary>
    private static string Told(string reason) => reason switch
    {
        "opted_out" or "basis_ended" => "objected",
        "error" => "error",
        _ => "no_longer_available",
    };

    /// <param name="work">Works for the province and holds its lock.</param>
    /// <param name="pupils">Whose leads end, each with the reason code of <see cref="LeadWithdrawn.Reason"/>.</param>
    /// <param name="now">Time of the withdrawal.</param>
    /// <param name="schoolYear">The season; null for all of them.</param>
    /// <param name="keptBy">The institution where the pupil has enrolled: it keeps the lead, the others lose it.</param>
    /// <param name="openOnly">A lead that ended in an enrolment stays with that institution.</param>
    public static async Task<int> Withdraw(
        this Work work, IReadOnlyCollection<(Guid Pupil, string Reason)> pupils, DateTimeOffset now, int? schoolYear = null, Guid? keptBy = null, bool openOnly = false)
    {
        if (pupils.Count == 0) return 0;
        var leads = await work.Query<LeadRow>(
            """
            update lead l set status = case when @KeptBy::uuid is null then 'withdrawn' else 'enrolled' end, reason = w.reason, changed_at = @Now
            from unnest(@Pupils, @Reasons) as w (pupil_id, reason)
            where l.tenant_id = @Tenant and l.pupil_id = w.pupil_id and l.pupil_id = any (@Pupils) and (l.status = 'open' or (l.status = 'enrolled' and not @OpenOnly))
              and (@Year::int is null or l.school_year = @Year)
            returning l.lead_id, l.pupil_id, l.school_year, w.reason, l.decoy
            """,
            new
            {
                work.Tenant,
                Now = now,
                Year = schoolYear,
                KeptBy = keptBy,
                OpenOnly = openOnly || keptBy is not null,
                Pupils = pupils.Select(pupil => pupil.Pupil).ToArray(),
                Reasons = pupils.Select(pupil => pupil.Reason).ToArray(),
            });
        if (leads.Count == 0) return 0;

        var ids = leads.Select(lead => lead.LeadId).ToArray();
        await work.EndGrants(await work.Query<(Guid, string)>(
            """
            select g.grant_id, w.reason from lead_grant g join unnest(@Leads, @Reasons) as w (lead_id, reason) using (lead_id)
            where g.tenant_id = @Tenant and g.lead_id = any (@Leads) and g.state not in ('withdrawn', 'expired')
              and (@KeptBy::uuid is null or (g.institution_id <> @KeptBy and g.state not in ('enrolled', 'left')))
            """, new { work.Tenant, KeptBy = keptBy, Leads = ids, Reasons = leads.Select(lead => lead.Reason).ToArray() }), "withdrawn", now);

        var holders = (await work.Query<HolderRow>(
            """
            select distinct on (lead_id, institution_id) lead_id, institution_id, grant_id from lead_grant
            where tenant_id = @Tenant and lead_id = any (@Leads) and (@KeptBy::uuid is null or institution_id <> @KeptBy)
            order by lead_id, institution_id, granted_at desc, grant_id desc
            """, new { work.Tenant, Leads = ids, KeptBy = keptBy })).ToLookup(row => row.LeadId);

        await work.Tell([.. leads.SelectMany(lead => holders[lead.LeadId].Select(row => new FeedEntry(row.InstitutionId, "withdrawn", lead.LeadId, row.GrantId, Told(lead.Reason))))], now);
        foreach (var lead in leads.Where(lead => !lead.Decoy && (keptBy is null || holders[lead.LeadId].Any())))
        {
            work.Append("lead", lead.LeadId, new LeadWithdrawn
            {
                Province = work.Tenant,
                LeadId = lead.LeadId,
                PupilId = lead.PupilId,
                SchoolYear = lead.SchoolYear,
                Institutions = [.. holders[lead.LeadId].Select(row => row.InstitutionId)],
                Reason = lead.Reason,
                WithdrawnAt = now,
            });
        }
        return leads.Count;
    }

    /// <summary>A family that agreed to chosen institutions only: the others lose the lead, the chosen ones keep it.</summary>
    public static async Task WithdrawFromOthersThanChosen(this Work work, int schoolYear, IReadOnlyCollection<(Guid Pupil, Guid[] Chosen)> families, DateTimeOffset now)
    {
        if (families.Count == 0) return;
        var lost = await work.Query<LostRow>(
            """
            select g.grant_id, g.lead_id, g.institution_id, l.pupil_id
            from lead l join unnest(@Pupils, @Chosen) as f (pupil_id, chosen) using (pupil_id) join lead_grant g using (tenant_id, lead_id)
            where l.tenant_id = @Tenant and l.pupil_id = any (@Pupils) and l.school_year = @Year and l.status = 'open' and g.state not in ('withdrawn', 'expired')
              and not g.institution_id = any (string_to_array(f.chosen, ',')::uuid[])
            """,
            new { work.Tenant, Year = schoolYear, Pupils = families.Select(family => family.Pupil).ToArray(), Chosen = families.Select(family => string.Join(',', family.Chosen)).ToArray() });
        await work.EndGrants([.. lost.Select(row => (row.GrantId, "basis_ended"))], "withdrawn", now);
        await work.Tell([.. lost.Select(row => new FeedEntry(row.InstitutionId, "withdrawn", row.LeadId, row.GrantId, Told("basis_ended")))], now);
        foreach (var lead in lost.GroupBy(row => (row.LeadId, row.PupilId)))
        {
            work.Append("lead", lead.Key.LeadId, new LeadWithdrawn
            {
                Province = work.Tenant,
                LeadId = lead.Key.LeadId,
                PupilId = lead.Key.PupilId,
                SchoolYear = schoolYear,
                Institutions = [.. lead.Select(row => row.InstitutionId)],
                Reason = "basis_ended",
                WithdrawnAt = now,
            });
        }
    }

    /// <summary>Ends grants and frees the families' places that none of their children uses any more.</summary>
    public static async Task EndGrants(this Work work, IReadOnlyCollection<(Guid Grant, string Reason)> grants, string state, DateTimeOffset now)
    {
        if (grants.Count == 0) return;
        await work.Execute(
            """
            with ended as (
              update lead_grant g set state = @State, slot = null, ended_at = @Now, end_reason = w.reason
              from unnest(@Grants, @Reasons) as w (grant_id, reason) where g.tenant_id = @Tenant and g.grant_id = w.grant_id and g.grant_id = any (@Grants)
              returning g.school_year, g.family_key, g.institution_id)
            delete from family_place p using ended e
            where p.tenant_id = @Tenant and p.school_year = e.school_year and p.family_key = e.family_key and p.institution_id = e.institution_id
              and not exists (select 1 from lead_grant g where g.tenant_id = p.tenant_id and g.school_year = p.school_year and g.family_key = p.family_key
                and g.institution_id = p.institution_id and g.slot is not null and g.grant_id <> all (@Grants))
            """,
            new { work.Tenant, Now = now, State = state, Grants = grants.Select(grant => grant.Grant).ToArray(), Reasons = grants.Select(grant => grant.Reason).ToArray() });
    }

    private sealed record LostRow(Guid GrantId, Guid LeadId, Guid InstitutionId, Guid PupilId);

    private sealed record LeadRow(Guid LeadId, Guid PupilId, int SchoolYear, string Reason, bool Decoy);

    private sealed record HolderRow(Guid LeadId, Guid InstitutionId, Guid GrantId);
}
