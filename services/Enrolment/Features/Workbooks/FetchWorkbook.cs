using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>An institution fetches its workbook: made at this moment, so that what was withdrawn since is not in it; journaled, watermarked, encrypted.</summary>
public static class FetchWorkbook
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/workbooks/{workbookId:guid}/file", Handle).RequireAuthorization(Policies.Institution).WithTags("Workbooks")
        .Produces(200, contentType: WorkbookFile.ContentType).ProducesProblem(403).ProducesProblem(410).ProducesProblem(429).ProducesProblem(503);

    public static async Task<Results<FileContentHttpResult, NotFound>> Handle(
        Guid workbookId, Person reader, LeadDetails details, Database db, SecretSeal seal, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(reader, ct);
        var workbook = await work.Workbook(reader.OwnOrganisation, workbookId);
        if (workbook is null) return TypedResults.NotFound();
        if (now >= workbook.FileUntil) throw Workbooks.Expired("The file could be fetched for a day. Make a new workbook.");

        var rows = await work.Query<(string Token, Guid Lead)>(
            "select token, lead_id from workbook_row where tenant_id = @Tenant and workbook_id = @WorkbookId order by lead_id, token", new { work.Tenant, workbook.WorkbookId });
        var access = Guid.CreateVersion7(now);
        var found = await details.Read(work, reader, workbook.Purpose, [.. rows.Select(row => row.Lead)], "GET /v1/workbooks/{workbookId}/file", ct, access);
        var shown = rows.Select(row => (row.Token, Lead: found.GetValueOrDefault(row.Lead)?.Detail)).Where(row => row.Lead is not null).Select(row => (row.Token, row.Lead!)).ToList();
        if (shown.Count == 0) throw found.Values.Select(lead => lead.Refusal).FirstOrDefault(refusal => refusal is not null) ?? Workbooks.Expired("None of its leads can be read any more.");

        var (name, code) = await work.Single<(string, string)>("select name, code from institution where tenant_id = @Tenant and institution_id = @Institution", new { work.Tenant, Institution = reader.OwnOrganisation });
        var programmes = await work.Query<(string Code, string Name)>(
            "select distinct training_code, name from programme where tenant_id = @Tenant and institution_id = @Institution order by 1", new { work.Tenant, Institution = reader.OwnOrganisation });
        var file = WorkbookFile.Write(
            shown, programmes, [$"Cấp cho: {name} ({code})", $"Người tải: {reader.Subject} · {VietnamTime.Local(now):dd/MM/yyyy HH:mm:ss} · Mã truy cập: {access}",
                $"Chỉ dùng để tư vấn hướng nghiệp (mục đích: {workbook.Purpose}). Nhận lại đến {VietnamTime.Local(workbook.ReturnsUntil):dd/MM/yyyy HH:mm}. Xoá tệp này khi dùng xong."],
            seal.Open("workbook", workbookId, workbook.SealedPassword));
        await work.Commit();
        return TypedResults.File(file, WorkbookFile.ContentType, "ho-so.xlsx");
    }
}
