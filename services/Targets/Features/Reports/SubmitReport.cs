using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Submits a report: an area to the province, the department to its approver. Its figures are fixed with a hash, so that what is judged is what was submitted.</summary>
public static class SubmitReport
{
    /// <param name="Sha256">Over figures and texts, in hexadecimal.</param>
    public sealed record Answer(string State, string Sha256);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/{reportId:guid}/submission", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid reportId, Person caller, CollectFigures collect, Database database, TimeProvider clock, CancellationToken ct)
    {
        caller.MustWriteReports();
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.ReportFor(caller, reportId) is not { } report) return TypedResults.NotFound();
        var submitted = report.Submit(caller.Subject, clock.GetUtcNow());
        var (collected, counted) = await collect.Collect(report, caller, ct);
        var figures = collected.ToJson();
        var hash = ReportFigures.Hash(figures, report.Texts);
        var letterhead = JsonSerializer.Serialize(await work.LetterheadOf(report), StrictJson.Options);
        await work.Keep(submitted with { Letterhead = letterhead }, "submitted", caller, null, clock.GetUtcNow(), (figures, hash));
        await work.KeepItems(report, counted);
        await work.Commit();
        return TypedResults.Ok(new Answer(submitted.State, Convert.ToHexStringLower(hash)));
    }
}
