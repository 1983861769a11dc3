using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Contacts;

/// <summary>Pupils whose number proved wrong: a school sees its own, the department all; ids only, the pupil is read by `GET /v1/pupils/{id}`.</summary>
public static class ListContactTasks
{
    public sealed record Item(Guid TaskId, Guid PupilId, Guid School, int SchoolYear, DateTimeOffset RaisedAt);

    public sealed record Page(IReadOnlyList<Item> Items, long Open, Guid? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/contact-tasks", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School));

    public static async Task<Ok<Page>> Handle(Person person, Database db, CancellationToken ct, Guid? after = null, int limit = 100)
    {
        if (limit is < 1 or > 500) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 500.", 400);
        await using var work = await db.Begin(person.Tenant, ct);
        var args = new { work.Tenant, School = person.Is(Policies.Officer) ? null : (Guid?)person.OwnOrganisation, After = after ?? Guid.Empty, Limit = limit };
        var items = await work.Query<Item>(
            """
            select task_id, pupil_id, school_id as school, school_year, raised_at from contact_task
            where tenant_id = @Tenant and closed_at is null and (@School::uuid is null or school_id = @School) and task_id > @After order by task_id limit @Limit
            """, args);
        return TypedResults.Ok(new Page(items,
            await work.Single<long>("select count(*) from contact_task where tenant_id = @Tenant and closed_at is null and (@School::uuid is null or school_id = @School)", args),
            items.Count < limit ? null : items[^1].TaskId));
    }
}
