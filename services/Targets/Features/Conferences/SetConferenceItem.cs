using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Conferences;

/// <summary>The department notes how an item of the conference stands, by when it is due, who does it, and of invitees how many. Every step stays on record.</summary>
public static class SetConferenceItem
{
    /// <param name="State">One of the item's kind.</param>
    /// <param name="Due">A day of its own, not after the conference; null leaves the plan's.</param>
    /// <param name="Responsible">An office or person.</param>
    /// <param name="Note">Why it goes back or is declined.</param>
    /// <param name="Invited">Of invitees: how many were invited, have confirmed, were there.</param>
    public sealed record Command(string State, DateOnly? Due = null, string? Responsible = null, string? Note = null, int? Invited = null, int? Confirmed = null, int? Attended = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/conferences/{plan}/items/{item}", Handle).RequireAuthorization(Policies.Officer).WithTags("Conferences").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Ok<ShowConference.Item>, NotFound>> Handle(
        string plan, string item, Command command, Person officer, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (plans.WithConference(officer.Tenant, plan) is not { } found) return TypedResults.NotFound();
        if (command.Responsible?.Length > 200 || command.Note?.Length > 2_000) throw new RuleBroken("text_too_long", "Nội dung quá dài", "An office has at most 200 characters, a note 2,000.", 422);
        if (new[] { command.Invited, command.Confirmed, command.Attended }.Any(number => number is < 0 or > 100_000)) throw new RuleBroken("value_invalid", "Số người không hợp lệ", "Numbers of people are 0 to 100,000.", 422);
        if (command.Due > ConferenceItem.LastDay(found)) throw new RuleBroken("due_after_conference", "Hạn sau hội nghị", "What the conference needs is due before it ends.", 422);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('conference:' || @Tenant || @plan, 0))", new { work.Tenant, plan });
        if ((await work.Conference(found)).FirstOrDefault(one => one.Code == item) is not { } standing) return TypedResults.NotFound();
        if (standing.Kind != "invitees" && (command.Invited ?? command.Confirmed ?? command.Attended) is not null)
            throw new RuleBroken("value_unexpected", "Mục này không có số người", "Only invitees have numbers of people.", 422);
        var now = clock.GetUtcNow();
        var changed = standing.To(command.State, command.Note) with
        {
            Due = command.Due ?? standing.Due,
            Responsible = command.Responsible?.Trim() ?? standing.Responsible,
            Invited = command.Invited ?? standing.Invited,
            Confirmed = command.Confirmed ?? standing.Confirmed,
            Attended = command.Attended ?? standing.Attended,
            Version = standing.Version + 1,
        };
        if (changed.Confirmed > changed.Invited) throw new RuleBroken("value_invalid", "Số xác nhận lớn hơn số mời", "No more can confirm than were invited.", 422);
        await work.Execute(
            """
            insert into conference_item as kept (tenant_id, plan_id, item, state, due, responsible, invited, confirmed, attended, changed_at)
            values (@Tenant, @plan, @item, @State, @Due, @Responsible, @Invited, @Confirmed, @Attended, @now)
            on conflict (tenant_id, plan_id, item) do update set state = excluded.state, due = coalesce(excluded.due, kept.due), responsible = excluded.responsible, invited = excluded.invited,
              confirmed = excluded.confirmed, attended = excluded.attended, changed_at = excluded.changed_at, version = kept.version + 1
            """, new { work.Tenant, plan, item, changed.State, command.Due, changed.Responsible, changed.Invited, changed.Confirmed, changed.Attended, now });
        await work.Execute(
            "insert into conference_act (tenant_id, act_id, plan_id, item, at, state, by, note) values (@Tenant, @Id, @plan, @item, @now, @State, @Subject, @Note)",
            new { work.Tenant, Id = Guid.CreateVersion7(now), plan, item, now, changed.State, officer.Subject, Note = command.Note?.Trim() });
        await work.Commit();
        return TypedResults.Ok(ShowConference.Shown(changed, clock.Today()));
    }
}
