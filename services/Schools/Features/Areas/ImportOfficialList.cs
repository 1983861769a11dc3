using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Areas;

/// <summary>An official list of administrative units of the whole country is taken in: units before July 2025, units since, and which went into which.</summary>
/// <remarks>
/// Resolution 202/2025/QH15 and Decision 19/2025/QĐ-TTg: districts ended, provinces and communes merged on 1 July 2025. In the mapping a divided unit is a partial
/// predecessor, and a row marked suspect is kept but never followed. The other services are told of this province's areas only.
/// A later edition comes with `validFrom`, the day from which it differs.
/// </remarks>
public static class ImportOfficialList
{
    static readonly DateOnly Reform = new(2025, 7, 1);
    static readonly string[] UnitColumns = ["name", "name_en", "full_name_en", "code_name", "administrative_unit_id", "administrative_region_id"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/areas/official-lists/{list}", Handle)
        .RefusesFiles()
        .RequireAuthorization(Policies.Officer);

    public static async Task<Results<Ok<ListReport>, NotFound>> Handle(
        string list, HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, DateOnly? validFrom = null)
    {
        if (list is not ("provinces-before-2025-07" or "districts-before-2025-07" or "wards-before-2025-07" or "provinces-from-2025-07" or "wards-from-2025-07" or "province-mapping" or "ward-mapping"))
            return TypedResults.NotFound();

        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, new { file.Sha256, validFrom }, async () =>
        {
            if (await work.IsLast("areas", list, file.Sha256)) return new ListReport { State = "already_imported" };

            var read = new ListFile(withoutRefusedRows: false);
            var register = await work.AreaRegister();
            IReadOnlyList<Area> areas = [];
            IReadOnlyList<Succession> successions = [];
            if (list.EndsWith("mapping", StringComparison.Ordinal)) successions = Mapping(list, file.Content, read, ct);
            else (areas, successions) = Restated(Units(list, file.Content, read, register, validFrom, ct), register);
            var (added, changed, unchanged) = await AreaLists.Store(work, areas, successions, [], clock.GetUtcNow());
            var rows = read.Rows;
            await work.Remember("areas", list, file.Sha256, rows, person.Subject, clock.GetUtcNow());
            return new ListReport { State = "imported", Rows = rows, New = added, Changed = changed, Unchanged = unchanged };
        }));
    }

    /// <summary>A later edition of a list changes what changed since the one before, and no more.</summary>
    static (IReadOnlyList<Area> Areas, IReadOnlyList<Succession> Successions) Restated(IReadOnlyList<Area> units, AreaRegister register)
    {
        var restated = units.Select(register.Restated).ToList();
        return ([.. restated.SelectMany(unit => unit.Periods)], [.. restated.Select(unit => unit.Link).OfType<Succession>()]);
    }

    static IReadOnlyList<Area> Units(string list, Stream content, ListFile read, AreaRegister register, DateOnly? validFrom, CancellationToken ct)
    {
        var before = list.EndsWith("before-2025-07", StringComparison.Ordinal);
        var kind = list.StartsWith("provinces", StringComparison.Ordinal) ? "province" : list.StartsWith("districts", StringComparison.Ordinal) ? "district" : "commune";
        var above = kind == "province" ? null : kind == "commune" && before ? "district_code" : "province_code";
        var from = validFrom ?? (before ? new DateOnly(2000, 1, 1) : Reform);   // the lists do not say since when; the end is what matters
        DateOnly? to = before ? Reform.AddDays(-1) : null;
        using var table = PlainTable.Open(content, above is null ? ["code", "full_name"] : ["code", "full_name", above], UnitColumns, ct: ct);
        return [.. read.Read(table, (row, problems) =>
        {
            var (code, name) = (problems.Required("code"), NameKey.Written(problems.Required("full_name")));
            var parent = above is null ? null : problems.Required(above);
            var province = above switch
            {
                null => code,
                "province_code" => parent!,
                _ => register.Find("district", parent!, Reform.AddDays(-1))?.Province ?? problems.Refuse<string>(above, "unknown_area", "Nhập danh sách cấp huyện trước"),
            };
            return problems.Any ? null : new Area(kind, code, name, parent, province!, from, to);
        }, ct)];
    }

    static Succession[] Mapping(string list, Stream content, ListFile read, CancellationToken ct)
    {
        if (list == "province-mapping")
        {
            using var provinces = PlainTable.Open(content, ["old_code", "new_code"], [], allowOthers: true, ct: ct);
            return [.. read.Read(provinces, (_, problems) => new Succession("province", problems.Required("old_code"), "province", problems.Required("new_code"), Reform, true, null), ct)];
        }
        using var wards = PlainTable.Open(content, ["old_district_code", "old_ward_code", "new_ward_code", "is_divided_ward", "suspect"], [], allowOthers: true, ct: ct);
        return [.. read.Read(wards, (row, problems) =>
        {
            var whole = !problems.YesNo("is_divided_ward");
            var suspect = row["suspect"] is { Length: > 0 } why ? why : null;
            return row["old_ward_code"] is { Length: > 0 } ward
                ? new Succession("commune", ward, "commune", problems.Required("new_ward_code"), Reform, whole, suspect)
                : new Succession("district", problems.Required("old_district_code"), "commune", problems.Required("new_ward_code"), Reform, whole, suspect);   // island districts had no communes
        }, ct)];
    }
}
