using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>A lead that the acting institution holds now, locked until the transaction ends.</summary>
public sealed record HeldLead(Guid LeadId, Guid PupilId, int SchoolYear, string Status, Guid GrantId, string State, DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt, bool Decoy, bool Relay)
{
    /// <summary>Refuses to turn to a family directly that wants to be contacted through the platform only.</summary>
    public void MustAllow(string channel)
    {
        if (Relay && channel != "message") throw new RuleBroken("relay_only", "Gia đình chỉ nhận liên hệ qua hệ thống", "This family is contacted through the platform only: POST /v1/leads/{leadId}/messages.");
    }
}

public static class HeldLeads
{
    /// <summary>Whether the lead is or ever was this institution's, by its own row security; a foreign and an unknown lead are the same.</summary>
    public static Task<bool> Knows(this Work work, Person caller, Guid leadId) => work.Single<bool>(
        "select exists (select 1 from lead_grant where tenant_id = @Tenant and lead_id = @Lead and institution_id = @Institution)",
        new { work.Tenant, Lead = leadId, Institution = caller.OwnOrganisation });

    /// <summary>Locks a lead the institution knows (first the lead, then its grants) for the province's work; refuses with 410 when it lost it.</summary>
    public static async Task<HeldLead> Hold(this Work work, Person caller, Guid leadId, DateTimeOffset now)
    {
        await work.AsProvince();
        await work.Execute("select 1 from lead where tenant_id = @Tenant and lead_id = @Lead for update", new { work.Tenant, Lead = leadId });
        var held = (await work.Query<HeldLead>(
            """
            select l.lead_id, l.pupil_id, l.school_year, l.status, g.grant_id, g.state, g.granted_at, g.expires_at, g.decoy, l.relay from lead_grant g join lead l using (tenant_id, lead_id)
            where g.tenant_id = @Tenant and g.lead_id = @Lead and g.institution_id = @Institution
            order by g.state in ('withdrawn', 'expired'), g.granted_at desc, g.grant_id desc limit 1
            """, new { work.Tenant, Lead = leadId, Institution = caller.OwnOrganisation }))[0];
        if (held.State == "withdrawn" || held.Status == "withdrawn") throw LeadDetails.Revoked();
        if (held.State == "expired" || (held.ExpiresAt <= now && held.State != "enrolled")) throw LeadDetails.Expired();
        return held;
    }

    /// <summary>Refuses whoever has no agreement in force today.</summary>
    public static async Task MustHaveAgreement(this Work work, Person caller, DateOnly today)
    {
        var inForce = await work.Single<bool>(
            "select exists (select 1 from agreement where tenant_id = @Tenant and institution_id = @Institution and @Today between valid_from and valid_to)",
            new { work.Tenant, Institution = caller.OwnOrganisation, Today = today });
        if (!inForce) throw new RuleBroken("agreement_expired", "Thoả thuận không còn hiệu lực", "No agreement of this institution is in force today.", 403);
    }

    /// <summary>Whether the programme is this institution's own.</summary>
    public static Task<bool> Offers(this Work work, Person caller, Guid programmeId) => work.Single<bool>(
        "select exists (select 1 from programme where tenant_id = @Tenant and programme_id = @Programme and institution_id = @Institution)",
        new { work.Tenant, Programme = programmeId, Institution = caller.OwnOrganisation });

    /// <summary>The attempts to reach a family that count at a moment, whoever made them; what another than <paramref name="asks"/> was answered makes a difference.</summary>
    public static async Task<IReadOnlyList<Attempt>> Attempts(this Work work, Guid lead, DateTimeOffset since, Guid? asks) => Attempt.From(
        await work.Query<(DateTime, string, Guid)>(
            "select contacted_at, outcome, institution_id from contact_log where tenant_id = @Tenant and lead_id = @Lead and contacted_at > @Since", new { work.Tenant, Lead = lead, Since = since.ToUniversalTime() }), asks);

    /// <summary>The institution has come further with the family, or turned to it again.</summary>
    public static Task Move(this Work work, HeldLead lead, string state, DateTimeOffset at) => work.Execute(
        "update lead_grant set state = @State, last_contact_at = greatest(last_contact_at, @At) where tenant_id = @Tenant and grant_id = @GrantId", new { work.Tenant, lead.GrantId, State = state, At = at.ToUniversalTime() });
}
