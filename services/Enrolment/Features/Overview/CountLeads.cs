using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Overview;

/// <summary>The season in figures, without names: pupils without a place, leads and grants by state, contacts, enrolments. Feeds the status page.</summary>
public static class CountLeads
{
    public sealed record Answer
    {
        public required int SchoolYear { get; init; }
        public required long PupilsWithoutPlace { get; init; }
        public required long WithBasis { get; init; }

        /// <summary>`waiting` (no offer yet), `offered`, `in_contact`, `applied`, `enrolled`, `withdrawn`, `expired`: each lead once, at its furthest.</summary>
        public required IReadOnlyDictionary<string, long> Leads { get; init; }
        public required IReadOnlyDictionary<string, long> Grants { get; init; }
        public required long Contacts { get; init; }
        public required IReadOnlyDictionary<string, long> Enrolments { get; init; }
        public required long FeedItems { get; init; }
        public required IReadOnlyDictionary<string, string> Allocation { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/counts", Handle).WithTags("Leads")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Leader, Policies.Operator, Policies.Service));

    public static async Task<Ok<Answer>> Handle(Person reader, Database db, GrantLeads grant, CancellationToken ct, int? schoolYear = null)
    {
        await using var work = await db.BeginFor(reader, ct);
        var year = schoolYear ?? await work.Single<int?>("select max(school_year) from candidate where tenant_id = @Tenant", new { work.Tenant }) ?? 0;
        var args = new { work.Tenant, Year = year };
        async Task<IReadOnlyDictionary<string, long>> By(string sql) => (await work.Query<(string Key, long Count)>(sql, args)).ToDictionary(row => row.Key, row => row.Count);
        var rules = grant.RulesOf(year);

        return TypedResults.Ok(new Answer
        {
            SchoolYear = year,
            PupilsWithoutPlace = await work.Single<long>("select count(*) from candidate where tenant_id = @Tenant and school_year = @Year and outcome = 'without_place' and not decoy", args),
            WithBasis = await work.Single<long>("select count(*) from lead where tenant_id = @Tenant and school_year = @Year and not decoy", args),
            Leads = await By(
                """
                select case when l.status <> 'open' then l.status when g.best is null then case when g.any_expired then 'expired' else 'waiting' end
                         else (array['offered', 'in_contact', 'in_contact', 'applied', 'enrolled'])[g.best] end as key, count(*)
                from lead l
                left join lateral (select max(array_position(array['offered', 'refused', 'contacted', 'applied', 'enrolled']::varchar[], g.state)) as best, bool_or(g.state = 'expired' and g.end_reason = 'expired') as any_expired
                                   from lead_grant g where g.tenant_id = l.tenant_id and g.lead_id = l.lead_id) g on true
                where l.tenant_id = @Tenant and l.school_year = @Year and not l.decoy group by 1
                """),
            Grants = await By("select state, count(*) from lead_grant where tenant_id = @Tenant and school_year = @Year and not decoy group by 1"),
            Contacts = await work.Single<long>("select count(*) from contact_log c join lead l using (tenant_id, lead_id) where c.tenant_id = @Tenant and l.school_year = @Year and not l.decoy", args),
            Enrolments = await By("select track || '_' || case when left_on is null then 'on_roll' else 'left' end, count(*) from enrolment where tenant_id = @Tenant group by 1"),
            FeedItems = await work.Single<long>(
                """
                select coalesce(sum(pos), 0)::bigint - (select count(*) from institution_feed f join lead l using (tenant_id, lead_id) where l.tenant_id = @Tenant and l.decoy)
                from institution_feed_head where tenant_id = @Tenant
                """, args),
            Allocation = new Dictionary<string, string>
            {
                ["seed"] = rules.Seed,
                ["perFamily"] = rules.PerFamily.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["offersPerSeat"] = rules.OffersPerSeat.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        });
    }
}
