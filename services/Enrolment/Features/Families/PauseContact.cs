using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Families;

/// <summary>A family wants to be left in peace for a while, without taking its agreement back: until then nobody may turn to it.</summary>
public static class PauseContact
{
    /// <param name="Until">At most 180 days from now; a time that has passed ends the pause.</param>
    public sealed record Command(DateTimeOffset Until);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/families/{pupilId:guid}/pause", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Family, Policies.Officer)).WithTags("Families")
        .ProducesProblem(403).ProducesProblem(422);

    public static async Task<NoContent> Handle(Guid pupilId, Command command, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        person.MustSpeakFor(pupilId);
        var now = clock.GetUtcNow();
        if (command.Until > now.AddDays(180)) throw new RuleBroken("pause_too_long", "Chỉ tạm dừng tối đa 180 ngày", "A pause ends within 180 days; to end contact for good, withdraw the agreement.", 422);
        await using var work = await db.BeginFor(person, ct);
        await work.AsProvince();
        await work.Execute(
            """
            insert into family_pause (tenant_id, pupil_id, until, said_at) values (@Tenant, @pupilId, @Until, @now)
            on conflict (pupil_id, tenant_id) do update set until = excluded.until, said_at = excluded.said_at
            """, new { work.Tenant, pupilId, command.Until, now });
        await work.Commit();
        return TypedResults.NoContent();
    }

    /// <summary>Refuses to turn to a family whose pause lasts; the transaction works for the province.</summary>
    public static async Task MustNotRest(this Work work, Guid pupil, DateTimeOffset at)
    {
        var until = await work.Single<DateTime?>("select until from family_pause where tenant_id = @Tenant and pupil_id = @pupil and until > @at", new { work.Tenant, pupil, at });
        if (until is { } end) throw new RuleBroken("family_paused", "Gia đình đang tạm dừng liên hệ", $"The family asked for rest until {end:yyyy-MM-dd HH:mm} UTC.");
    }
}
