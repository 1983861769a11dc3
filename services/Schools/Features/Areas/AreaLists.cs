using System.Security.Cryptography;
using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Organisations;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Areas;

/// <summary>Stores listed areas, successions and disadvantaged periods, and tells the other services what changed for this province.</summary>
public static class AreaLists
{
    static readonly JsonSerializerOptions Rows = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task<(int New, int Changed, int Unchanged)> Store(
        Work work, IReadOnlyList<Area> areas, IReadOnlyList<Succession> successions, IReadOnlyList<DisadvantagedPeriod> disadvantaged, DateTimeOffset now)
    {
        var before = await work.Single<int>("select count(*)::int from area where tenant_id = @Tenant", new { work.Tenant });
        var written = await work.Execute(
            """
            insert into area (tenant_id, kind, code, valid_from, valid_to, name, parent, province)
            select @Tenant, kind, code, valid_from, valid_to, name, parent, province
            from jsonb_to_recordset(@Areas::jsonb) as a(kind varchar, code varchar, valid_from date, valid_to date, name varchar, parent varchar, province varchar)
            on conflict (tenant_id, kind, code, valid_from) do update
              set valid_to = excluded.valid_to, name = excluded.name, parent = excluded.parent, province = excluded.province
              where (area.valid_to, area.name, area.parent, area.province) is distinct from (excluded.valid_to, excluded.name, excluded.parent, excluded.province)
            """, new { work.Tenant, Areas = JsonSerializer.Serialize(areas, Rows) });
        var linked = await work.Execute(
            """
            insert into area_succession (tenant_id, old_kind, old_code, new_kind, new_code, on_date, whole, suspect)
            select @Tenant, old_kind, old_code, new_kind, new_code, "on", whole, suspect
            from jsonb_to_recordset(@Successions::jsonb) as s(old_kind varchar, old_code varchar, new_kind varchar, new_code varchar, "on" date, whole boolean, suspect varchar)
            on conflict (tenant_id, new_kind, new_code, old_kind, old_code, on_date) do update set whole = excluded.whole, suspect = excluded.suspect
              where (area_succession.whole, area_succession.suspect) is distinct from (excluded.whole, excluded.suspect)
            """, new { work.Tenant, Successions = JsonSerializer.Serialize(successions, Rows) });
        await work.Execute(
            """
            insert into area_disadvantaged (tenant_id, kind, code, valid_from, valid_to)
            select @Tenant, kind, code, valid_from, valid_to
            from jsonb_to_recordset(@Periods::jsonb) as p(kind varchar, code varchar, valid_from date, valid_to date)
            on conflict (tenant_id, kind, code, valid_from) do update set valid_to = excluded.valid_to where area_disadvantaged.valid_to is distinct from excluded.valid_to
            """, new { work.Tenant, Periods = JsonSerializer.Serialize(disadvantaged, Rows) });
        await Announce(work, now);
        await SchoolLists.Announce(work, now);

        var after = await work.Single<int>("select count(*)::int from area where tenant_id = @Tenant", new { work.Tenant });
        return areas.Count > 0
            ? (after - before, written - (after - before), areas.Count - written)
            : (linked, 0, successions.Count - linked);
    }

    /// <summary>Announces the areas of this province, former ones included, that are not as the other services were last told.</summary>
    static async Task Announce(Work work, DateTimeOffset now)
    {
        var register = await work.AreaRegister();
        var all = await work.Query<Published>("select kind, code, name, parent, province, valid_from, valid_to, published as published_ from area where tenant_id = @Tenant", new { work.Tenant });
        var successions = await work.Query<Succession>("select old_kind, old_code, new_kind, new_code, on_date as \"on\", whole, suspect from area_succession where tenant_id = @Tenant and suspect is null", new { work.Tenant });
        var into = successions.ToLookup(succession => (succession.NewKind, succession.NewCode, succession.On));

        var ours = all.Where(area => area.Province == work.Tenant).ToList();
        var formerKeys = ours.SelectMany(area => into[(area.Kind, area.Code, area.ValidFrom)]).Select(succession => (succession.OldKind, succession.OldCode)).ToHashSet();
        var formerProvinces = all.Where(area => area.ValidTo is not null && formerKeys.Contains((area.Kind, area.Code))).Select(area => area.Province).ToHashSet();
        var told = ours.Union(all.Where(area => area.ValidTo is not null && formerProvinces.Contains(area.Province)));

        var changed = new List<(Published Area, ListedArea Listed, string Digest)>();
        foreach (var area in told.OrderBy(area => area.Kind switch { "province" => 0, "district" => 1, _ => 2 }).ThenBy(area => area.Code, StringComparer.Ordinal).ThenBy(area => area.ValidFrom))
        {
            var day = area.ValidTo ?? (DateOnly.FromDateTime(now.UtcDateTime) is var today && today > area.ValidFrom ? today : area.ValidFrom);
            var listed = new ListedArea
            {
                Code = area.Code,
                Name = area.Name,
                Kind = area.Kind,
                Parent = area.Parent,
                ValidFrom = area.ValidFrom,
                ValidTo = area.ValidTo,
                Disadvantaged = register.IsDisadvantaged(area.Kind, area.Code, day),
                Predecessors = [.. into[(area.Kind, area.Code, area.ValidFrom)].OrderBy(succession => succession.OldCode, StringComparer.Ordinal)
                    .Select(succession => new AreaPredecessor { Code = succession.OldCode, Kind = succession.OldKind, Whole = succession.Whole })],
            };
            var digest = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(listed)).AsSpan(0, 8));
            if (digest != area.Published_) changed.Add((area, listed, digest));
        }
        foreach (var batch in changed.Chunk(500))
            work.Append("areas", StreamIds.Of("areas", work.Tenant), new AreaRegisterChanged { Province = work.Tenant, Areas = [.. batch.Select(area => area.Listed)], ChangedAt = now });
        await work.Execute(
            """
            update area set published = p.digest from jsonb_to_recordset(@Digests::jsonb) as p(kind varchar, code varchar, valid_from date, digest varchar)
            where area.tenant_id = @Tenant and area.kind = p.kind and area.code = p.code and area.valid_from = p.valid_from
            """, new { work.Tenant, Digests = JsonSerializer.Serialize(changed.Select(change => new { change.Area.Kind, change.Area.Code, change.Area.ValidFrom, change.Digest }), Rows) });
    }

    sealed record Published(string Kind, string Code, string Name, string? Parent, string Province, DateOnly ValidFrom, DateOnly? ValidTo, string? Published_);
}
