using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Features.Indicators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Inspections;

/// <summary>Plans an inspection: which team goes on which day to which areas. Planned anew under its id until it was held.</summary>
public static class PlanInspection
{
    /// <param name="Area">Of the team of an area; null for a team of the province.</param>
    /// <param name="Team">What the team is called.</param>
    /// <param name="Members">Functions or names, at most 30.</param>
    /// <param name="Areas">Codes of the areas to be visited.</param>
    public sealed record Command(int Year, string? Area, string Team, IReadOnlyList<string> Members, DateOnly PlannedOn, IReadOnlyList<string> Areas);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/inspections/{inspectionId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(InspectionRows.Makers)).WithTags("Inspections")
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);

    public static async Task<NoContent> Handle(Guid inspectionId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (command.Year is < 2000 or > 2100 || command.PlannedOn.Year != command.Year) throw Question.Unknown("year");
        if (command.Members.Count is 0 or > 30 || command.Areas.Count is 0 or > 500)
            throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", "A team has 1 to 30 members and visits 1 to 500 areas.", 422);
        var members = command.Members.Select(member => InspectionRows.Text(member, "member", 200)).ToArray();
        await using var work = await database.Begin(caller.Tenant, ct);
        await work.MustActFor(caller, command.Area ?? "");
        if (await work.InspectionFor(caller, inspectionId) is { } known) known.MayBePlannedAnew();
        var unknown = await work.Query<string>(
            "select c from unnest(@Codes) c where not exists (select from areas where tenant_id = @Tenant and code = c)", new { work.Tenant, Codes = command.Areas.Append(command.Area).OfType<string>().ToArray() });
        if (unknown.Count > 0) throw new RuleBroken("unknown_area", "Không có địa bàn này", "The register of areas has no such code.", 422).With([.. unknown.Select(_ => new Fault("/areas", null, null, "unknown_area", null))]);
        var kept = await work.Execute(
            """
            insert into inspection as i (tenant_id, inspection_id, year, level, area, team, members, planned_on, areas, made_by, changed_at)
            values (@Tenant, @inspectionId, @Year, @Level, @Area, @Team, @members, @PlannedOn, @Areas, @Subject, @Now)
            on conflict (tenant_id, inspection_id) do update set year = excluded.year, team = excluded.team, members = excluded.members, planned_on = excluded.planned_on,
              areas = excluded.areas, changed_at = excluded.changed_at where i.held_on is null and i.area = excluded.area
            """,
            new
            {
                work.Tenant,
                inspectionId,
                command.Year,
                Level = command.Area is null ? "province" : "area",
                Area = command.Area ?? "",
                Team = InspectionRows.Text(command.Team, "team", 200),
                members,
                command.PlannedOn,
                Areas = command.Areas.Distinct().ToArray(),
                caller.Subject,
                Now = clock.GetUtcNow(),
            });
        if (kept == 0) throw new RuleBroken("id_taken", "Mã đã dùng", "This id is of an inspection of another team.");
        await work.Commit();
        return TypedResults.NoContent();
    }
}
