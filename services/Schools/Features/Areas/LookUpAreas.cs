using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Areas;

/// <summary>Looks an area up as of a date, lists them, or says what became of one by another date. Codes were reused, so every look-up takes a date.</summary>
public static class LookUpAreas
{
    public sealed record Shown(string Kind, string Code, string Name, string? Parent, string Province, DateOnly ValidFrom, DateOnly? ValidTo, bool Disadvantaged, IReadOnlyList<Predecessor> Predecessors);

    public sealed record Predecessor(string Kind, string Code, string? Name, bool Whole, string? Suspect);

    public sealed record Traced(Shown? Area, Shown? Successor, IReadOnlyList<Shown> PartOf);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/areas", List);
        routes.MapGet("/areas/{kind}/{code}", One);
        routes.MapGet("/areas/{kind}/{code}/successor", Trace);
    }

    public static async Task<Ok<IReadOnlyList<Shown>>> List(Person person, Database db, CancellationToken ct, DateOnly? date = null, string kind = "commune", string? parent = null, string? after = null, int limit = 500)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var day = Needed(date);
        var areas = await work.Query<Area>(
            """
            select kind, code, name, parent, province, valid_from, valid_to from area
            where tenant_id = @Tenant and kind = @kind and valid_from <= @day and (valid_to is null or valid_to >= @day)
              and (@parent::varchar is null or parent = @parent) and (@after::varchar is null or code > @after)
            order by code limit @limit
            """, new { work.Tenant, kind, day, parent, after, limit = Math.Clamp(limit, 1, 1_000) });
        return TypedResults.Ok<IReadOnlyList<Shown>>([.. await Show(work, areas, day)]);
    }

    public static async Task<Results<Ok<Shown>, NotFound>> One(string kind, string code, Person person, Database db, CancellationToken ct, DateOnly? date = null)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var day = Needed(date);
        var register = await work.AreaRegister();
        if (register.Find(kind, code, day) is { } area) return TypedResults.Ok((await Show(work, [area], day)).Single());

        var nearest = register.NearestNames(kind, code, work.Tenant, day);
        if (nearest.Length == 0) return TypedResults.NotFound();
        throw new RuleBroken("unknown_area", "Không có đơn vị này vào ngày đã cho", "No area of the province bears this code or name on that date; the hint lists the nearest.", 404)
            .With(new Fault("/code", null, null, "unknown_area", nearest));
    }

    public static async Task<Results<Ok<Traced>, NotFound>> Trace(string kind, string code, Person person, Database db, CancellationToken ct, DateOnly? date = null, DateOnly? on = null)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var (then, day) = (Needed(date), Needed(on));
        var register = await work.AreaRegister();
        if (register.Find(kind, code, then) is not { } area) return TypedResults.NotFound();

        var successor = register.Follow(kind, code, then, day);
        var parts = successor is not null ? [] : await work.Query<Area>(
            """
            select a.kind, a.code, a.name, a.parent, a.province, a.valid_from, a.valid_to
            from area_succession s join area a on a.tenant_id = s.tenant_id and a.kind = s.new_kind and a.code = s.new_code and a.valid_from <= s.on_date and (a.valid_to is null or a.valid_to >= @day)
            where s.tenant_id = @Tenant and s.old_kind = @kind and s.old_code = @code and s.suspect is null and s.on_date > @then order by a.code
            """, new { work.Tenant, kind, code, then, day });
        return TypedResults.Ok(new Traced((await Show(work, [area], then)).Single(), successor is null ? null : (await Show(work, [successor], day)).Single(), [.. await Show(work, parts, day)]));
    }

    static DateOnly Needed(DateOnly? date) => date ?? throw new RuleBroken("date_required", "Cần ngày tra cứu", "Codes were reused: say the date.", 400);

    static async Task<IEnumerable<Shown>> Show(Work work, IReadOnlyList<Area> areas, DateOnly day)
    {
        var listed = await work.Query<DisadvantagedPeriod>("select kind, code, valid_from, valid_to from area_disadvantaged where tenant_id = @Tenant", new { work.Tenant });
        var register = new AreaRegister([], [], listed);
        var predecessors = (await work.Query<PredecessorRow>(
            """
            select s.new_kind, s.new_code, s.on_date, s.old_kind as kind, s.old_code as code, o.name, s.whole, s.suspect
            from area_succession s left join area o on o.tenant_id = s.tenant_id and o.kind = s.old_kind and o.code = s.old_code and o.valid_to = s.on_date - 1
            where s.tenant_id = @Tenant and s.new_code = any(@Codes) order by s.old_code
            """, new { work.Tenant, Codes = areas.Select(area => area.Code).ToArray() })).ToLookup(row => (row.NewKind, row.NewCode, row.OnDate));
        return areas.Select(area => new Shown(area.Kind, area.Code, area.Name, area.Parent, area.Province, area.ValidFrom, area.ValidTo, register.IsDisadvantaged(area.Kind, area.Code, day),
            [.. predecessors[(area.Kind, area.Code, area.ValidFrom)].Select(row => new Predecessor(row.Kind, row.Code, row.Name, row.Whole, row.Suspect))]));
    }

    sealed record PredecessorRow(string NewKind, string NewCode, DateOnly OnDate, string Kind, string Code, string? Name, bool Whole, string? Suspect);
}
