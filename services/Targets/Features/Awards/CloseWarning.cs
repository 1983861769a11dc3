using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>An inspector closes a warning and says what it came to.</summary>
public static class CloseWarning
{
    public sealed record Command(string Outcome);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/awards/warnings/{warningId:guid}/closing", Handle).RequireAuthorization(Policies.Inspector).WithTags("Awards").ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid warningId, Command command, Person inspector, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(inspector.Tenant, ct);
        var closed = await work.Execute(
            "update voluntariness_warning set closed_at = @Now, closed_by = @Subject, outcome = @Outcome where tenant_id = @Tenant and warning_id = @warningId and closed_at is null",
            new { work.Tenant, warningId, Now = clock.GetUtcNow(), inspector.Subject, Outcome = AwardRows.Text(command.Outcome, "outcome", 4_000) });
        if (closed == 0) return TypedResults.NotFound();
        await work.Commit();
        return TypedResults.NoContent();
    }
}
