using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Guard;

/// <summary>Whether a school may be put forward for an award of a school year; where it may not, why not is for the inspectors.</summary>
public static class AskForAward
{
    public sealed record Answer(Guid School, int SchoolYear, bool Blocked, string? Code);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/guard/awards/{schoolYear:int}/schools/{school:guid}", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));

    public static async Task<Ok<Answer>> Handle(int schoolYear, Guid school, Person caller, PlanRegistry plans, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        var blocked = (await ReadGuard.Blocked(work, plans, schoolYear)).Contains(school);
        return TypedResults.Ok(new Answer(school, schoolYear, blocked, blocked ? "inspection_open" : null));
    }
}
