using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Overview;

/// <summary>The latest season's counters of all provinces for the status page: figures only, for the other services only.</summary>
public static class CountSeason
{
    private sealed record Counts(long WithoutPlace, long Leads, long Withdrawn, long Offered, long Contacted, long Enrolled);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/counters", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<Dictionary<string, long>>> Handle(Database db, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.AsProvince();
        var counts = (await work.Single<Counts>(
            """
            with year as (select max(school_year) as y from candidate),
                 leads as (select count(*) as n, count(*) filter (where status = 'withdrawn') as withdrawn from lead, year where school_year = y and not decoy),
                 grants as (select count(distinct lead_id) as offered, count(distinct lead_id) filter (where state in ('contacted', 'applied', 'enrolled')) as contacted
                            from lead_grant, year where school_year = y and not decoy)
            select (select count(*) from candidate, year where school_year = y and outcome = 'without_place' and not decoy) as without_place, leads.n as leads, leads.withdrawn,
                   grants.offered, grants.contacted, (select count(distinct pupil_id) from enrolment, year where left_on is null and started_on >= make_date(coalesce(y, 2000), 6, 1)) as enrolled
            from leads, grants
            """))!;
        return TypedResults.Ok(new Dictionary<string, long>
        {
            ["withoutPlace"] = counts.WithoutPlace,
            ["leads"] = counts.Leads,
            ["withdrawn"] = counts.Withdrawn,
            ["offered"] = counts.Offered,
            ["contacted"] = counts.Contacted,
            ["enrolled"] = counts.Enrolled,
        });
    }
}
