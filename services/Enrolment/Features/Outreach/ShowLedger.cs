using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>One family's outreach ledger: everything for the province's staff; for an institution its own part, and of the others only that there is contact and until when to wait.</summary>
public static class ShowLedger
{
    /// <param name="At">When it happened.</param>
    /// <param name="Kind">`offered`, `contacted`, `applied`, `enrolled`, `left`, `withdrawn` or `expired`.</param>
    /// <param name="Institution">Who; never another institution for an institution.</param>
    /// <param name="Detail">Channel and outcome of a contact, reason of an end.</param>
    /// <param name="NextStep">What was agreed.</param>
    public sealed record Entry(DateTimeOffset At, string Kind, Guid Institution, string? Detail, string? NextStep);

    public sealed record Answer(Guid LeadId, string Status, IReadOnlyList<Entry> Entries, bool OthersInContact, DateTimeOffset? CoolingUntil);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/{leadId:guid}/ledger", Handle).WithTags("Outreach")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Institution));

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid leadId, Person reader, Database db, ContactRules rules, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        var args = new { work.Tenant, Lead = leadId };
        var lead = await work.Single<Lead>("select pupil_id, status from lead where tenant_id = @Tenant and lead_id = @Lead", args);
        if (lead is null) return TypedResults.NotFound();

        var entries = await work.Query<Entry>(
            """
            select granted_at as at, 'offered' as kind, institution_id as institution, array_to_string(reasons, ',') as detail, null::varchar as next_step from lead_grant where tenant_id = @Tenant and lead_id = @Lead
            union all select contacted_at, 'contacted', institution_id, channel || ':' || outcome, next_step from contact_log where tenant_id = @Tenant and lead_id = @Lead
            union all select recorded_at, 'applied', institution_id, null, null from application where tenant_id = @Tenant and lead_id = @Lead
            union all select confirmed_at, 'enrolled', institution_id, track || ':' || level, null from enrolment where tenant_id = @Tenant and lead_id = @Lead
            union all select ended_at, state, institution_id, null, null from lead_grant where tenant_id = @Tenant and lead_id = @Lead and ended_at is not null
            order by 1, 2
            """, args);

        var now = clock.GetUtcNow();
        var institution = reader.Is(Policies.Institution);
        if (institution) await MustHold(work, lead, args);
        await work.AsProvince();   // attempts are counted over everybody; who made them stays unsaid
        var attempts = await work.Attempts(leadId, rules.Since(now), institution ? reader.OwnOrganisation : null);
        var others = institution && await work.Single<bool>(
            "select exists (select from contact_log where tenant_id = @Tenant and lead_id = @Lead and institution_id <> @Own and contacted_at > @Since)", new { work.Tenant, Lead = leadId, Own = reader.OwnOrganisation, Since = rules.Since(now) });
        if (!institution)
        {
            await work.Journal(reader, DataScope.VocationalGuidance, "GET /v1/leads/{leadId}/ledger", [lead.PupilId], "ledger", now);
            await work.Commit();
        }
        return TypedResults.Ok(new Answer(leadId, lead.Status, entries, others, rules.CoolingUntil(attempts, now)));
    }

    /// <summary>Who lost the lead learns nothing more of the family.</summary>
    private static async Task MustHold(Work work, Lead lead, object args)
    {
        var state = (await work.Query<string>("select state from lead_grant where tenant_id = @Tenant and lead_id = @Lead order by state in ('withdrawn', 'expired'), granted_at desc, grant_id desc limit 1", args))[0];
        if (lead.Status == "withdrawn" || state == "withdrawn") throw Leads.LeadDetails.Revoked();
        if (state == "expired") throw Leads.LeadDetails.Expired();
    }

    private sealed record Lead(Guid PupilId, string Status);
}
