using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>One report: how it stands, its figures (live until it is submitted, then fixed), its texts, every act, every frozen version, and what was restated.</summary>
public static class ShowReport
{
    /// <param name="Due">As the plan says it; null where it says none.</param>
    /// <param name="LastDay">The last day in time.</param>
    /// <param name="Sha256">Over the fixed figures and texts; null while they are live.</param>
    public sealed record Answer(
        Guid ReportId, string Kind, string Period, string? Area, string State, int Version, DateOnly? Due, DateOnly? LastDay, ReportFigures Figures, string? Sha256,
        IReadOnlyDictionary<string, string> Texts, Letterhead Letterhead, IReadOnlyList<Act> Acts, IReadOnlyList<Frozen> FrozenVersions, IReadOnlyList<Restatement> Restatements);

    public sealed record Act(DateTimeOffset At, int Version, string Name, string By, string? Note);

    /// <param name="Freezes">Its indicators, year by year: `GET /v1/indicators/freezes/{id}`.</param>
    public sealed record Frozen(int Version, string Number, DateOnly IssuedOn, string Sha256, string FrozenBy, DateTimeOffset FrozenAt, IReadOnlyList<Guid> Freezes);

    public sealed record Restatement(DateTimeOffset At, int Version, string By, string Reason, IReadOnlyList<ReportFigures.Difference> Differences);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/reports/{reportId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(ReportRows.Roles)).WithTags("Reports").ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid reportId, Person caller, PlanRegistry plans, CollectFigures collect, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await work.ReportFor(caller, reportId, change: false) is not { } report) return TypedResults.NotFound();
        var args = new { work.Tenant, reportId };
        var kept = await work.Single<(string? Figures, string? Hash)>("select figures, encode(sha256, 'hex') from report where tenant_id = @Tenant and report_id = @reportId", args);
        var acts = await work.Query<Act>("select at, version, act as name, by, note from report_act where tenant_id = @Tenant and report_id = @reportId order by place", args);
        var frozen = await work.Query<FrozenRow>(
            """
            select version, number, issued_on, encode(sha256, 'hex') as sha256, frozen_by, frozen_at,
              array(select x.freeze_id from report_freeze x where x.tenant_id = f.tenant_id and x.report_id = f.report_id and x.version = f.version order by x.year) as freezes
            from report_frozen f where tenant_id = @Tenant and report_id = @reportId order by version
            """, args);
        var restated = await work.Query<(DateTimeOffset At, int Version, string By, string Reason, string Differences)>(
            "select at, version, by, reason, differences from report_restatement where tenant_id = @Tenant and report_id = @reportId order by at", args);
        var figures = kept.Figures is { } json ? ReportFigures.Read(json) : await collect.For(report, caller, ct);
        var due = plans.InForce(caller.Tenant, report.Year) is { } plan ? report.KindOf.DueIn(plan, report.Period) : null;
        return TypedResults.Ok(new Answer(
            report.ReportId, report.Kind, report.Period.Name, report.Area.Length == 0 ? null : report.Area, report.State, report.Version, due?.Due, due?.LastDay ?? due?.Until, figures, kept.Hash,
            ReportRows.Texts(report.Texts), await work.LetterheadOf(report), acts,
            [.. frozen.Select(row => new Frozen(row.Version, row.Number, row.IssuedOn, row.Sha256, row.FrozenBy, row.FrozenAt, row.Freezes))],
            [.. restated.Select(row => new Restatement(row.At, row.Version, row.By, row.Reason, JsonSerializer.Deserialize<List<ReportFigures.Difference>>(row.Differences, StrictJson.Options)!))]));
    }

    private sealed record FrozenRow
    {
        public int Version { get; init; }
        public required string Number { get; init; }
        public DateOnly IssuedOn { get; init; }
        public required string Sha256 { get; init; }
        public required string FrozenBy { get; init; }
        public DateTimeOffset FrozenAt { get; init; }
        public required Guid[] Freezes { get; init; }
    }
}
