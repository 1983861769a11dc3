using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Decoys;

/// <summary>How many decoys wait, how many each institution has, and what was reported of them; no names, no numbers.</summary>
public static class ListDecoys
{
    /// <param name="Institution">Who.</param>
    /// <param name="Code">Its code.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Planted">Decoys among its leads of this intake.</param>
    /// <param name="Missing">Up to three; given with the next leads it gets.</param>
    /// <param name="Reports">Contacts and claims that concern one of them.</param>
    public sealed record Line(Guid Institution, string Code, string Name, long Planted, long Missing, long Reports);

    public sealed record Answer(int SchoolYear, long Waiting, IReadOnlyList<Line> Institutions);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/decoys", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Decoys");

    public static async Task<Ok<Answer>> Handle(Person officer, Database db, HttpContext http, CancellationToken ct, int schoolYear)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(officer, ct);
        var args = new { work.Tenant, Year = schoolYear, Decoys.PerIntake };
        return TypedResults.Ok(new Answer(schoolYear,
            await work.Single<long>("select count(*) from decoy where tenant_id = @Tenant and school_year = @Year and institution_id is null", args),
            await work.Query<Line>(
                """
                select i.institution_id as institution, i.code, i.name, d.planted, greatest(0, @PerIntake - d.planted) as missing, d.reports
                from institution i
                cross join lateral (select count(*) as planted, coalesce(sum(r.n), 0)::bigint as reports from decoy d
                                    cross join lateral (select count(*) as n from decoy_report r where r.tenant_id = d.tenant_id and r.decoy_id = d.decoy_id) r
                                    where d.tenant_id = i.tenant_id and d.institution_id = i.institution_id and d.school_year = @Year) d
                where i.tenant_id = @Tenant and exists (select from programme p where p.tenant_id = i.tenant_id and p.institution_id = i.institution_id and p.intake_year = @Year)
                order by i.code
                """, args)));
    }
}
