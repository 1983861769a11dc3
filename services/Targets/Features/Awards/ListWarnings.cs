using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>Warnings about the freedom of choice, for the province's inspectors only.</summary>
public static class ListWarnings
{
    public sealed record Item(Guid WarningId, int Year, string Area, string Reason, string RaisedBy, DateTimeOffset RaisedAt, DateTimeOffset? ClosedAt, string? Outcome);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/awards/warnings", Handle).RequireAuthorization(Policies.Inspector).WithTags("Awards");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(int year, Person inspector, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(inspector.Tenant, ct);
        return TypedResults.Ok(await work.Query<Item>(
            "select warning_id, year, area, reason, raised_by, raised_at, closed_at, outcome from voluntariness_warning where tenant_id = @Tenant and year = @year order by raised_at, warning_id", new { work.Tenant, year }));
    }
}
