using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>An officer ends a statutory basis; every lead that rests on it is withdrawn from everyone in the same commit.</summary>
public static class RevokeStatutoryBasis
{
    public sealed record Answer(int LeadsWithdrawn);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/legal-bases/{basisId:guid}/revocation", Handle).RequireAuthorization(Policies.Officer).WithTags("Legal bases");

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid basisId, Person officer, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(officer, ct);
        if (await work.Single<int?>("select school_year from legal_basis where tenant_id = @Tenant and basis_id = @Id and mode = 'C'", new { work.Tenant, Id = basisId }) is not { } year)
            return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, basisId, async () =>
        {
            var now = clock.GetUtcNow();
            await work.LockLeads();
            await work.Execute("update legal_basis set ended_at = @Now where tenant_id = @Tenant and basis_id = @Id and ended_at is null", new { work.Tenant, Id = basisId, Now = now });
            var pupils = await work.Query<Guid>("select pupil_id from lead where tenant_id = @Tenant and basis_id = @Id and status = 'open'", new { work.Tenant, Id = basisId });
            return new Answer(await work.Withdraw([.. pupils.Select(pupil => (pupil, "basis_ended"))], now, year));
        }));
    }
}
