using System.Globalization;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>The province accepts an area's report, the approver approves the province's: number and date are given, figures and texts are frozen and never change again.</summary>
/// <remarks>Never the person who submitted it.</remarks>
public static class ApproveReport
{
    /// <param name="Number">Before the symbol: 12.</param>
    /// <param name="IssuedOn">Date on the paper; today where it is not given.</param>
    public sealed record Command(int Number, DateOnly? IssuedOn = null);

    public sealed record Answer(string State, int Version, string Sha256);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/reports/{reportId:guid}/approval", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Reports")
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid reportId, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (command.Number is < 1 or > 99_999 || command.IssuedOn > clock.Today()) throw new RuleBroken("number_invalid", "Số hoặc ngày không hợp lệ", "A number is 1 to 99,999, and the date is not in the future.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.ReportFor(caller, reportId) is not { } report) return TypedResults.NotFound();
        if (report.Area.Length == 0 && !caller.Is(Policies.Approver))
            throw new RuleBroken("forbidden", "Không có quyền thực hiện", "The report of the province is approved by an approver.", 403);
        var frozen = report.Freeze(caller.Subject);
        var fixedAs = (await work.Single<Fixed>("select figures, sha256 from report where tenant_id = @Tenant and report_id = @reportId", new { work.Tenant, reportId }))!;
        if (!ReportFigures.Hash(fixedAs.Figures, report.Texts).AsSpan().SequenceEqual(fixedAs.Sha256))
            throw new RuleBroken("hash_mismatch", "Nội dung không khớp với bản đã trình", "Figures or texts are not those that were submitted.");
        var now = clock.GetUtcNow();
        await work.Execute(
            """
            insert into report_frozen (tenant_id, report_id, version, figures, texts, letterhead, number, issued_on, sha256, frozen_by, frozen_at)
            values (@Tenant, @reportId, @Version, @Figures, @Texts, @Letterhead, @Number, @IssuedOn, @Sha256, @Subject, @now)
            """,
            new
            {
                work.Tenant,
                reportId,
                report.Version,
                fixedAs.Figures,
                report.Texts,
                report.Letterhead,
                Number = command.Number.ToString(CultureInfo.InvariantCulture),
                IssuedOn = command.IssuedOn ?? clock.Today(),
                fixedAs.Sha256,
                caller.Subject,
                now,
            });
        await work.FreezeItems(report, caller, now);
        await work.Keep(frozen, frozen.State, caller, null, now);
        await work.Commit();
        return TypedResults.Ok(new Answer(frozen.State, frozen.Version, Convert.ToHexStringLower(fixedAs.Sha256)));
    }

    private sealed record Fixed(string Figures, byte[] Sha256);
}
