using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Guard;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>The approver judges a nomination once: awarded, never while something blocks it, or declined with a reason.</summary>
public static class JudgeNomination
{
    public sealed record Command(bool Award, string? Note = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/awards/nominations/{nominationId:guid}/judgement", Handle).RequireAuthorization(Policies.Approver).WithTags("Awards").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid nominationId, Command command, Person approver, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(approver.Tenant, ct);
        var row = await work.Single<Row>("select year, area, state, nominated_by from award_nomination where tenant_id = @Tenant and nomination_id = @nominationId for update", new { work.Tenant, nominationId });
        if (row is null) return TypedResults.NotFound();
        await work.LockArea(row.Area);
        var note = command.Note is null ? null : AwardRows.Text(command.Note, "note", 2_000);
        var blockers = await work.BlockersOf([row.Area], row.Year, clock.Today(), await ReadGuard.BlockedAreas(work, plans, row.Year));
        var judged = new Award(row.State, row.NominatedBy).Judge(command.Award, approver.Subject, note, blockers[row.Area]);
        await work.Execute("update award_nomination set state = @State, judged_by = @Subject, judged_at = @Now, note = @note where tenant_id = @Tenant and nomination_id = @nominationId",
            new { work.Tenant, nominationId, judged.State, approver.Subject, Now = clock.GetUtcNow(), note });
        await work.Commit();
        return TypedResults.NoContent();
    }

    private sealed record Row(int Year, string Area, string State, string NominatedBy);
}
