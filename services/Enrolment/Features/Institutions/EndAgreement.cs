using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>The department ends an agreement early: from the day after its new last day the institution reads nothing but withdrawals.</summary>
public static class EndAgreement
{
    public sealed record Command
    {
        /// <summary>Last day in force; not before today, so that what was done under it stays covered.</summary>
        public required DateOnly LastDay { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/agreements/{agreementId:guid}/end", Handle).RequireAuthorization(Policies.Officer).WithTags("Institutions")
        .ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid agreementId, Command command, Person officer, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (command.LastDay < clock.Today().AddDays(-1)) throw new RuleBroken("dates_invalid", "Ngày hiệu lực không hợp lệ", "The last day is yesterday (ended at once) or later.", 422);

        await using var work = await db.BeginFor(officer, ct);
        var ended = await work.Execute(
            "update agreement set valid_to = greatest(@LastDay, valid_from) where tenant_id = @Tenant and agreement_id = @Id and valid_to >= @LastDay", new { work.Tenant, Id = agreementId, command.LastDay });
        if (ended == 0) return TypedResults.NotFound();

        await work.Commit();
        return TypedResults.NoContent();
    }
}
