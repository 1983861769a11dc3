using System.Text.Json;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Decoys;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;
using Dapper;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>Opens a lead for every named pupil who is without a place and has a legal basis, and offers it to institutions by the published rules.</summary>
/// <remarks>
/// Publishes <see cref="LeadGranted"/> per grant. Whatever comes second, the result or the family's agreement, grants. Safe to repeat: who has offers gets no others,
/// except the next institution for one that let its time pass, and those that a newer agreement of the family lets in. What was decided about every institution is kept (<see cref="Allocations.ShowAllocation"/>).
/// The caller holds the province's lock (<see cref="InstitutionScope.LockLeads"/>), taken before it wrote what makes these pupils eligible.
/// </remarks>
public sealed class GrantLeads(IConfiguration configuration, TimeProvider clock)
{
    private readonly string seed = configuration["Allocation:Seed"] ?? "careerplatform";
    private readonly int leadDays = configuration.GetValue("Leads:Days", 90);   // reliability.md P5: end of intake, at most 90 days

    public AllocationRules RulesOf(int schoolYear) => new($"{seed}|{schoolYear}");

    public async Task<int> To(Work work, int schoolYear, IReadOnlyCollection<Guid> pupils)
    {
        if (pupils.Count == 0) return 0;
        var now = clock.GetUtcNow();
        await work.PlanAnew();
        var eligible = await work.Query<EligibleRow>(Eligible, new { work.Tenant, Year = schoolYear, Pupils = pupils.ToArray(), Purpose = DataScope.VocationalGuidance, Today = VietnamTime.Day(now) });
        await work.PlanAsUsual();
        if (eligible.Count == 0) return 0;

        var (offerers, agreements) = await Offerers(work, schoolYear, now);
        var slots = (await work.Query<(string Family, short Slot, Guid Institution)>(
                "select family_key, slot, institution_id from family_place where tenant_id = @Tenant and school_year = @Year and family_key = any (@Families)",
                new { work.Tenant, Year = schoolYear, Families = eligible.Select(row => row.FamilyKey).Distinct().ToArray() }))
            .GroupBy(row => row.Family).ToDictionary(family => family.Key, family => family.ToDictionary(row => row.Institution, row => row.Slot));
        var places = slots.ToDictionary(family => family.Key, family => (IReadOnlyList<Guid>)[.. family.Value.Keys]);
        var districts = (await work.Query<(string Commune, string District)>(
                "select commune, district from commune_district where tenant_id = @Tenant and commune = any (@Communes)",
                new { work.Tenant, Communes = eligible.Select(row => row.Residence).Concat(offerers.Select(offerer => offerer.Commune)).Distinct().ToArray() }))
            .ToLookup(row => row.Commune, row => row.District);

        var round = Allocation.Decide(
            eligible.Select(row => new Applicant(row.PupilId, row.FamilyKey, row.Residence, row.WishedTrade, row.WishedLevel, row.Scope == "chosen" ? row.Institutions.ToHashSet() : null, row.Had.ToHashSet())),
            offerers, places, districts, RulesOf(schoolYear));

        var leads = eligible.ToDictionary(row => row.PupilId, row => (row.BasisId, Lead: row.LeadId ?? Guid.CreateVersion7(now)));
        await Store(work, schoolYear, eligible, leads, now);
        await Store(work, schoolYear, await work.Plant(schoolYear, round.Grants, leads, now), leads, agreements, slots, now);
        await Store(work, schoolYear, round, leads, now);
        return round.Grants.Count;
    }

    private static Task Store(Work work, int schoolYear, IReadOnlyList<EligibleRow> eligible, Dictionary<Guid, (Guid Basis, Guid Lead)> leads, DateTimeOffset now) => work.Execute(
        """
        insert into lead (tenant_id, lead_id, school_year, pupil_id, basis_id, relay, status, opened_at, changed_at)
        select @Tenant, lead_id, @Year, pupil_id, basis_id, relay, 'open', @Now, @Now from unnest(@Leads, @Pupils, @Bases, @Relayed) as l (lead_id, pupil_id, basis_id, relay)
        on conflict (tenant_id, lead_id) do update set status = 'open', basis_id = excluded.basis_id, relay = excluded.relay, reason = null, changed_at = excluded.changed_at
        """,
        new
        {
            work.Tenant,
            Year = schoolYear,
            Now = now,
            Leads = eligible.Select(row => leads[row.PupilId].Lead).ToArray(),
            Pupils = eligible.Select(row => row.PupilId).ToArray(),
            Bases = eligible.Select(row => row.BasisId).ToArray(),
            Relayed = eligible.Select(row => row.Relay).ToArray(),
        });

    private async Task Store(
        Work work, int schoolYear, IReadOnlyList<AllocatedGrant> grants, Dictionary<Guid, (Guid Basis, Guid Lead)> leads,
        Dictionary<Guid, Guid> agreements, Dictionary<string, Dictionary<Guid, short>> slots, DateTimeOffset now)
    {
        if (grants.Count == 0) return;

        List<(string Family, Guid Institution, short Slot)> added = [];
        foreach (var grant in grants)
        {
            if (!slots.TryGetValue(grant.Family, out var taken)) slots.Add(grant.Family, taken = []);
            if (taken.ContainsKey(grant.Institution)) continue;
            taken.Add(grant.Institution, taken.ContainsValue(1) ? (short)2 : (short)1);
            added.Add((grant.Family, grant.Institution, taken[grant.Institution]));
        }
        var ids = grants.Select(_ => Guid.CreateVersion7(now)).ToArray();
        await work.Execute(
            """
            insert into family_place (tenant_id, school_year, family_key, slot, institution_id)
            select @Tenant, @Year, family_key, slot, institution_id from unnest(@AddedFamilies, @AddedSlots, @AddedInstitutions) as f (family_key, slot, institution_id);
            insert into lead_grant (tenant_id, grant_id, lead_id, institution_id, agreement_id, basis_id, school_year, family_key, slot, state, reasons, wish, area, granted_at, expires_at, decoy)
            select @Tenant, grant_id, lead_id, institution_id, agreement_id, basis_id, @Year, family_key, slot, 'offered', string_to_array(reasons, ','), wish, area, @Now, @Expires, decoy
            from unnest(@Grants, @Leads, @Institutions, @Agreements, @Bases, @Families, @Slots, @Reasons, @Wishes, @Areas, @Decoys)
              as g (grant_id, lead_id, institution_id, agreement_id, basis_id, family_key, slot, reasons, wish, area, decoy)
            """,
            new
            {
                work.Tenant,
                Year = schoolYear,
                Now = now,
                Expires = now.AddDays(leadDays),
                AddedFamilies = added.Select(place => place.Family).ToArray(),
                AddedSlots = added.Select(place => place.Slot).ToArray(),
                AddedInstitutions = added.Select(place => place.Institution).ToArray(),
                Grants = ids,
                Leads = grants.Select(grant => leads[grant.Pupil].Lead).ToArray(),
                Institutions = grants.Select(grant => grant.Institution).ToArray(),
                Agreements = grants.Select(grant => agreements[grant.Institution]).ToArray(),
                Bases = grants.Select(grant => leads[grant.Pupil].Basis).ToArray(),
                Families = grants.Select(grant => grant.Family).ToArray(),
                Slots = grants.Select(grant => slots[grant.Family][grant.Institution]).ToArray(),
                Reasons = grants.Select(grant => string.Join(',', grant.Reasons)).ToArray(),
                Wishes = grants.Select(grant => (short)grant.Wish).ToArray(),
                Areas = grants.Select(grant => (short)grant.Area).ToArray(),
                Decoys = grants.Select(grant => grant.Decoy).ToArray(),
            });
        await work.Tell([.. grants.Select((grant, n) => new FeedEntry(grant.Institution, "offered", leads[grant.Pupil].Lead, ids[n]))], now);

        foreach (var grant in grants.Where(grant => !grant.Decoy))
        {
            var lead = leads[grant.Pupil].Lead;
            work.Append("lead", lead, new LeadGranted
            {
                Province = work.Tenant,
                LeadId = lead,
                PupilId = grant.Pupil,
                SchoolYear = schoolYear,
                Institution = grant.Institution,
                Reasons = grant.Reasons,
                GrantedAt = now,
            });
        }
    }

    /// <summary>Keeps what was decided about every institution, for each lead that got an offer or for which something changed since the last round.</summary>
    private Task Store(Work work, int schoolYear, AllocationRound round, Dictionary<Guid, (Guid Basis, Guid Lead)> leads, DateTimeOffset now)
    {
        var given = round.Grants.Select(grant => grant.Pupil).ToHashSet();
        var decided = round.Verdicts.ToList();
        return work.Execute(
            """
            with verdict as (
              select v.lead_id, v.verdicts from unnest(@Leads, @Verdicts, @Given) as v (lead_id, verdicts, given)
              where v.given or not exists (
                select 1 from (select o.verdicts, r.institutions from allocation_verdict o join allocation_run r using (tenant_id, run_id)
                               where o.tenant_id = @Tenant and o.lead_id = v.lead_id order by r.decided_at desc, r.run_id desc limit 1) newest
                where newest.verdicts = v.verdicts and newest.institutions = @Institutions)),
            run as (
              insert into allocation_run (tenant_id, run_id, school_year, rule_version, seed, institutions, decided_at, leads, grants)
              select @Tenant, @Run, @Year, @Version, @Seed, @Institutions, @Now, @Count, @Grants where exists (select 1 from verdict))
            insert into allocation_verdict (tenant_id, lead_id, run_id, verdicts) select @Tenant, lead_id, @Run, verdicts from verdict
            """,
            new
            {
                work.Tenant,
                Run = Guid.CreateVersion7(now),
                Year = schoolYear,
                Allocation.Version,
                RulesOf(schoolYear).Seed,
                Institutions = round.Institutions.ToArray(),
                Now = now,
                decided.Count,
                Grants = round.Grants.Count,
                Leads = decided.Select(pupil => leads[pupil.Key].Lead).ToArray(),
                Verdicts = decided.Select(pupil => pupil.Value).ToArray(),
                Given = decided.Select(pupil => given.Contains(pupil.Key)).ToArray(),
            });
    }

    private static async Task<(IReadOnlyList<Offerer>, Dictionary<Guid, Guid> Agreements)> Offerers(Work work, int schoolYear, DateTimeOffset now)
    {
        var rows = await work.Query<OffererRow>(
            """
            select i.institution_id, i.commune, i.boarding, a.agreement_id, a.areas, coalesce(p.seats, 0)::int as seats, coalesce(p.free, 0)::int as free,
                   coalesce(t.open_offers, 0) as open_offers, coalesce(p.programmes, '[]') as programmes
            from institution i
            join lateral (select agreement_id, areas, training_codes from agreement a where a.tenant_id = i.tenant_id and a.institution_id = i.institution_id
                            and @Today between a.valid_from and a.valid_to and @Purpose = any (a.purposes) order by valid_to desc, agreement_id limit 1) a on true
            join lateral (select sum(seats) as seats, sum(seats - taken) as free, jsonb_agg(jsonb_build_array(training_code, level)) filter (where taken < seats)::text as programmes
                          from programme p where p.tenant_id = i.tenant_id and p.institution_id = i.institution_id and p.intake_year = @Year and (a.training_codes is null or p.training_code = any (a.training_codes))) p on p.seats is not null
            left join intake t on t.tenant_id = i.tenant_id and t.institution_id = i.institution_id and t.school_year = @Year
            where i.tenant_id = @Tenant and i.valid_from <= @Today and (i.valid_to is null or i.valid_to >= @Today)
              and not exists (select from feed_hold o where o.tenant_id = i.tenant_id and o.institution_id = i.institution_id)
            """,
            new { work.Tenant, Year = schoolYear, Today = VietnamTime.Day(now), Purpose = DataScope.VocationalGuidance });
        return (
            [.. rows.Select(row => new Offerer(row.InstitutionId, row.Commune, row.Boarding, row.Seats, row.Free, row.OpenOffers,
                [.. JsonSerializer.Deserialize<string[][]>(row.Programmes)!.Select(programme => new OpenProgramme(programme[0], programme[1]))], row.Areas?.ToHashSet()))],
            rows.ToDictionary(row => row.InstitutionId, row => row.AgreementId));
    }

    /// <summary>
    /// Without a place, not heard of anywhere else since, with a basis in force, and with no offer open or run out; or there is room for another institution, because one let its time pass
    /// or because the family's agreement is newer than its offers.
    /// </summary>
    private const string Eligible =
        """
        select c.pupil_id, c.family_key, c.residence, c.wished_trade, c.wished_level, b.basis_id, b.relay, b.scope, b.institutions, l.lead_id, coalesce(g.had, '{}') as had
        from candidate c
        join lateral (
          select basis_id, mode = 'B' as relay, scope, institutions, true as own from legal_basis a
          where a.tenant_id = c.tenant_id and a.school_year = c.school_year and a.pupil_id = c.pupil_id and a.purpose = @Purpose and a.mode in ('A', 'B') and a.ended_at is null
          union all
          select basis_id, false, 'all', '{}', false from legal_basis s
          where s.tenant_id = c.tenant_id and s.school_year = c.school_year and s.purpose = @Purpose and s.mode = 'C' and s.ended_at is null
            and cardinality(s.approved_by) = 2 and s.expires_on >= @Today
            and not exists (select 1 from consent o where o.tenant_id = c.tenant_id and o.school_year = c.school_year and o.pupil_id = c.pupil_id and o.purpose = @Purpose and o.objected)
          limit 1) b on true
        left join lead l on l.tenant_id = c.tenant_id and l.school_year = c.school_year and l.pupil_id = c.pupil_id
        left join lateral (
          select array_agg(institution_id) filter (where state <> 'withdrawn') as had, count(*) filter (where state not in ('withdrawn', 'expired')) as held,
                 bool_or(state = 'expired') or (b.own and not bool_or(g.basis_id = b.basis_id)) as more, bool_or(state = 'expired' and end_reason = 'expired') as run_out
          from lead_grant g where g.tenant_id = l.tenant_id and g.lead_id = l.lead_id) g on true
        where c.tenant_id = @Tenant and c.school_year = @Year and c.pupil_id = any (@Pupils) and c.outcome = 'without_place' and not c.decoy
          and not exists (select 1 from placement p where p.tenant_id = c.tenant_id and p.pupil_id = c.pupil_id and p.placed and p.at >= c.outcome_at)
          and (l.lead_id is null or l.status = 'withdrawn' or (l.status = 'open' and not coalesce(g.run_out, false) and (g.held = 0 or (g.more and g.held < 2))))
        """;

    [method: ExplicitConstructor]
    private sealed record EligibleRow(
        Guid PupilId, string FamilyKey, string Residence, string? WishedTrade, string? WishedLevel, Guid BasisId, bool Relay, string Scope, Guid[] Institutions, Guid? LeadId, Guid[] Had);

    [method: ExplicitConstructor]
    private sealed record OffererRow(Guid InstitutionId, string Commune, bool Boarding, Guid AgreementId, int Seats, int Free, int OpenOffers, string Programmes, string[]? Areas);
}
