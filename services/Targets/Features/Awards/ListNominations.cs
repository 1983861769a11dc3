using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Guard;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>A year's nominations with the results they were made on, what blocks them now, and how they were judged.</summary>
public static class ListNominations
{
    public sealed record Item(
        Guid NominationId, string Area, string Nominee, string Reason, ListCandidates.Item Results, string State, IReadOnlyList<string> Blockers, string NominatedBy, string? JudgedBy, DateTimeOffset? JudgedAt, string? Note);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/awards/nominations", Handle).RequireAuthorization(policy => policy.RequireRole(AwardRows.Readers)).WithTags("Awards");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(int year, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        var rows = await work.Query<Row>(
            """
            select nomination_id, area, nominee, reason, results, state, nominated_by, judged_by, judged_at, note
            from award_nomination where tenant_id = @Tenant and year = @year order by nominated_at, nomination_id
            """, new { work.Tenant, year });
        var blockers = await work.BlockersOf(rows.Where(row => row.State == "nominated").Select(row => row.Area), year, clock.Today(), await ReadGuard.BlockedAreas(work, plans, year));
        return TypedResults.Ok<IReadOnlyList<Item>>([.. rows.Select(row => new Item(
            row.NominationId, row.Area, row.Nominee, row.Reason, JsonSerializer.Deserialize<ListCandidates.Item>(row.Results, StrictJson.Options)!, row.State,
            row.State == "nominated" ? blockers[row.Area].Codes : [], row.NominatedBy, row.JudgedBy, row.JudgedAt, row.Note))]);
    }

    private sealed record Row(Guid NominationId, string Area, string Nominee, string Reason, string Results, string State, string NominatedBy, string? JudgedBy, DateTimeOffset? JudgedAt, string? Note);
}
