using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>Nominates somebody for an award on the results of an area, which are kept as they stood. The same again changes nothing.</summary>
public static class Nominate
{
    /// <param name="Area">Whose results speak for it.</param>
    /// <param name="Nominee">A unit or a person.</param>
    public sealed record Command(int Year, string Area, string Nominee, string Reason);

    public sealed record Answer(ListCandidates.Item? Results);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/awards/nominations/{nominationId:guid}", Handle).RequireAuthorization(Policies.Officer).WithTags("Awards").ProducesProblem(409).ProducesProblem(422);

    public static async Task<Ok<Answer>> Handle(Guid nominationId, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var results = (await ListCandidates.Handle(command.Year, officer, plans, database, clock, ct)).Value!.FirstOrDefault(item => item.Area == command.Area);
        if (results is null or { D: 0 }) throw new RuleBroken("no_results", "Chưa có kết quả để đề nghị", "An award is for results, and the area has none of this year.");
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.Execute(
            """
            insert into award_nomination (tenant_id, nomination_id, year, area, nominee, reason, results, nominated_by, nominated_at)
            values (@Tenant, @nominationId, @Year, @Area, @Nominee, @Reason, @Results, @Subject, @Now) on conflict do nothing
            """,
            new
            {
                work.Tenant,
                nominationId,
                command.Year,
                command.Area,
                Nominee = AwardRows.Text(command.Nominee, "nominee", 200),
                Reason = AwardRows.Text(command.Reason, "reason", 2_000),
                Results = JsonSerializer.Serialize(results, StrictJson.Options),
                officer.Subject,
                Now = clock.GetUtcNow(),
            });
        await work.Commit();
        return TypedResults.Ok(new Answer(results));
    }
}
