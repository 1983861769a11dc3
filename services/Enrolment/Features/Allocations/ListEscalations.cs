using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Allocations;

/// <summary>The area office's tasks: leads without a suitable offer since the escalation day, by commune; a task closes by itself when the lead has one or ends. Journaled.</summary>
/// <remarks>process.md, Allocation: on 30/9 still without a suitable offer → escalated to the area office. No names: the office asks the pupil's school.</remarks>
public static class ListEscalations
{
    /// <param name="LeadId">The lead.</param>
    /// <param name="School">The pupil's school.</param>
    /// <param name="Commune">Where the pupil lives.</param>
    /// <param name="District">The former district.</param>
    /// <param name="Offers">Institutions that hold the lead now, none of them suitable.</param>
    /// <param name="Tried">Institutions that let their time pass or were refused.</param>
    /// <param name="RaisedAt">Since when.</param>
    public sealed record Item(Guid LeadId, Guid? School, string Commune, string? District, int Offers, int Tried, DateTimeOffset RaisedAt);

    public sealed record Page(IReadOnlyList<Item> Items, long Open, Guid? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/escalations", Handle).RequireAuthorization(Policies.Staff).WithTags("Allocation").ProducesProblem(400).ProducesProblem(503);

    public static async Task<Ok<Page>> Handle(Person reader, Database db, TimeProvider clock, HttpContext http, CancellationToken ct, int schoolYear, string? area = null, Guid? after = null, int limit = 100)
    {
        if (limit is < 1 or > 500) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 500.", 400);
        http.Response.Headers.CacheControl = "no-store";

        await using var work = await db.BeginFor(reader, ct);
        const string open =
            """
            from escalation e join lead l using (tenant_id, lead_id) join candidate c on c.tenant_id = l.tenant_id and c.school_year = l.school_year and c.pupil_id = l.pupil_id
            where e.tenant_id = @Tenant and e.school_year = @Year and e.closed_at is null
              and (@Area::varchar is null or c.residence = @Area or exists (select 1 from commune_district d where d.tenant_id = c.tenant_id and d.commune = c.residence and d.district = @Area))
            """;
        var args = new { work.Tenant, Year = schoolYear, Area = area, After = after ?? Guid.Empty, Limit = limit };
        var rows = await work.Query<Row>(
            $"""
            select e.lead_id, c.school_id as school, coalesce(c.residence, '') as commune,
                   (select min(d.district) from commune_district d where d.tenant_id = c.tenant_id and d.commune = c.residence) as district, g.offers, g.tried, e.raised_at, l.pupil_id
            from (select e.*, l.pupil_id {open} and e.lead_id > @After order by e.lead_id limit @Limit) e
            join lead l using (tenant_id, lead_id) join candidate c on c.tenant_id = l.tenant_id and c.school_year = l.school_year and c.pupil_id = l.pupil_id
            cross join lateral (select count(*) filter (where state in ('offered', 'contacted', 'applied'))::int as offers, count(*) filter (where state in ('expired', 'refused'))::int as tried
                                from lead_grant g where g.tenant_id = e.tenant_id and g.lead_id = e.lead_id) g
            order by e.lead_id
            """, args);
        var count = await work.Single<long>($"select count(*) {open}", args);
        await work.Journal(reader, DataScope.VocationalGuidance, "GET /v1/escalations", rows.Select(row => row.PupilId).ToHashSet(), "lead,area,school", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Page(
            [.. rows.Select(row => new Item(row.LeadId, row.School, row.Commune, row.District, row.Offers, row.Tried, row.RaisedAt))], count, rows.Count == limit ? rows[^1].LeadId : null));
    }

    private sealed record Row(Guid LeadId, Guid? School, string Commune, string? District, int Offers, int Tried, DateTimeOffset RaisedAt, Guid PupilId);
}
