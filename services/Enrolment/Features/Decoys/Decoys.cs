using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Decoys;

/// <summary>Leads of people who do not exist, one institution each: whoever turns to one shows from where the data went out.</summary>
/// <remarks>
/// reliability.md, P13. They are put among the real leads of a round, with the residence and the wish of one of them, and then live like any other, so nobody but the province
/// can tell them. They take no seat, count nowhere and are told to no other service.
/// </remarks>
public static class Decoys
{
    /// <summary>At least so many for each institution and intake.</summary>
    public const int PerIntake = 3;

    public static void MapDecoys(this IEndpointRouteBuilder routes)
    {
        AddDecoys.Map(routes);
        ListDecoys.Map(routes);
        ReportDecoy.Map(routes);
    }

    /// <summary>
    /// Gives each institution of this round the decoys it still lacks, as far as there are any, each right after the real grant it resembles;
    /// returns the round's grants with them and adds them to <paramref name="leads"/>.
    /// </summary>
    public static async Task<IReadOnlyList<AllocatedGrant>> Plant(
        this Work work, int schoolYear, IReadOnlyList<AllocatedGrant> grants, Dictionary<Guid, (Guid Basis, Guid Lead)> leads, DateTimeOffset now)
    {
        if (grants.Count == 0) return grants;
        var waiting = new Queue<Waiting>(await work.Query<Waiting>(
            "select decoy_id, phone_key from decoy where tenant_id = @Tenant and school_year = @Year and institution_id is null order by decoy_id limit 500 for update", new { work.Tenant, Year = schoolYear }));
        if (waiting.Count == 0) return grants;

        var has = (await work.Query<(Guid Institution, long Count)>(
            "select institution_id, count(*) from decoy where tenant_id = @Tenant and school_year = @Year and institution_id is not null group by 1", new { work.Tenant, Year = schoolYear }))
            .ToDictionary(row => row.Institution, row => row.Count);
        List<AllocatedGrant> all = [];
        List<(Waiting Decoy, AllocatedGrant Like, Guid Basis, Guid Lead)> planted = [];
        foreach (var grant in grants)
        {
            all.Add(grant);
            var count = has.GetValueOrDefault(grant.Institution);
            if (count >= PerIntake || !waiting.TryDequeue(out var decoy)) continue;

            has[grant.Institution] = count + 1;
            var (basis, lead) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
            leads.Add(decoy.DecoyId, (basis, lead));
            planted.Add((decoy, grant, basis, lead));
            all.Add(grant with { Pupil = decoy.DecoyId, Family = decoy.PhoneKey, Decoy = true });
        }
        await Store(work, schoolYear, planted, now);
        return all;
    }

    /// <summary>A decoy needs the rows of a lead; its basis says what it is, and concerns no person.</summary>
    private static Task Store(Work work, int schoolYear, List<(Waiting Decoy, AllocatedGrant Like, Guid Basis, Guid Lead)> planted, DateTimeOffset now) => planted.Count == 0 ? Task.CompletedTask : work.Execute(
        """
        insert into candidate (tenant_id, school_year, pupil_id, residence, family_key, wished_trade, wished_level, sealed_contact, outcome, outcome_at, decoy)
        select @Tenant, @Year, d.decoy_id, c.residence, d.phone_key, c.wished_trade, c.wished_level, d.sealed_contact, 'without_place', @Now, true
        from unnest(@Decoys, @Models) as p (decoy_id, model) join decoy d on d.tenant_id = @Tenant and d.decoy_id = p.decoy_id
        join candidate c on c.tenant_id = @Tenant and c.school_year = @Year and c.pupil_id = p.model;
        insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, pupil_id, scope, child_agreed, guardian_agreed, text_version, evidence, given_at)
        select @Tenant, basis_id, 'A', @Purpose, @Year, decoy_id, 'all', true, true, 'decoy', 'decoy', @Now from unnest(@Decoys, @Bases) as p (decoy_id, basis_id);
        insert into lead (tenant_id, lead_id, school_year, pupil_id, basis_id, status, opened_at, changed_at, decoy)
        select @Tenant, lead_id, @Year, decoy_id, basis_id, 'open', @Now, @Now, true from unnest(@Decoys, @Bases, @Leads) as p (decoy_id, basis_id, lead_id);
        update decoy d set institution_id = p.institution_id, lead_id = p.lead_id, planted_at = @Now
        from unnest(@Decoys, @Institutions, @Leads) as p (decoy_id, institution_id, lead_id) where d.tenant_id = @Tenant and d.decoy_id = p.decoy_id
        """,
        new
        {
            work.Tenant,
            Year = schoolYear,
            Now = now,
            Purpose = DataScope.VocationalGuidance,
            Decoys = planted.Select(one => one.Decoy.DecoyId).ToArray(),
            Models = planted.Select(one => one.Like.Pupil).ToArray(),
            Bases = planted.Select(one => one.Basis).ToArray(),
            Leads = planted.Select(one => one.Lead).ToArray(),
            Institutions = planted.Select(one => one.Like.Institution).ToArray(),
        });

    /// <summary>An institution that says it enrolled somebody who does not exist: noted for the province, and answered as when a family withdrew in this moment.</summary>
    public static async Task CatchEnrolment(this Database db, Person caller, Guid leadId, DateTimeOffset now, CancellationToken ct)
    {
        await using var work = await db.Begin(caller.Tenant, ct);
        await work.AsProvince();
        var decoy = await work.Single<Guid?>(
            """
            select d.decoy_id from decoy d join lead l using (tenant_id, lead_id)
            where d.tenant_id = @Tenant and d.lead_id = @Lead and d.institution_id = @Institution and l.status = 'open'
            """, new { work.Tenant, Lead = leadId, Institution = caller.OwnOrganisation });
        if (decoy is null) return;

        await work.LockLeads();
        await work.NoteDecoy(decoy.Value, "enrolment", now, null, caller.Subject, now);
        await work.Withdraw([(decoy.Value, "opted_out")], now);
        await work.Commit();
        throw LeadDetails.Revoked();
    }

    public static Task NoteDecoy(this Work work, Guid decoy, string kind, DateTimeOffset happened, string? note, string by, DateTimeOffset now) => work.Execute(
        """
        insert into decoy_report (tenant_id, report_id, decoy_id, kind, happened_at, note, reported_by, reported_at)
        values (@Tenant, @Id, @Decoy, @Kind, @Happened, @Note, @By, @Now)
        """, new { work.Tenant, Id = Guid.CreateVersion7(now), Decoy = decoy, Kind = kind, Happened = happened.ToUniversalTime(), Note = note, By = by, Now = now });

    private sealed record Waiting(Guid DecoyId, string PhoneKey);
}
