using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>Another person than who opened it closes an incident, when both clocks are settled; nothing of its record changes afterwards.</summary>
public static class CloseBreach
{
    /// <param name="Outcome">What was found and done.</param>
    public sealed record Command(string Outcome);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/breaches/{breachId:guid}/closing", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Breaches")
        .ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid breachId, Command command, Person officer, Database db, SecretSeal seal, TimeProvider clock, CancellationToken ct)
    {
        BreachClock.MustBeWords("outcome", command.Outcome);
        await using var work = await db.BeginFor(officer, ct);
        if (await work.OpenIncident(breachId) is not { } incident) return TypedResults.NotFound();
        var settled = await work.Query<string>("select clock from breach_notice where tenant_id = @Tenant and breach_id = @breachId", new { work.Tenant, breachId });
        if (BreachClock.Clocks.Except(settled).ToList() is { Count: > 0 } open)
            throw new RuleBroken("notice_missing", "Chưa ghi nhận việc thông báo sự cố", $"Record the notice, or why none is due: {string.Join(", ", open)}.");
        if (incident.OpenedBy == officer.Subject)
            throw new RuleBroken("second_person_required", "Cần người khác đóng sự cố", "Who opened an incident does not close it.");

        await work.Execute("update breach set sealed_outcome = @Outcome, closed_at = @Now, closed_by = @Subject where tenant_id = @Tenant and breach_id = @breachId",
            new { work.Tenant, breachId, Outcome = seal.Seal(Breaches.Outcome, breachId, command.Outcome.Normalize()), Now = clock.GetUtcNow(), officer.Subject });
        work.Append("breach", breachId, new BreachClosed { BreachId = breachId });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
