using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Gives a report out as DOCX, XLSX or PDF: a draft with the figures of today, a frozen version exactly as it was approved.</summary>
public static class ReadReportDocument
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/reports/{reportId:guid}/document", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports")
        .Produces<byte[]>(contentType: EvidenceFile.Docx).ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    /// <param name="format">`docx`, `xlsx` or `pdf`.</param>
    /// <param name="version">A frozen version; without it the report as it stands.</param>
    public static async Task<Results<FileContentHttpResult, NotFound>> Handle(
        Guid reportId, string format, int? version, Person caller, HttpResponse response, PlanRegistry plans, CollectFigures collect, PdfPrinter printer, Database database, CancellationToken ct)
    {
        if (format is not ("docx" or "xlsx" or "pdf")) throw Indicators.Question.Unknown("format");
        Report report;
        ReportPaper paper;
        ReportFigures figures;
        await using (var work = await database.Begin(caller.Tenant, ct))
        {
            if (await work.ReportFor(caller, reportId, change: false) is not { } found) return TypedResults.NotFound();
            report = found;
            var wanted = version ?? (report.IsFrozen ? report.Version : null);
            var frozen = wanted is null ? null : await work.Single<Frozen>(
                "select figures, texts, letterhead, number, issued_on from report_frozen where tenant_id = @Tenant and report_id = @reportId and version = @wanted", new { work.Tenant, reportId, wanted });
            if (wanted is not null && frozen is null) return TypedResults.NotFound();
            var fixedAs = frozen?.Figures ?? await work.Single<string>("select figures from report where tenant_id = @Tenant and report_id = @reportId", new { work.Tenant, reportId });
            figures = fixedAs is { } json ? ReportFigures.Read(json) : await collect.For(report, caller, ct);
            var letterhead = frozen is null ? await work.LetterheadOf(report) : JsonSerializer.Deserialize<Letterhead>(frozen.Letterhead, StrictJson.Options)!;
            var plan = figures.Plan is { } named ? plans.Find(named.Id) : null;
            paper = ReportPaper.Of(report, figures, ReportRows.Texts(frozen?.Texts ?? report.Texts), letterhead, plan, frozen?.Number, frozen?.IssuedOn);
        }
        response.Headers.XContentTypeOptions = "nosniff";
        var name = $"bao-cao-{report.Kind.Replace('_', '-')}-{report.Period.Name.Replace('–', '-')}{(report.Area.Length == 0 ? "" : $"-{report.Area}")}.{format}";
        return format switch
        {
            "xlsx" => TypedResults.File(ReportWorkbook.Write(paper, figures), ReportWorkbook.ContentType, name),
            "pdf" => TypedResults.File(await printer.Print(WordDocument.Write(paper), ct), "application/pdf", name),
            _ => TypedResults.File(WordDocument.Write(paper), EvidenceFile.Docx, name),
        };
    }

    private sealed record Frozen(string Figures, string Texts, string Letterhead, string Number, DateOnly IssuedOn);
}
