using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>Who has announced a call to a family, and the code the caller must be able to say; the desk reads it for a family that asks. Journaled.</summary>
public static class AnnouncedCalls
{
    /// <param name="Institution">Who will call.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Code">What the caller must say.</param>
    /// <param name="AnnouncedAt">Since when the code holds.</param>
    /// <param name="ValidUntil">Until when.</param>
    public sealed record Call(Guid Institution, string Name, string Code, DateTimeOffset AnnouncedAt, DateTimeOffset ValidUntil);

    public sealed record Answer(IReadOnlyList<Call> Calls);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/{leadId:guid}/calls", Handle).WithTags("Outreach")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice)).ProducesProblem(503);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid leadId, Person reader, Database db, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        if (await work.Single<Guid?>("select pupil_id from lead where tenant_id = @Tenant and lead_id = @Lead", new { work.Tenant, Lead = leadId }) is not { } pupil) return TypedResults.NotFound();

        var calls = await work.AnnouncedTo(pupil, clock.GetUtcNow());
        await work.Journal(reader, DataScope.VocationalGuidance, "GET /v1/leads/{leadId}/calls", [pupil], "calls", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Answer(calls));
    }

    /// <summary>The codes that hold now for this pupil's family; for the family's own page. The work must see the province (<see cref="InstitutionScope.AsProvince"/>).</summary>
    public static Task<IReadOnlyList<Call>> AnnouncedTo(this Work work, Guid pupil, DateTimeOffset now) => work.Query<Call>(
        """
        select i.institution_id as institution, i.name, c.code, c.announced_at, c.valid_until
        from lead l join announced_call c using (tenant_id, lead_id) join institution i on i.tenant_id = c.tenant_id and i.institution_id = c.institution_id
        join lead_grant g on g.tenant_id = c.tenant_id and g.grant_id = c.grant_id
        where l.tenant_id = @Tenant and l.pupil_id = @Pupil and c.called_at is null and c.valid_until > @Now and g.state not in ('withdrawn', 'expired')
        order by c.announced_at
        """, new { work.Tenant, Pupil = pupil, Now = now });
}
