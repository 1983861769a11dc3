using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Impact;

/// <summary>An approver declares that something is paid under an agreement, in words, so that the impact assessment says so; or that nothing is any more.</summary>
/// <remarks>reliability.md, L9 to L11 and P15: selling personal data is forbidden, and a fee for a transfer must be declared. The platform knows no price of a lead and charges nothing.</remarks>
public static class DeclareFee
{
    /// <param name="Statement">What is paid, for what, on which legal basis; null for nothing.</param>
    public sealed record Command(string? Statement);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/agreements/{agreementId:guid}/fee", Handle).RequireAuthorization(Policies.Approver).WithTags("Impact file").ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid agreementId, Command command, Person approver, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (command.Statement is { } words && (string.IsNullOrWhiteSpace(words) || words.Length > 1_000 || words.Contains('\0')))
            throw new RuleBroken("statement_invalid", "Nội dung không hợp lệ", "statement has 1 to 1,000 characters, or is null.", 422);
        await using var work = await db.BeginFor(approver, ct);
        var of = new { work.Tenant, agreementId, command.Statement, approver.Subject, Now = clock.GetUtcNow() };
        if (!await work.Single<bool>("select exists (select from agreement where tenant_id = @Tenant and agreement_id = @agreementId)", of)) return TypedResults.NotFound();

        await work.Execute(command.Statement is null
            ? "delete from transfer_fee where tenant_id = @Tenant and agreement_id = @agreementId"
            : """
              insert into transfer_fee (tenant_id, agreement_id, statement, recorded_by, recorded_at) values (@Tenant, @agreementId, @Statement, @Subject, @Now)
              on conflict (agreement_id, tenant_id) do update set statement = excluded.statement, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
              """, of);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
