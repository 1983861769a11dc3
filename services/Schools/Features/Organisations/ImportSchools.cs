using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Organisations;

/// <summary>The province lists its schools: code, levels, commune, and the dates between which each stood so; a merged school names those it was formed from.</summary>
/// <remarks>CSV `code,name,levels,commune,valid_from,valid_to,kind` and, where schools merged, `predecessors` (codes joined by `|`). Levels are joined by `+`. Codes are text.
/// An ethnic boarding school has the kind `ethnic_boarding`. Publishes SchoolRegisterChanged.</remarks>
public static class ImportSchools
{
    static readonly JsonSerializerOptions Rows = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/schools/imports", Handle)
        .RefusesFiles()
        .RequireAuthorization(Policies.Officer);

    public static async Task<Ok<ListReport>> Handle(HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, DateOnly? asOf = null, bool withoutRefusedRows = false)
    {
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, new { file.Sha256, asOf, withoutRefusedRows }, async () =>
        {
            if (await work.IsLast("schools", "", file.Sha256)) return new ListReport { State = "already_imported" };

            var list = new ListFile(withoutRefusedRows);
            var areas = await work.AreaRegister();
            var day = asOf ?? clock.Today();
            using var table = PlainTable.Open(file.Content, ["code", "name", "levels", "commune", "valid_from"], ["valid_to", "kind", "predecessors"], ct: ct);
            var schools = list.Read(table, (row, problems) => Row(row, problems, areas, work.Tenant, day), ct).ToList();
            var report = await Store(work, schools);
            await SchoolLists.Announce(work, clock.GetUtcNow());
            await work.Remember("schools", "", file.Sha256, schools.Count, person.Subject, clock.GetUtcNow());
            return report with { Refused = list.Refused, Faults = list.Faults, Warnings = list.Warnings };
        }));
    }

    sealed record Listed(Guid SchoolId, string Code, DateOnly ValidFrom, DateOnly? ValidTo, string Name, string NameKey, string[] Levels, string? Kind, string Commune, DateOnly CommuneOn, Guid[] Predecessors);

    static Listed? Row(PlainRow row, RowProblems problems, AreaRegister areas, string province, DateOnly asOf)
    {
        var (code, name, commune) = (problems.Required("code"), problems.Text("name") ?? problems.Required("name"), problems.Required("commune"));
        var levels = problems.Required("levels").Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (levels.Except(["lower_secondary", "upper_secondary", "continuing_education"]).Any()) problems.Refuse<string>("levels", "value_invalid", "lower_secondary, upper_secondary, continuing_education, nối bằng +");
        var from = problems.Date("valid_from", required: true) ?? default;
        var to = problems.Date("valid_to");
        if (to < from) problems.Refuse<string>("valid_to", "dates_reversed", "Ngày kết thúc đứng trước ngày bắt đầu");
        if (problems.Any) return null;

        var day = to < asOf ? to.Value : from > asOf ? from : asOf;
        var area = areas.Read("commune", commune, province, day);
        if (area is null) return problems.Refuse<Listed>("commune", "unknown_area", $"Gần nhất: {areas.NearestNames("commune", commune, province, day)}");
        if (area.Province != province) return problems.Refuse<Listed>("commune", "wrong_scope", "Xã thuộc tỉnh khác");

        var written = NameKey.Written(name);
        return new Listed(IdOf(province, code), code, from, to, written, SchoolKey.Of(written), levels, row["kind"], area.Code, day,
            [.. (row["predecessors"] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(old => IdOf(province, old))]);
    }

    public static Guid IdOf(string province, string code) => StreamIds.Of("school", province, code);

    static async Task<ListReport> Store(Work work, List<Listed> schools)
    {
        if (schools.GroupBy(school => (school.Code, school.ValidFrom)).FirstOrDefault(same => same.Count() > 1) is not null)
            throw new RuleBroken("duplicate_row", "Một mã trường xuất hiện hai lần cho cùng thời gian", "A school code is listed twice from the same day.", 422);

        var before = await work.Single<int>("select count(*)::int from school where tenant_id = @Tenant", new { work.Tenant });
        var written = await work.Execute(
            """
            insert into school (tenant_id, school_id, code, valid_from, valid_to, name, name_key, levels, kind, commune, commune_on)
            select @Tenant, school_id, code, valid_from, valid_to, name, name_key, levels, kind, commune, commune_on
            from jsonb_to_recordset(@Schools::jsonb) as s(school_id uuid, code varchar, valid_from date, valid_to date, name varchar, name_key varchar, levels varchar[], kind varchar, commune varchar, commune_on date)
            on conflict (school_id, valid_from) do update
              set valid_to = excluded.valid_to, name = excluded.name, name_key = excluded.name_key, levels = excluded.levels, kind = excluded.kind, commune = excluded.commune, commune_on = excluded.commune_on
              where (school.valid_to, school.name, school.levels, school.kind, school.commune) is distinct from (excluded.valid_to, excluded.name, excluded.levels, excluded.kind, excluded.commune)
            """, new { work.Tenant, Schools = JsonSerializer.Serialize(schools, Rows) });
        await work.Execute(
            """
            insert into school_predecessor (tenant_id, school_id, old_school_id, on_date)
            select @Tenant, s.school_id, old, s.valid_from from jsonb_to_recordset(@Schools::jsonb) as s(school_id uuid, valid_from date, predecessors uuid[]), unnest(s.predecessors) as old
            on conflict do nothing
            """, new { work.Tenant, Schools = JsonSerializer.Serialize(schools, Rows) });
        var after = await work.Single<int>("select count(*)::int from school where tenant_id = @Tenant", new { work.Tenant });
        return new ListReport { State = "imported", Rows = schools.Count, New = after - before, Changed = written - (after - before), Unchanged = schools.Count - written };
    }
}
