using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Who is late: what is overdue, and what was handed in after its last day; by holder, those with the longest delay first.</summary>
public static class ListLate
{
    /// <param name="Overdue">Tasks nobody has handed in.</param>
    /// <param name="SubmittedLate">Tasks handed in after their last day.</param>
    /// <param name="MostDays">Days of the longest delay.</param>
    public sealed record Holder(string Owner, Text? OwnerTitle, string? Area, string? AreaName, int Overdue, int SubmittedLate, int MostDays);

    public sealed record Answer(int Year, DateOnly Today, IReadOnlyList<Holder> Holders, IReadOnlyList<ListTasks.Item> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tasks/late", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks");

    public static async Task<Ok<Answer>> Handle(int? year, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var today = clock.Today();
        await using var work = await database.Begin(caller.Tenant, ct);
        return TypedResults.Ok(await Read(work, caller.OnlyOf(), year ?? today.Year, today));
    }

    internal static async Task<Answer> Read(Work work, Guid? organisation, int year, DateOnly today)
    {
        var tasks = await ListTasks.Read(work, organisation, year, today, "and t.dropped_at is null and t.last_day < coalesce(t.submitted_on, @Today)", int.MaxValue, new { Today = today });
        var late = tasks.Where(task => task.DaysLate > 0 && task.State != TaskState.Waiting).OrderByDescending(task => task.DaysLate).ThenBy(task => task.Code, StringComparer.Ordinal).ToList();
        return new Answer(year, today,
            [.. late.GroupBy(task => (task.Owner, task.Area)).Select(of => new Holder(
                of.Key.Owner, of.First().OwnerTitle, of.Key.Area, of.First().AreaName, of.Count(task => task.State == TaskState.Overdue), of.Count(task => task.State != TaskState.Overdue),
                of.Max(task => task.DaysLate)))
                .OrderByDescending(holder => holder.MostDays).ThenByDescending(holder => holder.Overdue).ThenBy(holder => holder.Owner, StringComparer.Ordinal).ThenBy(holder => holder.Area, StringComparer.Ordinal)],
            late);
    }
}
