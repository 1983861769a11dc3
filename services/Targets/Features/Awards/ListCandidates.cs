using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Guard;
using CareerPlatform.Targets.Features.Indicators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>The areas by their results of a year, the highest certain share first, with what blocks an award: whom one may nominate.</summary>
/// <remarks>Ranked by the share that is certain, so that not knowing never helps. Warnings block and score nothing.</remarks>
public static class ListCandidates
{
    /// <param name="Share">Certain share after lower secondary, in percent.</param>
    /// <param name="State">Against the plan's mark.</param>
    /// <param name="Blockers">`warning_open`, `critical_finding_open`, `tasks_overdue`.</param>
    public sealed record Item(string Area, string? Name, long N, long D, long NotKnown, decimal? Share, string State, IReadOnlyList<string> Blockers);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/awards/candidates", Handle).RequireAuthorization(policy => policy.RequireRole(AwardRows.Readers)).WithTags("Awards").ProducesProblem(400);

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(int year, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var answer = (await ReadIndicatorAreas.Handle("enrolment_after_lower_secondary", year, null, null, null, null, null, null, null, caller, plans, database, clock, ct)).Result as Ok<ReadIndicatorAreas.Answer>;
        await using var work = await database.Begin(caller.Tenant, ct);
        var areas = answer!.Value!.Areas.Where(row => row.Code is not null).ToList();
        var blockers = await work.BlockersOf(areas.Select(row => row.Code!), year, clock.Today(), await ReadGuard.BlockedAreas(work, plans, year));
        var items = areas.Select(row => new Item(row.Code!, row.Name, row.Figure.N ?? 0, row.Figure.D ?? 0, row.Figure.NotKnown ?? 0, row.Figure.Share, row.State, blockers[row.Code!].Codes));
        return TypedResults.Ok<IReadOnlyList<Item>>([.. items.OrderByDescending(item => item.Share).ThenBy(item => item.Area, StringComparer.Ordinal)]);
    }
}
