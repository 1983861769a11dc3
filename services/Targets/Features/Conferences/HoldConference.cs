using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Conferences;

/// <summary>The conference was held: when, in how many sessions, with how many people. The plan's figures of attendance and length follow from it; a correction takes the place of what was noted.</summary>
public static class HoldConference
{
    public sealed record Command(DateOnly On, int Sessions, int Attended);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/conferences/{plan}/held", Handle).RequireAuthorization(Policies.Officer).WithTags("Conferences").ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(string plan, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (plans.WithConference(officer.Tenant, plan) is null) return TypedResults.NotFound();
        if (command.On > clock.Today()) throw new RuleBroken("not_held_yet", "Ngày tổ chức ở tương lai", "The day lies in the future.", 422);
        if (command.Sessions is < 1 or > 20 || command.Attended is < 0 or > 100_000) throw new RuleBroken("value_invalid", "Số buổi hoặc số người không hợp lệ", "Sessions are 1 to 20, people 0 to 100,000.", 422);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.Execute(
            """
            insert into conference_held (tenant_id, plan_id, held_on, sessions, attended, noted_by, noted_at) values (@Tenant, @plan, @On, @Sessions, @Attended, @Subject, @Now)
            on conflict (tenant_id, plan_id) do update set held_on = excluded.held_on, sessions = excluded.sessions, attended = excluded.attended, noted_by = excluded.noted_by, noted_at = excluded.noted_at
            """, new { work.Tenant, plan, command.On, command.Sessions, command.Attended, officer.Subject, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
