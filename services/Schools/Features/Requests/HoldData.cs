using CareerPlatform.Schools.Features.Pupils;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Requests;

/// <summary>A complaint, a court or an inspection needs a pupil's data: until the hold's last day it is not erased, by request or by schedule.</summary>
public static class HoldData
{
    public sealed record Command(string Reason, DateOnly EndsOn);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/pupils/{id}/legal-hold", Handle).RequireAuthorization(Policies.Approver).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapDelete("/pupils/{id}/legal-hold", Lift).RequireAuthorization(Policies.Approver);
    }

    public static async Task<Results<NoContent, NotFound>> Handle(string id, Command command, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > 500) throw new RuleBroken("reason_required", "Cần nêu lý do lưu giữ", "A hold needs its reason.", 422);
        if (command.EndsOn < clock.Today()) throw ReceiveRequest.Invalid("/endsOn");
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Pupil(id) is not { } pupil) return TypedResults.NotFound();
        await work.Execute(
            """
            insert into legal_hold (tenant_id, pupil_id, reason, ends_on, set_by, set_at) values (@Tenant, @pupil, @Reason, @EndsOn, @Subject, @Now)
            on conflict (pupil_id, tenant_id) do update set reason = excluded.reason, ends_on = excluded.ends_on, set_by = excluded.set_by, set_at = excluded.set_at
            """, new { work.Tenant, pupil, command.Reason, command.EndsOn, person.Subject, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }

    public static async Task<Results<NoContent, NotFound>> Lift(string id, Person person, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Pupil(id) is not { } pupil) return TypedResults.NotFound();
        await work.Execute("delete from legal_hold where tenant_id = @Tenant and pupil_id = @pupil", new { work.Tenant, pupil });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
