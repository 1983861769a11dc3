using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Families;

/// <summary>What a family sees of itself: which institutions may turn to it, why, until when, what came of it, whether contact rests, and who has announced a call with which code.</summary>
public static class ShowFamily
{
    /// <param name="Institution">Its id, to choose it or not.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="State">`offered`, `contacted`, `applied`, `enrolled`, `refused`, `left`, `expired` or `withdrawn`.</param>
    /// <param name="Since">From when it could read the data.</param>
    /// <param name="Until">When its right ends, or ended.</param>
    /// <param name="Reasons">Codes of why this institution.</param>
    /// <param name="LastContactAt">When it last turned to the family.</param>
    public sealed record Holder(Guid Institution, string Name, string State, DateTimeOffset Since, DateTimeOffset Until, IReadOnlyList<string> Reasons, DateTimeOffset? LastContactAt);

    public sealed record Answer(IReadOnlyList<Holder> Institutions, DateTimeOffset? PausedUntil, string? SaidEnrolledAt, IReadOnlyList<AnnouncedCalls.Call> Calls);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/families/{pupilId:guid}", Handle).WithTags("Families")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Family, Policies.Officer)).ProducesProblem(403);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid pupilId, Person person, Database db, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        person.MustSpeakFor(pupilId);
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(person, ct);
        await work.AsProvince();
        var args = new { work.Tenant, Pupil = pupilId, Now = clock.GetUtcNow() };
        var rows = await work.Query<Row>(
            """
            select g.institution_id, i.name, g.state, g.granted_at, coalesce(g.ended_at, g.expires_at) as until, g.reasons,
                   (select max(contacted_at) from contact_log c where c.tenant_id = g.tenant_id and c.grant_id = g.grant_id) as last_contact_at
            from lead l join lead_grant g using (tenant_id, lead_id) join institution i on i.tenant_id = g.tenant_id and i.institution_id = g.institution_id
            where l.tenant_id = @Tenant and l.pupil_id = @Pupil order by g.granted_at desc
            """, args);
        if (rows.Count == 0 && !person.IsFamily && !await work.Single<bool>("select exists (select 1 from candidate where tenant_id = @Tenant and pupil_id = @Pupil)", args)) return TypedResults.NotFound();
        var paused = await work.Single<DateTime?>("select until from family_pause where tenant_id = @Tenant and pupil_id = @Pupil and until > @Now", args);
        var elsewhere = await work.Single<string?>("select place from family_elsewhere where tenant_id = @Tenant and pupil_id = @Pupil", args);
        var calls = await work.AnnouncedTo(pupilId, args.Now);
        await work.Journal(person, "family_request", "GET /v1/families/{pupilId}", [pupilId], "ledger", args.Now);
        await work.Commit();
        return TypedResults.Ok(new Answer(
            [.. rows.Select(row => new Holder(row.InstitutionId, row.Name, row.State, row.GrantedAt, row.Until, row.Reasons, row.LastContactAt))],
            paused is { } until ? new DateTimeOffset(until, TimeSpan.Zero) : null, elsewhere, calls));
    }

    private sealed class Row
    {
        public Guid InstitutionId { get; init; }
        public string Name { get; init; } = "";
        public string State { get; init; } = "";
        public DateTimeOffset GrantedAt { get; init; }
        public DateTimeOffset Until { get; init; }
        public string[] Reasons { get; init; } = [];
        public DateTimeOffset? LastContactAt { get; init; }
    }
}
