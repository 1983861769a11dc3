using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Areas;

/// <summary>Keeps the areas of the province and which former districts each commune of today lies in, so that leads go to institutions nearby; a name that changes is told to whoever holds a lead there.</summary>
/// <remarks>Safe to repeat; messages of the register come in order. Codes were reused: an old and a new area of one code are told apart by their dates.</remarks>
public sealed class NoteAreasWhenAreaRegisterChanged(TimeProvider clock) : IReaction<AreaRegisterChanged>
{
    public async Task When(AreaRegisterChanged fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        var known = await work.Single<bool>("select exists (select from area where tenant_id = @Tenant)", new { work.Tenant });   // the first list corrects nothing
        var names = await work.AreaNames(clock.Today());
        var areas = fact.Areas.DistinctBy(area => (area.Kind, area.Code, area.ValidFrom)).ToList();
        var predecessors = areas.SelectMany(area => area.Predecessors.DistinctBy(old => (old.Kind, old.Code)).Select(old => (Area: area, Old: old))).ToList();
        await work.Execute(
            """
            delete from area_predecessor p using unnest(@Kinds, @Codes, @From) as a (kind, code, valid_from)
            where p.tenant_id = @Tenant and p.kind = a.kind and p.code = a.code and p.valid_from = a.valid_from;
            insert into area (tenant_id, kind, code, valid_from, valid_to, name, parent, disadvantaged)
            select @Tenant, * from unnest(@Kinds, @Codes, @From, @To, @Names, @Parents, @Disadvantaged)
            on conflict (tenant_id, kind, code, valid_from) do update set
              valid_to = excluded.valid_to, name = excluded.name, parent = excluded.parent, disadvantaged = excluded.disadvantaged;
            insert into area_predecessor (tenant_id, kind, code, valid_from, old_kind, old_code, whole)
            select @Tenant, * from unnest(@NewKinds, @NewCodes, @NewFrom, @OldKinds, @OldCodes, @Whole);
            delete from commune_district where tenant_id = @Tenant;
            insert into commune_district (tenant_id, commune, district)
            select @Tenant, n.code, o.parent from area n
            join area_predecessor p using (tenant_id, kind, code, valid_from)
            join area o on o.tenant_id = n.tenant_id and o.kind = p.old_kind and o.code = p.old_code and o.valid_from < n.valid_from
            where n.tenant_id = @Tenant and n.kind = 'commune' and n.valid_to is null and o.kind = 'commune' and o.parent is not null
            union
            select @Tenant, n.code, p.old_code from area n join area_predecessor p using (tenant_id, kind, code, valid_from)
            where n.tenant_id = @Tenant and n.kind = 'commune' and n.valid_to is null and p.old_kind = 'district'
            union
            select @Tenant, n.code, n.parent from area n join area d on d.tenant_id = n.tenant_id and d.kind = 'district' and d.code = n.parent
            where n.tenant_id = @Tenant and n.kind = 'commune' and n.valid_to is null
            """,
            new
            {
                work.Tenant,
                Kinds = areas.Select(area => area.Kind).ToArray(),
                Codes = areas.Select(area => area.Code).ToArray(),
                From = areas.Select(area => area.ValidFrom).ToArray(),
                To = areas.Select(area => area.ValidTo).ToArray(),
                Names = areas.Select(area => area.Name).ToArray(),
                Parents = areas.Select(area => area.Parent).ToArray(),
                Disadvantaged = areas.Select(area => area.Disadvantaged).ToArray(),
                NewKinds = predecessors.Select(pair => pair.Area.Kind).ToArray(),
                NewCodes = predecessors.Select(pair => pair.Area.Code).ToArray(),
                NewFrom = predecessors.Select(pair => pair.Area.ValidFrom).ToArray(),
                OldKinds = predecessors.Select(pair => pair.Old.Kind).ToArray(),
                OldCodes = predecessors.Select(pair => pair.Old.Code).ToArray(),
                Whole = predecessors.Select(pair => pair.Old.Whole).ToArray(),
            });
        if (known) await work.CorrectAreas(names, await work.AreaNames(clock.Today()), clock.GetUtcNow());
    }
}
