using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Conferences;

/// <summary>Reads a conference's preparation within a unit of work.</summary>
internal static class ConferenceRows
{
    internal sealed record Held(DateOnly HeldOn, int Sessions, int Attended, DateTimeOffset NotedAt);

    private sealed record Row(string Item, string State, DateOnly? Due, string? Responsible, int? Invited, int? Confirmed, int? Attended, int Version);

    /// <summary>A plan with a conference, that counts in this province.</summary>
    internal static Plan? WithConference(this PlanRegistry plans, string province, string id) =>
        plans.Find(id) is { Conference: not null } plan && (plan.Province is null || plan.Province == province) ? plan : null;

    internal static async Task<IReadOnlyList<ConferenceItem>> Conference(this Work work, Plan plan)
    {
        var report = await work.Single<string>(
            "select state from report where tenant_id = @Tenant and kind = 'review' and year between @From and @To order by year desc, from_year limit 1", new { work.Tenant, plan.Period.From, plan.Period.To });
        var done = (await work.Query<Row>("select item, state, due, responsible, invited, confirmed, attended, version from conference_item where tenant_id = @Tenant and plan_id = @Id", new { work.Tenant, plan.Id }))
            .ToDictionary(row => row.Item);
        return [.. ConferenceItem.Of(plan, report).Select(item => done.TryGetValue(item.Code, out var row) ? item with
        {
            State = item.Kind == "report" ? item.State : row.State,
            Due = row.Due ?? item.Due,
            Responsible = row.Responsible,
            Invited = row.Invited,
            Confirmed = row.Confirmed,
            Attended = row.Attended,
            Version = row.Version,
        } : item)];
    }

    internal static Task<Held?> ConferenceHeld(this Work work, string plan) =>
        work.Single<Held>("select held_on, sessions, attended, noted_at from conference_held where tenant_id = @Tenant and plan_id = @plan", new { work.Tenant, plan });
}
