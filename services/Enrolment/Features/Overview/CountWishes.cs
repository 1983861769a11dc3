using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Overview;

/// <summary>How many pupils without a place live where and seek what: counts by former district and wished field, for institutions to plan by; nobody has to agree to be counted (mode A).</summary>
/// <remarks>
/// reliability.md, Legal position. A count of fewer than five is left out, and so many others that it cannot be subtracted back: within a district from the district's count, and of the districts from the
/// province's. Nothing tells what was left out from what is nobody. There is no sum by field over the districts: with both sums a cell could be worked out.
/// </remarks>
public static class CountWishes
{
    /// <param name="Field">Wished field, the two digits after the level in a training code; null: none.</param>
    public sealed record Wish(string? Field, long Pupils);

    /// <param name="Code">Code of the former district; null where it is not known.</param>
    /// <param name="Wishes">What is not listed is nobody's wish, or left out.</param>
    public sealed record District(string? Code, string? Name, long Pupils, IReadOnlyList<Wish> Wishes);

    /// <param name="SmallestShown">Smaller counts are left out.</param>
    /// <param name="Pupils">Without a place, and not heard to have found one since; null when they are too few to say.</param>
    public sealed record Answer(int SchoolYear, DateTimeOffset AsOf, int SmallestShown, long? Pupils, IReadOnlyList<District> Districts);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/wishes", Handle).WithTags("Leads").ProducesProblem(403)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Institution, Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Leader));

    public static async Task<Ok<Answer>> Handle(Person reader, Database db, TimeProvider clock, CancellationToken ct, int schoolYear)
    {
        await using var work = await db.BeginFor(reader, ct);
        await work.AsProvince();   // sums over everybody; nothing of anybody
        var rows = await work.Query<Row>(
            """
            select d.district, (select max(a.name) from area a where a.tenant_id = @Tenant and a.kind = 'district' and a.code = d.district) as name,
                   case length(c.wished_trade) when 2 then c.wished_trade when 7 then substr(c.wished_trade, 2, 2) end as field, count(*) as pupils
            from candidate c
            left join lateral (select min(district) as district from commune_district x where x.tenant_id = c.tenant_id and x.commune = c.residence) d on true
            where c.tenant_id = @Tenant and c.school_year = @schoolYear and c.outcome = 'without_place' and not c.decoy
              and not exists (select from placement p where p.tenant_id = c.tenant_id and p.pupil_id = c.pupil_id and p.placed)
            group by 1, 3 order by 1, 3
            """, new { work.Tenant, schoolYear });
        return TypedResults.Ok(Publish(schoolYear, clock.GetUtcNow(), rows));
    }

    private static Answer Publish(int schoolYear, DateTimeOffset now, IReadOnlyList<Row> rows)
    {
        var all = rows.Sum(row => row.Pupils);
        if (SmallCells.Small(all)) return new(schoolYear, now, SmallCells.Below, null, []);

        var districts = rows.GroupBy(row => (row.District, row.Name)).ToList();
        var hidden = SmallCells.Hidden(districts.Select(district => (district.Key, district.Sum(row => row.Pupils))));
        return new(schoolYear, now, SmallCells.Below, all, [.. districts.Where(district => !hidden.Contains(district.Key)).Select(district =>
        {
            var unsaid = SmallCells.Hidden(district.Select(row => (row, row.Pupils)));
            return new District(district.Key.District, district.Key.Name, district.Sum(row => row.Pupils), [.. district.Where(row => !unsaid.Contains(row)).Select(row => new Wish(row.Field, row.Pupils))]);
        })]);
    }

    private sealed record Row(string? District, string? Name, string? Field, long Pupils);
}
