using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Allocations;

/// <summary>Why each institution got, or did not get, one lead: every round that decided about it, in plain words; journaled, or nothing is shown.</summary>
public static class ShowAllocation
{
    /// <param name="Institution">Whom it is about.</param>
    /// <param name="Code">Its code.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Verdict">`granted`, `no_seats`, `not_chosen`, `had_it`, `family_full`, `wish`, `farther`, `fuller`, `rotation` or `no_agreement`.</param>
    /// <param name="Vi">In Vietnamese.</param>
    /// <param name="En">In English.</param>
    /// <param name="State">What became of the grant.</param>
    /// <param name="EndReason">Why it ended.</param>
    public sealed record Decision(Guid Institution, string Code, string Name, string Verdict, string Vi, string En, string? State, string? EndReason);

    /// <param name="DecidedAt">When.</param>
    /// <param name="RuleVersion">Which rule.</param>
    /// <param name="Seed">The published seed.</param>
    /// <param name="Leads">Leads of the round.</param>
    /// <param name="Grants">Grants of the round.</param>
    /// <param name="Decisions">One for every institution of the province, the grants first.</param>
    public sealed record Round(DateTimeOffset DecidedAt, string RuleVersion, string Seed, int Leads, int Grants, IReadOnlyList<Decision> Decisions);

    public sealed record Answer(Guid LeadId, string Status, string? WishedTrade, string? WishedLevel, IReadOnlyList<Round> Rounds);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/{leadId:guid}/allocation", Handle).RequireAuthorization(Policies.Staff).WithTags("Allocation").ProducesProblem(503);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid leadId, Person reader, Database db, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        var args = new { work.Tenant, Lead = leadId };
        var lead = await work.Single<Lead>("select l.pupil_id, l.status, c.wished_trade, c.wished_level from lead l join candidate c using (tenant_id, school_year, pupil_id) where l.tenant_id = @Tenant and l.lead_id = @Lead", args);
        if (lead is null) return TypedResults.NotFound();

        var runs = await work.Query<Run>(
            """
            select r.decided_at, r.rule_version, r.seed, r.leads, r.grants, r.institutions, v.verdicts from allocation_verdict v join allocation_run r using (tenant_id, run_id)
            where v.tenant_id = @Tenant and v.lead_id = @Lead order by r.decided_at, r.run_id
            """, args);
        var institutions = await work.Query<Institution>("select institution_id, code, name, registered_at from institution where tenant_id = @Tenant order by code", args);
        var grants = (await work.Query<Grant>("select institution_id, granted_at, reasons, wish, area, state, end_reason from lead_grant where tenant_id = @Tenant and lead_id = @Lead", args))
            .ToLookup(grant => (grant.InstitutionId, grant.GrantedAt));
        await work.Journal(reader, DataScope.VocationalGuidance, "GET /v1/leads/{leadId}/allocation", [lead.PupilId], "allocation", clock.GetUtcNow());
        await work.Commit();

        return TypedResults.Ok(new Answer(leadId, lead.Status, lead.WishedTrade, lead.WishedLevel, [.. runs.Select(run => new Round(run.DecidedAt, run.RuleVersion, run.Seed, run.Leads, run.Grants,
            [.. institutions.Where(institution => institution.RegisteredAt <= run.DecidedAt)
                .Select(institution => Explain(institution, run, grants[(institution.InstitutionId, run.DecidedAt)].FirstOrDefault()))
                .OrderBy(decision => decision.Verdict != "granted")]))]));
    }

    private static Decision Explain(Institution institution, Run run, Grant? grant)
    {
        var n = Array.IndexOf(run.Institutions, institution.InstitutionId);
        var words = grant is not null ? Verdict.Given(grant.Reasons, grant.Wish, grant.Area) : n < 0 ? Verdict.NoAgreement : Verdict.Refused(run.Verdicts[n]);
        return new(institution.InstitutionId, institution.Code, institution.Name, words.Code, words.Vi, words.En, grant?.State, grant?.EndReason);
    }

    private sealed record Lead(Guid PupilId, string Status, string? WishedTrade, string? WishedLevel);

    [method: Dapper.ExplicitConstructor]
    private sealed record Run(DateTimeOffset DecidedAt, string RuleVersion, string Seed, int Leads, int Grants, Guid[] Institutions, string Verdicts);

    private sealed record Institution(Guid InstitutionId, string Code, string Name, DateTimeOffset RegisteredAt);

    [method: Dapper.ExplicitConstructor]
    private sealed record Grant(Guid InstitutionId, DateTimeOffset GrantedAt, string[] Reasons, short Wish, short Area, string State, string? EndReason);
}
