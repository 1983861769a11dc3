using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Conferences;

/// <summary>How far the preparation of a plan's conference is: every item with its state, and who is late with what, the longest first.</summary>
public static class ShowConference
{
    public sealed record Item(
        string Code, string Kind, Text Title, Text? Topic, IReadOnlyList<string> Owners, string? Responsible, string Clause, DateOnly Due, string State, bool Ready, int DaysLate,
        int? Invited, int? Confirmed, int? Attended, int Version);

    /// <param name="HeldOn">Null while it was not held.</param>
    /// <param name="Awarded">Nominations that were judged worthy, of the plan's years.</param>
    public sealed record Answer(
        string Plan, Text Title, string? Place, DateOnly LastDay, DateOnly? HeldOn, int? Sessions, int? Attended, int Ready, int Awarded, IReadOnlyList<Item> Items, IReadOnlyList<Item> Late);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/conferences/{plan}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader)).WithTags("Conferences")
        .ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(string plan, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (plans.WithConference(caller.Tenant, plan) is not { Conference: { } conference } found) return TypedResults.NotFound();
        await using var work = await database.Begin(caller.Tenant, ct);
        var today = clock.Today();
        var items = (await work.Conference(found)).Select(item => Shown(item, today)).ToList();
        var held = await work.ConferenceHeld(plan);
        var awarded = await work.Single<int>(
            "select count(*)::int from award_nomination where tenant_id = @Tenant and state = 'awarded' and year between @From and @To", new { work.Tenant, found.Period.From, found.Period.To });
        return TypedResults.Ok(new Answer(
            plan, conference.Title, conference.Place, ConferenceItem.LastDay(found), held?.HeldOn, held?.Sessions, held?.Attended, items.Count(item => item.Ready), awarded, items,
            [.. items.Where(item => item.DaysLate > 0).OrderByDescending(item => item.DaysLate).ThenBy(item => item.Code, StringComparer.Ordinal)]));
    }

    internal static Item Shown(ConferenceItem item, DateOnly today) => new(
        item.Code, item.Kind, item.Title, item.Topic, item.Owners, item.Responsible, item.Clause, item.Due, item.State, item.Ready, item.DaysLate(today), item.Invited, item.Confirmed, item.Attended, item.Version);
}
