using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Overview;

/// <summary>How the season's work goes, of the province and by institution: families that can be reached at all, withdrawals confirmed within a day, families that asked an institution to stop, seats nobody took.</summary>
/// <remarks>indicators.md, operational indicators: those whose facts are here; Targets counts the others. Figures only.</remarks>
public static class MeasureOperations
{
    /// <summary>A withdrawal should be confirmed within so many hours (this project's rule).</summary>
    public const int AcknowledgedWithinHours = 24;

    /// <param name="AskedToStop">Families that told this institution to stop.</param>
    /// <param name="Families">Families it was given.</param>
    public sealed record Institution(Guid InstitutionId, string Code, string Name, long Families, long AskedToStop, decimal? AskedToStopShare, long Withdrawals, long AcknowledgedInTime, long Seats, long Taken, long Unfilled);

    /// <param name="Leads">Leads of the season.</param>
    /// <param name="Contactable">Of them, with a number that nobody found wrong.</param>
    public sealed record Answer(
        int SchoolYear, DateTimeOffset AsOf, long Leads, long Contactable, decimal? ContactableShare, long Withdrawals, long AcknowledgedInTime, decimal? AcknowledgedShare, long Seats, long Unfilled,
        IReadOnlyList<Institution> Institutions);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/leads/operations", Handle).RequireAuthorization(Policies.Figures).WithTags("Leads");

    public static async Task<Ok<Answer>> Handle(Person reader, Database db, TimeProvider clock, CancellationToken ct, int schoolYear)
    {
        await using var work = await db.BeginFor(reader, ct);
        var now = clock.GetUtcNow();
        var args = new { work.Tenant, Year = schoolYear, Within = TimeSpan.FromHours(AcknowledgedWithinHours), Now = now };
        var leads = await work.Single<(long All, long Contactable)>(
            """
            select count(*), count(*) filter (where c.sealed_contact is not null and c.number_wrong_at is null)
            from lead l join candidate c using (tenant_id, school_year, pupil_id) where l.tenant_id = @Tenant and l.school_year = @Year and not l.decoy
            """, args);
        var rows = await work.Query<Row>(
            """
            select i.institution_id, i.code, i.name, coalesce(g.families, 0) as families, coalesce(g.stopped, 0) as stopped, coalesce(r.withdrawals, 0) as withdrawals, coalesce(r.in_time, 0) as in_time,
              coalesce(p.seats, 0) as seats, coalesce(p.taken, 0) as taken
            from institution i
            left join lateral (select count(distinct g.lead_id) as families, count(distinct g.lead_id) filter (where exists (select from contact_log c where c.tenant_id = g.tenant_id and c.grant_id = g.grant_id and c.outcome = 'asked_to_stop')) as stopped
              from lead_grant g where g.tenant_id = i.tenant_id and g.institution_id = i.institution_id and g.school_year = @Year and not g.decoy) g on true
            left join lateral (select count(*) as withdrawals, count(*) filter (where r.acked_at <= r.revoked_at + @Within) as in_time
              from revocation r join lead l using (tenant_id, lead_id) where r.tenant_id = i.tenant_id and r.institution_id = i.institution_id and l.school_year = @Year and not l.decoy
                and (r.acked_at is not null or r.revoked_at + @Within <= @Now)) r on true   -- one that still has time counts for nothing yet
            left join lateral (select sum(seats) as seats, sum(taken) as taken from programme p where p.tenant_id = i.tenant_id and p.institution_id = i.institution_id and p.intake_year = @Year) p on true
            where i.tenant_id = @Tenant and i.valid_from <= make_date(@Year + 1, 8, 31) and (i.valid_to is null or i.valid_to >= make_date(@Year, 6, 1)) order by i.code
            """, args);
        var (withdrawals, inTime) = (rows.Sum(row => row.Withdrawals), rows.Sum(row => row.InTime));
        return TypedResults.Ok(new Answer(
            schoolYear, now, leads.All, leads.Contactable, Share(leads.Contactable, leads.All), withdrawals, inTime, Share(inTime, withdrawals), rows.Sum(row => row.Seats), rows.Sum(row => row.Seats - row.Taken),
            [.. rows.Select(row => new Institution(
                row.InstitutionId, row.Code, row.Name, row.Families, row.Stopped, Share(row.Stopped, row.Families), row.Withdrawals, row.InTime, row.Seats, row.Taken, row.Seats - row.Taken))]));

        static decimal? Share(long part, long whole) => whole == 0 ? null : Math.Round(part * 100m / whole, 2, MidpointRounding.AwayFromZero);
    }

    private sealed record Row(Guid InstitutionId, string Code, string Name, long Families, long Stopped, long Withdrawals, long InTime, long Seats, long Taken);
}
