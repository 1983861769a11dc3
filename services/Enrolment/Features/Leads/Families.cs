using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>A corrected number may make a pupil somebody's brother or sister: the pupil's offers move into that family, and those for which it has no place are withdrawn.</summary>
/// <remarks>Publishes <see cref="LeadWithdrawn"/> for those. The caller holds the province's lock.</remarks>
public static class Families
{
    public static async Task JoinFamily(this Work work, int schoolYear, Guid pupil, DateTimeOffset now)
    {
        var offers = await work.Query<Offer>(
            """
            select g.grant_id, g.lead_id, g.institution_id, g.family_key, c.family_key as joins
            from candidate c join lead l using (tenant_id, school_year, pupil_id) join lead_grant g using (tenant_id, lead_id)
            where c.tenant_id = @Tenant and c.school_year = @Year and c.pupil_id = @Pupil and g.slot is not null and g.family_key <> c.family_key
            order by g.granted_at, g.grant_id
            """, new { work.Tenant, Year = schoolYear, Pupil = pupil });
        if (offers.Count == 0) return;

        var places = (await work.Query<(Guid Institution, short Slot)>(
            "select institution_id, slot from family_place where tenant_id = @Tenant and school_year = @Year and family_key = @Key",
            new { work.Tenant, Year = schoolYear, Key = offers[0].Joins })).ToDictionary(place => place.Institution, place => place.Slot);
        List<Offer> lost = [];
        foreach (var offer in offers)
        {
            if (!places.TryGetValue(offer.InstitutionId, out var slot))
            {
                if (places.Count == 2)
                {
                    lost.Add(offer);
                    continue;
                }
                places.Add(offer.InstitutionId, slot = places.ContainsValue(1) ? (short)2 : (short)1);
                await work.Execute(
                    "insert into family_place (tenant_id, school_year, family_key, slot, institution_id) values (@Tenant, @Year, @Key, @Slot, @InstitutionId)",
                    new { work.Tenant, Year = schoolYear, Key = offer.Joins, Slot = slot, offer.InstitutionId });
            }
            await work.Execute("update lead_grant set family_key = @Joins, slot = @Slot where tenant_id = @Tenant and grant_id = @GrantId", new { work.Tenant, offer.Joins, Slot = slot, offer.GrantId });
        }
        await work.EndGrants([.. lost.Select(offer => (offer.GrantId, "error"))], "withdrawn", now);
        await work.Execute(
            """
            delete from family_place p where p.tenant_id = @Tenant and p.school_year = @Year and p.family_key = @Left
              and not exists (select from lead_grant g where g.tenant_id = p.tenant_id and g.school_year = p.school_year and g.family_key = p.family_key and g.institution_id = p.institution_id and g.slot is not null)
            """, new { work.Tenant, Year = schoolYear, Left = offers[0].FamilyKey });
        if (lost.Count == 0) return;

        await work.Tell([.. lost.Select(offer => new FeedEntry(offer.InstitutionId, "withdrawn", offer.LeadId, offer.GrantId, "error"))], now);
        work.Append("lead", lost[0].LeadId, new LeadWithdrawn
        {
            Province = work.Tenant,
            LeadId = lost[0].LeadId,
            PupilId = pupil,
            SchoolYear = schoolYear,
            Institutions = [.. lost.Select(offer => offer.InstitutionId)],
            Reason = "error",
            WithdrawnAt = now,
        });
    }

    private sealed record Offer(Guid GrantId, Guid LeadId, Guid InstitutionId, string FamilyKey, string Joins);
}
