using System.Globalization;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Areas;

/// <summary>The province lists its areas, each with its dates, its predecessors and whether it is specially disadvantaged.</summary>
/// <remarks>
/// CSV `code,name,kind,parent,valid_from,valid_to,disadvantaged,predecessors`. Predecessors are `kind:code`, or `kind:code:part` where only a part of the old area came here,
/// joined by `|`. Disadvantaged is yes or no for the whole period, or dated: `2021-06-04..2025-06-30`, joined by `|`. Publishes AreaRegisterChanged.
/// </remarks>
public static class ImportAreas
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/areas/imports", Handle)
        .RefusesFiles()
        .RequireAuthorization(Policies.Officer);

    public static async Task<Ok<ListReport>> Handle(HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false)
    {
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, new { file.Sha256, withoutRefusedRows }, async () =>
        {
            if (await work.IsLast("areas", "own", file.Sha256)) return new ListReport { State = "already_imported" };

            using var table = PlainTable.Open(file.Content, ["code", "name", "kind", "valid_from"], ["parent", "valid_to", "disadvantaged", "predecessors"], ct: ct);
            var list = new ListFile(withoutRefusedRows);
            var rows = list.Read(table, Row, ct).ToList();
            var areas = Placed(rows, await work.AreaRegister(), work.Tenant);
            var (added, changed, unchanged) = await AreaLists.Store(work, areas, [.. rows.SelectMany(row => row.Predecessors)], [.. rows.SelectMany(row => row.Disadvantaged)], clock.GetUtcNow());
            await work.Remember("areas", "own", file.Sha256, rows.Count, person.Subject, clock.GetUtcNow());
            return new ListReport
            {
                State = "imported",
                Rows = rows.Count,
                New = added,
                Changed = changed,
                Unchanged = unchanged,
                Refused = list.Refused,
                Faults = list.Faults,
                Warnings = list.Warnings,
            };
        }));
    }

    sealed record Listed(int Row, Area Area, IReadOnlyList<Succession> Predecessors, IReadOnlyList<DisadvantagedPeriod> Disadvantaged);

    static Listed? Row(PlainRow row, RowProblems problems)
    {
        var (code, name) = (problems.Required("code"), NameKey.Written(problems.Required("name")));
        var kind = problems.Required("kind");
        if (kind is not ("province" or "district" or "commune")) problems.Refuse<string>("kind", "value_invalid", "province, district hoặc commune");
        var from = problems.Date("valid_from", required: true) ?? default;
        var to = problems.Date("valid_to");
        if (to < from) problems.Refuse<string>("valid_to", "dates_reversed", "Ngày kết thúc đứng trước ngày bắt đầu");
        if (problems.Any) return null;

        var predecessors = new List<Succession>();
        foreach (var written in (row["predecessors"] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (written.Split(':') is [var oldKind and ("province" or "district" or "commune"), var oldCode, .. var rest] && rest is [] or ["part"])
                predecessors.Add(new Succession(oldKind, oldCode, kind, code, from, Whole: rest is [], null));
            else problems.Refuse<string>("predecessors", "value_invalid", "Ghi kind:code hoặc kind:code:part, cách nhau bởi |");
        }
        return new Listed(row.SourceRow, new Area(kind, code, name, row["parent"] is { Length: > 0 } parent ? parent : null, "", from, to), predecessors,
            [.. Disadvantaged(row["disadvantaged"], problems).Select(period => new DisadvantagedPeriod(kind, code, period.From ?? from, period.To ?? to))]);
    }

    static IEnumerable<(DateOnly? From, DateOnly? To)> Disadvantaged(string? written, RowProblems problems)
    {
        if (written is null || !written.Contains("..", StringComparison.Ordinal))
        {
            if (problems.YesNo("disadvantaged")) yield return (null, null);
            yield break;
        }
        foreach (var period in written.Split('|', StringSplitOptions.TrimEntries))
        {
            if (period.Split("..") is [var from, var to] && Day(from, out var first) && Day(to, out var last)) yield return (first, last);
            else problems.Refuse<string>("disadvantaged", "date_invalid", "Ghi 2021-06-04..2025-06-30");
        }
    }

    static bool Day(string written, out DateOnly? day)
    {
        var read = DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        day = read ? date : null;
        return read || written.Length == 0;
    }

    /// <summary>Finds each area's province through its parents; only areas of this province and of those it was formed from may be listed.</summary>
    static IReadOnlyList<Area> Placed(List<Listed> rows, AreaRegister register, string province)
    {
        var inFile = rows.ToLookup(row => row.Area.Code, row => row.Area);
        var formedFrom = rows.SelectMany(row => row.Predecessors).Where(succession => succession is { NewKind: "province", OldKind: "province" } && succession.NewCode == province)
            .Select(succession => succession.OldCode).Append(province).ToHashSet();
        return [.. rows.Select(row => row.Area with { Province = ProvinceOf(row) })];

        string ProvinceOf(Listed row)
        {
            var area = row.Area;
            for (var step = 0; area.Kind != "province" && step < 3; step++)
            {
                var day = area.ValidFrom;
                var above = inFile[area.Parent ?? province].Where(candidate => candidate.Kind != area.Kind).FirstOrDefault(candidate => candidate.IsValidOn(row.Area.ValidTo ?? day))
                    ?? register.Find("district", area.Parent ?? "", row.Area.ValidTo ?? day)
                    ?? register.Find("province", area.Parent ?? province, row.Area.ValidTo ?? day)
                    ?? (area.Parent is null || area.Parent == province ? new Area("province", province, "", null, province, day, null) : null);
                area = above ?? throw new RuleBroken("unknown_area", "Đơn vị cấp trên không có trong danh mục", "The parent is neither in the file nor listed.", 422)
                    .With(new Fault(null, row.Row, "parent", "unknown_area", null));
            }
            return formedFrom.Contains(area.Code)
                ? area.Code
                : throw new RuleBroken("wrong_scope", "Đơn vị thuộc tỉnh khác", "The area belongs to another province.", 422).With(new Fault(null, row.Row, "parent", "wrong_scope", null));
        }
    }
}
