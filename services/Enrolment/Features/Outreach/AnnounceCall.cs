using System.Globalization;
using System.Security.Cryptography;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Families;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>An institution announces its call: it gets a one-time code to say, and the family sees who will call with which code.</summary>
/// <remarks>process.md, Verified caller. Nobody gets a code for a call that the contact rules do not allow now. Asked again while a code holds, the answer is the same code.</remarks>
public static class AnnounceCall
{
    public sealed record Command
    {
        public required Guid LeadId { get; init; }
    }

    public sealed record Answer(Guid CallId, string Code, DateTimeOffset ValidUntil);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/calls", Handle).RequireAuthorization(Policies.Institution).WithTags("Outreach")
        .ProducesProblem(403).ProducesProblem(409).ProducesProblem(410);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(Command command, Person caller, IdempotencyKey key, Database db, ContactRules rules, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        if (!await work.Knows(caller, command.LeadId)) return TypedResults.NotFound();
        var answer = await work.Once(key, command, async () =>
        {
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            var lead = await work.Hold(caller, command.LeadId, now);
            lead.MustAllow("call");
            GrantState.MustAllow(lead.State, "contacted");
            await work.MustNotRest(lead.PupilId, now);
            rules.MustAllow("call", now, lead.GrantedAt, now, await work.Attempts(lead.LeadId, rules.Since(now), caller.OwnOrganisation));

            var open = await work.Single<Answer>(
                "select call_id, code, valid_until from announced_call where tenant_id = @Tenant and grant_id = @GrantId and called_at is null and valid_until > @Now",
                new { work.Tenant, lead.GrantId, Now = now });
            if (open is not null) return open;

            var call = new Answer(Guid.CreateVersion7(now), RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture), now + rules.CodeHolds);
            await work.Execute(
                """
                insert into announced_call (tenant_id, call_id, lead_id, grant_id, institution_id, code, announced_at, valid_until)
                values (@Tenant, @CallId, @LeadId, @GrantId, @Institution, @Code, @Now, @ValidUntil)
                """, new { work.Tenant, call.CallId, lead.LeadId, lead.GrantId, Institution = caller.OwnOrganisation, call.Code, Now = now, call.ValidUntil });
            return call;
        });
        return TypedResults.Created($"/v1/calls/{answer.CallId}", answer);
    }
}
