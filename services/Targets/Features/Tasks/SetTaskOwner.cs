using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The department says which functions' work an organisation does, and in which area; its people then see those tasks and work at them.</summary>
public static class SetTaskOwner
{
    /// <param name="Function">Code of a function.</param>
    /// <param name="Area">Code of the area; null for the whole province.</param>
    public sealed record Duty(string Function, string? Area = null);

    public sealed record Command(IReadOnlyList<Duty> Duties);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/tasks/owners/{organisation:guid}", Handle).RequireAuthorization(Policies.Officer).WithTags("Tasks").ProducesProblem(422);

    public static async Task<NoContent> Handle(Guid organisation, Command command, Person officer, Database database, CancellationToken ct)
    {
        if (command.Duties.Count > 100) throw new RuleBroken("too_many", "Quá nhiều mục", "An organisation has at most 100 duties.", 422);
        await using var work = await database.Begin(officer.Tenant, ct);
        var areas = (await work.Query<string>("select distinct code from areas where tenant_id = @Tenant", new { work.Tenant })).ToHashSet();
        foreach (var (duty, n) in command.Duties.Select((duty, n) => (duty, n)))
        {
            if (Function.Find(duty.Function) is null)
                throw new RuleBroken("unknown_function", "Không có chức năng này", "No function has this code.", 422).With(new Fault($"/duties/{n}/function", null, null, "unknown_function", null));
            if (duty.Area is not null && !areas.Contains(duty.Area))
                throw new RuleBroken("unknown_area", "Không có địa bàn này", "No area has this code.", 422).With(new Fault($"/duties/{n}/area", null, null, "unknown_area", null));
        }
        await work.Execute("delete from task_owner where tenant_id = @Tenant and organisation_id = @organisation", new { work.Tenant, organisation });
        foreach (var duty in command.Duties.Distinct())
        {
            await work.Execute("insert into task_owner (tenant_id, organisation_id, owner, area) values (@Tenant, @organisation, @Function, @Area)",
                new { work.Tenant, organisation, duty.Function, Area = duty.Area ?? "" });
        }
        await work.Commit();
        return TypedResults.NoContent();
    }
}
