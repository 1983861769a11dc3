using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>An office says how its reports are headed, signed and sent on: Nghị định 30/2020/NĐ-CP, appendix I.</summary>
public static class SetLetterhead
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/letterheads", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports").ProducesProblem(403).ProducesProblem(422);

    /// <param name="area">Code of the area whose office it is; without it the department.</param>
    public static async Task<NoContent> Handle(string? area, Letterhead letterhead, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        caller.MustWriteReports();
        var lines = letterhead.SignedAs.Concat(letterhead.Recipients).Concat([letterhead.Superior, letterhead.Office, letterhead.Symbol, letterhead.Place, letterhead.Signer, letterhead.Archive]).ToList();
        if (letterhead.SignedAs.Count is 0 or > 3 || letterhead.Recipients.Count > 30 || lines.Any(line => line?.Length > 200 || (line is not null && !Vietnamese.MayBeWritten(line))))
            throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", "A line has at most 200 characters, a signature 1 to 3 lines, a report at most 30 recipients.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (caller.OnlyOf() is { } organisation
            && !await work.Single<bool>("select exists (select from task_owner where tenant_id = @Tenant and organisation_id = @organisation and area = @area and area <> '')", new { work.Tenant, organisation, area }))
            throw new RuleBroken("area_not_yours", "Không thuộc địa bàn của đơn vị", "An area's office sets its own letterhead.", 403);
        await work.Execute(
            """
            insert into report_letterhead (tenant_id, area, body, set_by, set_at) values (@Tenant, @Area, @Body, @Subject, @Now)
            on conflict (tenant_id, area) do update set body = excluded.body, set_by = excluded.set_by, set_at = excluded.set_at
            """, new { work.Tenant, Area = area ?? "", Body = JsonSerializer.Serialize(letterhead, StrictJson.Options), caller.Subject, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }
}
