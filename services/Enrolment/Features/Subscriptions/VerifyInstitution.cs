using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>The department notes that it has seen an institution's papers: without that no subscription becomes active.</summary>
public static class VerifyInstitution
{
    public sealed record Command
    {
        /// <summary>Number and date of the decision of establishment or the licence.</summary>
        public required string Evidence { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/institutions/{institutionId:guid}/verification", Handle).RequireAuthorization(Policies.Officer).WithTags("Subscriptions").ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid institutionId, Command command, Person officer, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (command.Evidence.Trim().Length is < 3 or > 500) throw new RuleBroken("evidence_missing", "Thiếu căn cứ xác minh", "Name the decision or licence that was seen (3 to 500 characters).", 422);

        await using var work = await db.BeginFor(officer, ct);
        var noted = await work.Execute(
            """
            insert into institution_verification (tenant_id, institution_id, evidence, verified_by, verified_at)
            select tenant_id, institution_id, @Evidence, @Subject, @Now from institution where tenant_id = @Tenant and institution_id = @Id
            on conflict (institution_id, tenant_id) do update set evidence = excluded.evidence, verified_by = excluded.verified_by, verified_at = excluded.verified_at
            """, new { work.Tenant, Id = institutionId, command.Evidence, officer.Subject, Now = clock.GetUtcNow() });
        if (noted == 0) return TypedResults.NotFound();

        await work.Commit();
        return TypedResults.NoContent();
    }
}
