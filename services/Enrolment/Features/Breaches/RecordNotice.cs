using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>The department records that it notified the agency (when, under which number), or why no notice is due; that clock rings no more.</summary>
public static class RecordNotice
{
    /// <summary>`notifiedAt` and `number`, or `notDueBecause`.</summary>
    public sealed record Command(DateTimeOffset? NotifiedAt = null, string? Number = null, string? NotDueBecause = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/breaches/{breachId:guid}/notices/{name}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Breaches")
        .ProducesProblem(409).ProducesProblem(422);

    /// <param name="name">`agency` (72 hours) or `cyber` (24 hours).</param>
    public static async Task<Results<NoContent, NotFound>> Handle(Guid breachId, string name, Command command, Person officer, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (!BreachClock.Clocks.Contains(name)) return TypedResults.NotFound();
        var now = clock.GetUtcNow();
        var notified = command is { NotifiedAt: not null, NotDueBecause: null } && command.Number is { Length: > 0 and <= 100 } && !string.IsNullOrWhiteSpace(command.Number);
        var notDue = command is { NotifiedAt: null, Number: null } && command.NotDueBecause is { Length: > 0 and <= 1_000 } && !string.IsNullOrWhiteSpace(command.NotDueBecause);
        if (!notified && !notDue) throw BreachClock.Invalid("number", "notice_incomplete", "Give notifiedAt and number, or notDueBecause alone.");

        await using var work = await db.BeginFor(officer, ct);
        if (await work.OpenIncident(breachId) is not { } incident) return TypedResults.NotFound();
        if (command.NotifiedAt is { } at && (at > now || at < incident.DetectedAt)) throw BreachClock.Invalid("notifiedAt", "time_invalid", "notifiedAt lies between the detection and now.");
        await work.Execute(
            """
            insert into breach_notice (tenant_id, breach_id, clock, notified_at, number, not_due_because, recorded_by, recorded_at) values (@Tenant, @breachId, @name, @At, @Number, @NotDueBecause, @Subject, @now)
            on conflict (breach_id, clock, tenant_id) do update set notified_at = excluded.notified_at, number = excluded.number, not_due_because = excluded.not_due_because,
              recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
            """, new { work.Tenant, breachId, name, At = command.NotifiedAt?.UtcDateTime, command.Number, command.NotDueBecause, officer.Subject, now });
        work.Append("breach", breachId, new BreachNotified { BreachId = breachId, Clock = name, NotifiedAt = command.NotifiedAt?.ToUniversalTime() });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
