using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Labour;

/// <summary>What one reporter has entered of a quarter, before it is entered anew: an institution's or an area office's own, and for the department anybody's.</summary>
public static class ShowOwnNumbers
{
    /// <param name="Area">The area that reports; an entry of its office must name it.</param>
    public sealed record Answer(int Year, int Quarter, string? Area, IReadOnlyList<LabourMeasure.Number> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/labour/{year:int}/{quarter:int}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.AreaOffice, Policies.Institution)).WithTags("Labour")
        .ProducesProblem(403).ProducesProblem(422);

    public static async Task<Ok<Answer>> Handle(int year, int quarter, Person caller, Database database, CancellationToken ct, string? area = null, Guid? institution = null)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (area is null && caller.Is(Policies.AreaOffice) && !caller.Is(Policies.Officer))
            area = await work.Single<string>("select area from task_owner where tenant_id = @Tenant and organisation_id = @office and area <> '' order by area limit 1", new { work.Tenant, office = caller.OwnOrganisation });
        var reporter = await EnterLabourNumbers.Reporter(work, new([], area, institution), caller);
        return TypedResults.Ok(new Answer(year, quarter, area, await work.Query<LabourMeasure.Number>(
            "select measure, level, number as count from labour_number where tenant_id = @Tenant and year = @year and quarter = @quarter and reporter = @reporter order by measure, level", new { work.Tenant, year, quarter, reporter })));
    }
}
