using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Indicators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Says that figures of a frozen report have changed since, and why: both numbers stand side by side, the report stays as it was. Its frozen indicators are restated with it.</summary>
public static class RestateReport
{
    /// <param name="Reason">In words.</param>
    /// <param name="Code">As figures are restated: `late_fact` and so on, see <see cref="RestateFigures.Reasons"/>.</param>
    public sealed record Command(string Reason, string Code = "late_fact");

    public sealed record Answer(IReadOnlyList<ReportFigures.Difference> Differences);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/{reportId:guid}/restatements/{restatementId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Reports")
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid reportId, Guid restatementId, Command command, Person caller, PlanRegistry plans, CollectFigures collect, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > 2_000) throw new RuleBroken("reason_required", "Cần nêu lý do", "Say why, in at most 2,000 characters.", 422);
        if (!RestateFigures.Reasons.Contains(command.Code)) throw new RuleBroken("reason_unknown", "Lý do điều chỉnh không hợp lệ", $"The reason is one of {string.Join(", ", RestateFigures.Reasons)}.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.ReportFor(caller, reportId) is not { } report) return TypedResults.NotFound();
        if (!report.IsFrozen) throw new RuleBroken("not_frozen", "Báo cáo chưa chốt số liệu", "Only a report that was accepted or approved is restated.");
        var frozen = await work.Single<string>("select figures from report_frozen where tenant_id = @Tenant and report_id = @reportId and version = @Version", new { work.Tenant, reportId, report.Version });
        var differences = ReportFigures.Read(frozen!).Against(await collect.For(report, caller, ct));
        if (differences.Count == 0) throw new RuleBroken("nothing_changed", "Số liệu không thay đổi", "No figure differs from the frozen one.");
        await work.Execute(
            """
            insert into report_restatement (tenant_id, restatement_id, report_id, version, at, by, reason, differences) values (@Tenant, @restatementId, @reportId, @Version, @Now, @Subject, @Reason, @Differences)
            on conflict do nothing
            """,
            new { work.Tenant, restatementId, reportId, report.Version, Now = clock.GetUtcNow(), caller.Subject, Reason = command.Reason.Trim(), Differences = JsonSerializer.Serialize(differences, StrictJson.Options) });
        foreach (var freeze in await work.Query<Guid>("select freeze_id from report_freeze where tenant_id = @Tenant and report_id = @reportId and version = @Version order by year", new { work.Tenant, reportId, report.Version }))
            await RestateFigures.All(work, freeze, command.Code, command.Reason.Trim(), caller, plans, clock);
        await work.Commit();
        return TypedResults.Ok(new Answer(differences));
    }
}
