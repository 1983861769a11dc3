using System.Globalization;
using System.Text;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Overview;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Allocations;

/// <summary>The fairness table: what each institution was given, how well it fitted, how soon it turned to the families and what came of it; also as CSV.</summary>
/// <remarks>process.md: the province sees leads, quality and response time per institution. Totals of institutions only; no pupil can be told from them.</remarks>
public static class ShowFairness
{
    public sealed record Line
    {
        public required string Code { get; init; }
        public required string Name { get; init; }
        public required Guid Institution { get; init; }
        public required long Seats { get; init; }

        /// <summary>Leads ever granted.</summary>
        public required long Leads { get; init; }

        /// <summary>Leads per hundred seats: what the rotation evens out among equals.</summary>
        public required decimal? LeadsPer100Seats { get; init; }

        /// <summary>Leads with the trade and level as wished, or without a wish.</summary>
        public required long AsWished { get; init; }
        public required long TradeAtAnotherLevel { get; init; }
        public required long LevelInAnotherTrade { get; init; }
        public required long NotAsWished { get; init; }

        /// <summary>From the offer to the first contact, half of the families it turned to.</summary>
        public required decimal? MedianHoursToContact { get; init; }
        public required long FamiliesContacted { get; init; }
        public required long Contacts { get; init; }

        /// <summary>Leads lost to the next institution because it stayed silent in its exclusive window.</summary>
        public required long LostBySilence { get; init; }
        public required long Refused { get; init; }
        public required long Enrolled { get; init; }
    }

    public sealed record Answer(int SchoolYear, DateTimeOffset AsOf, IReadOnlyList<Line> Institutions);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/allocation/fairness", Handle).RequireAuthorization(Policies.Figures).WithTags("Allocation");
        routes.MapGet("/v1/allocation/fairness/export", Export).RequireAuthorization(Policies.Figures).WithTags("Allocation").Produces<string>(200, "text/csv");
    }

    public static async Task<Ok<Answer>> Handle(Person reader, Database db, TimeProvider clock, CancellationToken ct, int schoolYear) =>
        TypedResults.Ok(new Answer(schoolYear, clock.GetUtcNow(), await Lines(reader, db, schoolYear, ct)));

    public static async Task<FileContentHttpResult> Export(Person reader, Database db, CancellationToken ct, int schoolYear)
    {
        var csv = new StringBuilder("code,institution,seats,leads,leads_per_100_seats,as_wished,trade_at_another_level,level_in_another_trade,not_as_wished,median_hours_to_contact,families_contacted,contacts,lost_by_silence,refused,enrolled\r\n");
        foreach (var line in await Lines(reader, db, schoolYear, ct))
        {
            decimal?[] figures =
            [
                line.Seats, line.Leads, line.LeadsPer100Seats, line.AsWished, line.TradeAtAnotherLevel, line.LevelInAnotherTrade, line.NotAsWished, line.MedianHoursToContact,
                line.FamiliesContacted, line.Contacts, line.LostBySilence, line.Refused, line.Enrolled,
            ];
            csv.AppendJoin(',', new[] { ExportLeads.Cell(line.Code), ExportLeads.Cell(line.Name) }.Concat(figures.Select(figure => figure?.ToString(CultureInfo.InvariantCulture) ?? ""))).Append("\r\n");
        }
        return TypedResults.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())], "text/csv; charset=utf-8", "fairness.csv");
    }

    private static async Task<IReadOnlyList<Line>> Lines(Person reader, Database db, int schoolYear, CancellationToken ct)
    {
        await using var work = await db.BeginFor(reader, ct);
        return await work.Query<Line>(
            """
            with grants as (
              select g.institution_id, g.wish, g.state, g.end_reason, c.contacts, c.refusals, extract(epoch from c.first - g.granted_at) / 3600 as hours
              from lead_grant g
              left join lateral (select count(*) as contacts, min(contacted_at) as first, count(*) filter (where outcome = 'refused') as refusals
                                 from contact_log c where c.tenant_id = g.tenant_id and c.lead_id = g.lead_id and c.grant_id = g.grant_id) c on true
              where g.tenant_id = @Tenant and g.school_year = @Year and not g.decoy),
            totals as (
              select institution_id, count(*) as leads, count(*) filter (where wish = 0) as as_wished, count(*) filter (where wish = 1) as trade_at_another_level,
                     count(*) filter (where wish = 2) as level_in_another_trade, count(*) filter (where wish = 3) as not_as_wished,
                     round(percentile_cont(0.5) within group (order by hours)::numeric, 1) as median_hours_to_contact,
                     count(*) filter (where contacts > 0) as families_contacted, sum(contacts)::bigint as contacts,
                     count(*) filter (where end_reason = 'silent') as lost_by_silence, count(*) filter (where refusals > 0) as refused
              from grants group by 1)
            select i.code, i.name, i.institution_id as institution, coalesce(p.seats, 0) as seats, coalesce(t.leads, 0) as leads,
                   round(100.0 * coalesce(t.leads, 0) / nullif(p.seats, 0), 1) as leads_per100_seats, coalesce(t.as_wished, 0) as as_wished,
                   coalesce(t.trade_at_another_level, 0) as trade_at_another_level, coalesce(t.level_in_another_trade, 0) as level_in_another_trade, coalesce(t.not_as_wished, 0) as not_as_wished,
                   t.median_hours_to_contact, coalesce(t.families_contacted, 0) as families_contacted, coalesce(t.contacts, 0) as contacts, coalesce(t.lost_by_silence, 0) as lost_by_silence,
                   coalesce(t.refused, 0) as refused, e.enrolled
            from institution i
            left join totals t on t.institution_id = i.institution_id
            left join lateral (select sum(seats) as seats from programme p where p.tenant_id = i.tenant_id and p.institution_id = i.institution_id and p.intake_year = @Year) p on true
            cross join lateral (select count(*) as enrolled from enrolment e join programme p using (tenant_id, programme_id)
                                where e.tenant_id = i.tenant_id and e.institution_id = i.institution_id and e.left_on is null and p.intake_year = @Year) e
            where i.tenant_id = @Tenant and i.valid_from <= make_date(@Year + 1, 8, 31) and (i.valid_to is null or i.valid_to >= make_date(@Year, 6, 1)) order by i.code
            """, new { work.Tenant, Year = schoolYear });
    }
}
