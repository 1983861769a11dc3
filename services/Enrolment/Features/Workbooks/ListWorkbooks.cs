using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>An institution's workbooks that are still taken back, the newest first, so that a file can be returned days after it was fetched.</summary>
public static class ListWorkbooks
{
    /// <param name="Leads">How many leads it was made of.</param>
    /// <param name="PasswordTold">The password was told; it is told once.</param>
    [method: Dapper.ExplicitConstructor]
    public sealed record Item(Guid WorkbookId, int Leads, DateTimeOffset MadeAt, DateTimeOffset FileUntil, DateTimeOffset ReturnsUntil, bool PasswordTold);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/workbooks", Handle).RequireAuthorization(Policies.Institution).WithTags("Workbooks");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person caller, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        return TypedResults.Ok(await work.Query<Item>(
            """
            select w.workbook_id, (select count(*) from workbook_row r where r.tenant_id = w.tenant_id and r.workbook_id = w.workbook_id)::int as leads, w.made_at, w.file_until, w.returns_until, w.told_at is not null as password_told
            from workbook w where w.tenant_id = @Tenant and w.institution_id = @Institution and w.returns_until > @Now order by w.made_at desc, w.workbook_id limit 20
            """, new { work.Tenant, Institution = caller.OwnOrganisation, Now = clock.GetUtcNow() }));
    }
}
