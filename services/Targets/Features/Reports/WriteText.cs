using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Writes what people say in one part of a report, while it is drafted or has come back.</summary>
public static class WriteText
{
    private const int Longest = 20_000;

    /// <param name="Text">Paragraphs, one a line; empty takes the text out.</param>
    public sealed record Command(string Text);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/{reportId:guid}/texts/{part}", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid reportId, string part, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        caller.MustWriteReports();
        if (command.Text.Length > Longest || !Vietnamese.MayBeWritten(command.Text))
            throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", $"A text has at most {Longest} characters and no control characters.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.ReportFor(caller, reportId) is not { } report || report.KindOf.Parts.All(one => one.Code != part)) return TypedResults.NotFound();
        report.MayBeWritten();
        var texts = ReportRows.Texts(report.Texts);
        if (string.IsNullOrWhiteSpace(command.Text)) texts.Remove(part);
        else texts[part] = command.Text.Trim().Normalize();
        await work.Keep(report with { Texts = JsonSerializer.Serialize(texts, StrictJson.Options) }, "written", caller, part, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.NoContent();
    }
}
