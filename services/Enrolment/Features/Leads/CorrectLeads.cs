using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Features.Admissions;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>Tells the institutions that hold a lead that its data was corrected; they read the detail again.</summary>
/// <remarks>Whatever an institution can read of a pupil and that changes is announced: contact, wish, residence, and the names of areas.</remarks>
public sealed class CorrectLeads(ContactSeal seal, TimeProvider clock)
{
    /// <summary>Notes what final results say of pupils without a place, and tells of those whose data is another than the institutions know.</summary>
    public async Task Note(Work work, int schoolYear, IReadOnlyCollection<PupilWithoutPlace> pupils, DateTimeOffset at)
    {
        var known = await work.Query<Known>(
            """
            select c.pupil_id, c.residence, c.wished_trade, c.wished_level, c.sealed_contact from candidate c join lead l using (tenant_id, school_year, pupil_id)
            where c.tenant_id = @Tenant and c.school_year = @Year and c.pupil_id = any (@Pupils) and l.status <> 'withdrawn'
            """, new { work.Tenant, Year = schoolYear, Pupils = pupils.Select(pupil => pupil.PupilId).ToArray() });
        var newest = (await work.NoteWithoutPlace(schoolYear, pupils, at)).ToHashSet();
        var said = pupils.Where(pupil => newest.Contains(pupil.PupilId)).ToDictionary(pupil => pupil.PupilId);
        var changed = known.Where(row => said.TryGetValue(row.PupilId, out var now) && !Same(row, now)).Select(row => row.PupilId).ToArray();
        if (changed.Length == 0) return;

        await work.Tell(await work.Held("l.school_year = @Year and l.pupil_id = any (@Pupils)", "corrected", new { work.Tenant, Year = schoolYear, Pupils = changed }), clock.GetUtcNow());
    }

    private bool Same(Known before, PupilWithoutPlace now)
    {
        if ((before.Residence, before.WishedTrade, before.WishedLevel) != (now.ResidenceArea, now.WishedTrade, now.WishedLevel)) return false;
        try
        {
            return before.SealedContact == now.SealedContact || seal.Open(before.PupilId, before.SealedContact) == seal.Open(now.PupilId, now.SealedContact);
        }
        catch (RuleBroken)
        {
            return false;   // the key is away: said once too often rather than not at all
        }
    }

    private sealed record Known(Guid PupilId, string Residence, string? WishedTrade, string? WishedLevel, string SealedContact);
}

/// <summary>What institutions hold, to be told of.</summary>
public static class HeldGrants
{
    /// <summary>Feed items of one kind for the leads that institutions hold now.</summary>
    /// <param name="which">Condition on the lead `l` and the grant `g`.</param>
    public static async Task<IReadOnlyList<FeedEntry>> Held(this Work work, string which, string kind, object args) =>
        [.. (await work.Query<(Guid Institution, Guid Lead, Guid Grant)>(
            $"""
            select g.institution_id, g.lead_id, g.grant_id from lead l join lead_grant g using (tenant_id, lead_id)
            where l.tenant_id = @Tenant and l.status <> 'withdrawn' and g.state not in ('withdrawn', 'expired', 'left') and {which}
            order by g.institution_id, g.lead_id
            """, args)).Select(held => new FeedEntry(held.Institution, kind, held.Lead, held.Grant))];

    /// <summary>How the places where pupils with leads live are called on a day, as institutions read it.</summary>
    public static async Task<IReadOnlyDictionary<string, (string? Commune, string? District)>> AreaNames(this Work work, DateOnly day) =>
        (await work.Query<(string Residence, string? Commune, string? District)>(
            """
            select residence, commune_name(@Tenant, residence, @Day), district_name(@Tenant, residence)
            from (select distinct c.residence from lead l join candidate c using (tenant_id, school_year, pupil_id)
                  where l.tenant_id = @Tenant and l.status <> 'withdrawn' and c.residence is not null) r
            """, new { work.Tenant, Day = day })).ToDictionary(row => row.Residence, row => (row.Commune, row.District));

    /// <summary>Tells of every lead whose commune or district is called otherwise than before.</summary>
    public static async Task CorrectAreas(
        this Work work, IReadOnlyDictionary<string, (string? Commune, string? District)> before, IReadOnlyDictionary<string, (string? Commune, string? District)> after, DateTimeOffset now)
    {
        var renamed = after.Where(area => before.TryGetValue(area.Key, out var old) && old != area.Value).Select(area => area.Key).ToArray();
        if (renamed.Length == 0) return;

        await work.Tell(
            await work.Held(
                "(l.school_year, l.pupil_id) in (select c.school_year, c.pupil_id from candidate c where c.tenant_id = @Tenant and c.residence = any (@Renamed))", "corrected",
                new { work.Tenant, Renamed = renamed }), now);
    }
}
