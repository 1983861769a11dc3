using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Revocations;

/// <summary>An institution confirms that it has deleted what it held of a withdrawn lead: how and when. The first word stands; with the last overdue one its feed opens again.</summary>
/// <remarks>Decree 356/2025/ND-CP, Art. 7(1): an agreement states how data are deleted or destroyed.</remarks>
public static class AcknowledgeRevocation
{
    public sealed record Command
    {
        /// <summary>`erased`, `destroyed` (the medium itself) or `never_stored`.</summary>
        public required string Method { get; init; }

        /// <summary>When that was done; between the offer and now.</summary>
        public required DateTimeOffset ErasedAt { get; init; }
    }

    public sealed record Answer(Guid LeadId, string Method, DateTimeOffset ErasedAt, DateTimeOffset AcknowledgedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/revocations/{leadId:guid}/ack", Handle).RequireAuthorization(Policies.Institution).WithTags("Revocations").ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid leadId, Command command, Person caller, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (command.Method is not ("erased" or "destroyed" or "never_stored"))
            throw new RuleBroken("method_invalid", "Cách xoá không hợp lệ", "method is erased, destroyed or never_stored.", 422).With(new Fault("/method", null, null, "method_invalid", null));
        if (command.ErasedAt > now)
            throw new RuleBroken("time_invalid", "Thời điểm xoá không hợp lệ", "erasedAt lies in the future.", 422).With(new Fault("/erasedAt", null, null, "time_invalid", null));

        await using var work = await db.BeginFor(caller, ct);
        var mine = new { work.Tenant, Institution = caller.OwnOrganisation, Lead = leadId, command.Method, command.ErasedAt, Now = now, caller.Subject };
        if (!await work.Single<bool>("select exists (select from revocation where tenant_id = @Tenant and institution_id = @Institution and lead_id = @Lead)", mine)) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            await work.Execute(
                """
                update revocation set method = @Method, erased_at = @ErasedAt, acked_at = @Now, acked_by = @Subject
                where tenant_id = @Tenant and institution_id = @Institution and lead_id = @Lead and acked_at is null
                """, mine);
            await work.Execute(
                """
                delete from feed_hold where tenant_id = @Tenant and institution_id = @Institution
                  and not exists (select from revocation where tenant_id = @Tenant and institution_id = @Institution and acked_at is null and escalated = 20)
                """, mine);
            return (await work.Single<Answer>(
                """
                select lead_id, method, erased_at, acked_at as acknowledged_at from revocation
                where tenant_id = @Tenant and institution_id = @Institution and lead_id = @Lead order by pos desc limit 1
                """, mine))!;
        }));
    }
}
