using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Allocations;

/// <summary>The guarantee clock: which share of the pupils who may be contacted has a suitable offer, per former district, and how many days are left until the area office takes over.</summary>
/// <remarks>Figures only. An area with fewer than five pupils shows none, and never one area alone, so that it cannot be found by subtraction.</remarks>
public static class ShowGuarantee
{
    /// <param name="District">Code of the former district; null where it is not known.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Pupils">Leads that are open or ended in an enrolment; null when the figures are too small to be shown.</param>
    /// <param name="WithSuitableOffer">Of these, who has a suitable offer or has enrolled.</param>
    /// <param name="Share">In percent.</param>
    /// <param name="Escalated">Open tasks of the area office.</param>
    public sealed record Area(string? District, string? Name, long? Pupils, long? WithSuitableOffer, decimal? Share, long? Escalated);

    public sealed record Answer(int SchoolYear, DateOnly EscalationDay, int DaysLeft, Area Province, IReadOnlyList<Area> Areas);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/allocation/guarantee", Handle).RequireAuthorization(Policies.Figures).WithTags("Allocation");

    public static async Task<Ok<Answer>> Handle(Person reader, Database db, AllocationTimes times, TimeProvider clock, CancellationToken ct, int schoolYear)
    {
        await using var work = await db.BeginFor(reader, ct);
        var rows = await work.Query<Row>(
            $"""
            select d.district, (select max(a.name) from area a where a.tenant_id = @Tenant and a.kind = 'district' and a.code = d.district) as name,
                   count(*) as pupils, count(*) filter (where l.status = 'enrolled' or {Leads.KeepLeads.Suitable}) as suitable, count(e.lead_id) as escalated
            from lead l join candidate c using (tenant_id, school_year, pupil_id)
            left join lateral (select min(district) as district from commune_district x where x.tenant_id = c.tenant_id and x.commune = c.residence) d on true
            left join escalation e on e.tenant_id = l.tenant_id and e.lead_id = l.lead_id and e.closed_at is null
            where l.tenant_id = @Tenant and l.school_year = @Year and l.status <> 'withdrawn' and not l.decoy
            group by d.district order by d.district
            """, new { work.Tenant, Year = schoolYear, times.SuitableWish });
        var hidden = SmallCells.Hidden(rows.Select(row => (row, row.Pupils)));

        var day = times.EscalationDay(schoolYear);
        return TypedResults.Ok(new Answer(schoolYear, day, Math.Max(0, day.DayNumber - clock.Today().DayNumber),
            Figures(new(null, null, rows.Sum(row => row.Pupils), rows.Sum(row => row.Suitable), rows.Sum(row => row.Escalated)), hide: SmallCells.Small(rows.Sum(row => row.Pupils))),
            [.. rows.Select(row => Figures(row, hidden.Contains(row)))]));
    }

    private static Area Figures(Row row, bool hide) => hide
        ? new(row.District, row.Name, null, null, null, null)
        : new(row.District, row.Name, row.Pupils, row.Suitable, row.Pupils == 0 ? null : Math.Round(100m * row.Suitable / row.Pupils, 1), row.Escalated);

    private sealed record Row(string? District, string? Name, long Pupils, long Suitable, long Escalated);
}
