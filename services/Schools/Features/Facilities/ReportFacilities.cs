using System.Globalization;
using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Facilities;

/// <summary>Schools report what they have for career guidance: counselling rooms, information corners, workshops, sets of equipment.</summary>
/// <remarks>CSV or XLSX `school,kind,count,from` and `to`. Nghệ An 3129/QĐ-UBND, IV.2. Publishes GuidanceFacilityReported for what changed.</remarks>
public static class ReportFacilities
{
    public sealed record Form(int Count, DateOnly From, DateOnly? To);

    public sealed record Shown(string School, string Kind, int Count, DateOnly From, DateOnly? To);

    sealed record Entry(Guid FacilityId, Guid SchoolId, string Kind, int Count, DateOnly FromOn, DateOnly? ToOn);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/guidance/facilities/imports", Import).RefusesFiles().RequireAuthorization(Reporter.May);
        routes.MapPut("/guidance/facilities/{school}/{kind}", Put).RequireAuthorization(Reporter.May).ProducesProblem(422);
        routes.MapGet("/guidance/facilities", Show).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Leader, Policies.School));
    }

    static Task<Ok<ListReport>> Import(HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) => GuidanceLists.Take(
        "guidance_facility", "", (["school", "kind", "count", "from"], ["to"]), request, key, person, db, clock, withoutRefusedRows, Row, Store, ct);

    static Task<NoContent> Put(string school, string kind, Form form, Person person, Database db, TimeProvider clock, CancellationToken ct) =>
        GuidanceLists.Put(person, db, clock, reporter => Check(reporter, school, kind, form, GuidanceLists.Refuse), Store, ct);

    static async Task<Ok<IReadOnlyList<Shown>>> Show(Person person, Database db, CancellationToken ct)
    {
        var only = person.Is(Policies.School) ? (Guid?)person.OwnOrganisation : null;
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Query<Shown>(
            """
            select s.code as school, f.kind, f.count, f.from_on as "from", f.to_on as "to" from guidance_facility f
            join lateral (select code from school where school_id = f.school_id order by valid_from desc limit 1) s on true
            where f.tenant_id = @Tenant and (@only::uuid is null or f.school_id = @only) order by s.code, f.kind
            """, new { work.Tenant, only }));
    }

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems)
    {
        var (school, kind, from, to) = (problems.Required("school"), problems.Required("kind"), problems.Date("from", required: true), problems.Date("to"));
        if (!int.TryParse(problems.Required("count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) problems.Refuse<string>("count", "value_invalid", "Ghi số nguyên");
        return !problems.Any && Check(reporter, school, kind, new Form(count, from ?? default, to), GuidanceLists.Into(problems)) is { } entry && !problems.Any ? entry : null;
    }

    static Entry? Check(Reporter reporter, string school, string kind, Form form, Refusal refuse)
    {
        if (reporter.School(school, "school", refuse) is not { } known) return null;
        if (kind is not ("counselling_room" or "information_corner" or "trade_workshop" or "stem_room" or "equipment_set"))
            refuse("kind", "value_invalid", "counselling_room, information_corner, trade_workshop, stem_room hoặc equipment_set");
        else if (form.Count is < 0 or > 1_000) refuse("count", "value_invalid", "Từ 0 đến 1000");
        else if (form.To < form.From) refuse("to", "dates_reversed", "Ngày kết thúc đứng trước ngày bắt đầu");
        else return new Entry(StreamIds.Of("facility", reporter.Person.Tenant, known, kind), known, kind, form.Count, form.From, form.To);
        return null;
    }

    static async Task<int> Store(Work work, Reporter reporter, IReadOnlyList<Entry> entries)
    {
        var newest = entries.GroupBy(entry => entry.FacilityId).Select(same => same.Last()).ToList();
        await work.Execute(
            """
            insert into guidance_facility (tenant_id, facility_id, school_id, kind, count, from_on, to_on, reported_by, reported_at)
            select @Tenant, facility_id, school_id, kind, count, from_on, to_on, @Subject, @Now
            from jsonb_to_recordset(@Entries::jsonb) as e(facility_id uuid, school_id uuid, kind varchar, count int, from_on date, to_on date)
            on conflict (facility_id, tenant_id) do update set count = excluded.count, from_on = excluded.from_on, to_on = excluded.to_on, reported_by = excluded.reported_by, reported_at = excluded.reported_at
            """, new { work.Tenant, reporter.Person.Subject, reporter.Now, Entries = JsonSerializer.Serialize(newest, GuidanceLists.Columns) });
        var rows = await work.Query<Stored>(
            "select facility_id, school_id, kind, count, from_on, to_on, published from guidance_facility where tenant_id = @Tenant and facility_id = any (@ids) order by facility_id",
            new { work.Tenant, ids = newest.Select(entry => entry.FacilityId).ToArray() });
        return await work.Announce("guidance_facility", "facility_id", "facility", rows.Select(row => new Told<GuidanceFacilityReported>(row.FacilityId, row.Published, new GuidanceFacilityReported
        {
            Province = work.Tenant,
            School = row.SchoolId,
            Kind = row.Kind,
            Count = row.Count,
            From = row.FromOn,
            To = row.ToOn,
            ReportedAt = reporter.Now,
        })));
    }

    sealed record Stored(Guid FacilityId, Guid SchoolId, string Kind, int Count, DateOnly FromOn, DateOnly? ToOn, string? Published);
}
