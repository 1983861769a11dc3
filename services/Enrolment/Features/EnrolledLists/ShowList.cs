using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.EnrolledLists;

/// <summary>The verdicts of a list, row by row: the institution's own, all of them for the province; filtered by verdict, in pages.</summary>
public static class ShowList
{
    /// <param name="Row">Row of the file that was sent.</param>
    /// <param name="Verdict">One of <see cref="EnrolledList.Verdicts"/>.</param>
    /// <param name="Detail">Codes and columns of what cannot be read; the row that is repeated.</param>
    /// <param name="LeadId">The institution's own lead.</param>
    /// <param name="PupilId">For the province only.</param>
    public sealed record Item(int Row, string Verdict, string? Detail, Guid? LeadId, Guid? PupilId);

    public sealed record Page(Guid ListId, Guid Institution, int SchoolYear, int Rows, int NotListed, DateTimeOffset SentAt, IReadOnlyList<Item> Items, int? Next);

    public sealed record Lists(IReadOnlyList<Sent> Items);

    public sealed record Sent(Guid ListId, Guid Institution, int SchoolYear, int Rows, int NotListed, DateTimeOffset SentAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        string[] roles = [Policies.Institution, Policies.Officer, Policies.Approver, Policies.Inspector];
        routes.MapGet("/v1/enrolled-lists", All).RequireAuthorization(policy => policy.RequireRole(roles)).WithTags("Enrolments");
        routes.MapGet("/v1/enrolled-lists/{listId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(roles)).WithTags("Enrolments").ProducesProblem(400).ProducesProblem(503);
    }

    public static async Task<Ok<Lists>> All(Person reader, Database db, CancellationToken ct, int schoolYear)
    {
        await using var work = await db.BeginFor(reader, ct);
        return TypedResults.Ok(new Lists(await work.Query<Sent>($"{Select} where tenant_id = @Tenant and school_year = @Year order by sent_at desc, list_id limit 500", new { work.Tenant, Year = schoolYear })));
    }

    public static async Task<Results<Ok<Page>, NotFound>> Handle(
        Guid listId, Person reader, Database db, TimeProvider clock, HttpContext http, CancellationToken ct, string? verdict = null, int after = 0, int limit = 500)
    {
        if (limit is < 1 or > 1_000) throw new RuleBroken("limit_invalid", "Tham số limit không hợp lệ", "limit is 1 to 1,000.", 400);
        if (verdict is not null && !EnrolledList.Verdicts.Contains(verdict)) throw new RuleBroken("value_invalid", "Giá trị không hợp lệ", $"verdict is one of: {string.Join(", ", EnrolledList.Verdicts)}.", 400);
        http.Response.Headers.CacheControl = "no-store";

        await using var work = await db.BeginFor(reader, ct);
        var sent = await work.Single<Sent>($"{Select} where tenant_id = @Tenant and list_id = @List", new { work.Tenant, List = listId });
        if (sent is null) return TypedResults.NotFound();
        var items = await work.Query<Item>(
            """
            select row_no as row, verdict, detail, lead_id, pupil_id from enrolled_list_row
            where tenant_id = @Tenant and list_id = @List and row_no > @After and (@Verdict::varchar is null or verdict = @Verdict) order by row_no limit @Limit
            """, new { work.Tenant, List = listId, After = after, Verdict = verdict, Limit = limit });
        await work.Journal(reader, DataScope.VocationalGuidance, "GET /v1/enrolled-lists/{listId}", [.. items.Where(item => item.PupilId is not null).Select(item => item.PupilId!.Value).Distinct()], "enrolled", clock.GetUtcNow());
        await work.Commit();
        if (reader.Is(Policies.Institution)) items = [.. items.Select(item => item with { PupilId = null })];
        return TypedResults.Ok(new Page(sent.ListId, sent.Institution, sent.SchoolYear, sent.Rows, sent.NotListed, sent.SentAt, items, items.Count < limit ? null : items[^1].Row));
    }

    private const string Select = "select list_id, institution_id as institution, school_year, rows, not_listed, sent_at from enrolled_list";
}
