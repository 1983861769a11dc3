using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>An approver, other than who recorded it and than the other approver, approves a statutory basis; with two approvals it holds. The second needs an impact assessment that was filed.</summary>
public static class ApproveStatutoryBasis
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/legal-bases/{basisId:guid}/approvals", Handle).RequireAuthorization(Policies.Approver).WithTags("Legal bases")
        .ProducesProblem(409);

    public static async Task<Results<Ok<RecordStatutoryBasis.Answer>, NotFound>> Handle(Guid basisId, Person approver, IdempotencyKey key, Database db, CancellationToken ct)
    {
        await using var work = await db.BeginFor(approver, ct);
        var basis = await work.Single<Row>(
            "select proposed_by, approved_by from legal_basis where tenant_id = @Tenant and basis_id = @Id and mode = 'C' and ended_at is null for update", new { work.Tenant, Id = basisId });
        if (basis is null) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, basisId, async () =>
        {
            if (basis.ProposedBy == approver.Subject || basis.ApprovedBy.Contains(approver.Subject))
                throw new RuleBroken("second_person_required", "Cần người khác phê duyệt", "Who recorded or already approved the basis cannot approve it (again).");
            if (basis.ApprovedBy.Length >= 2) throw new RuleBroken("already_approved", "Đã đủ hai phê duyệt", "The basis has two approvals already.");
            if (basis.ApprovedBy.Length == 1 && !await work.Single<bool>("select exists (select from impact_filing where tenant_id = @Tenant)", new { work.Tenant }))
                throw new RuleBroken("impact_file_not_filed", "Chưa nộp hồ sơ đánh giá tác động", "File the impact assessment first and record it: POST /v1/impact-file/filings.");

            await work.Execute("update legal_basis set approved_by = approved_by || @Subject::varchar where tenant_id = @Tenant and basis_id = @Id", new { work.Tenant, Id = basisId, approver.Subject });
            return new RecordStatutoryBasis.Answer(basisId, 1 - basis.ApprovedBy.Length);
        }));
    }

    [method: Dapper.ExplicitConstructor]
    private sealed record Row(string ProposedBy, string[] ApprovedBy);
}
