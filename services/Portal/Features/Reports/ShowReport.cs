using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Reports;

/// <summary>One report: its figures, what people write to it, its way from draft to the frozen version, and its document as DOCX, XLSX or PDF.</summary>
public static class ShowReport
{
    private static readonly string[] Judges = [Policies.Officer, Policies.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/reports/{reportId:guid}", (Guid reportId, HttpContext http, Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(reportId, done is not null, null, http, api, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(ListReports.Roles));
        routes.MapPost("/portal/reports/{reportId:guid}", Act).RequireAuthorization(policy => policy.RequireRole(ListReports.Writers));
        routes.MapGet("/portal/reports/{reportId:guid}/document", Document).RequireAuthorization(policy => policy.RequireRole(ListReports.Roles));
    }

    public static async Task<IResult> Act(Guid reportId, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var report = $"http://targets/v1/reports/{reportId}";
        var reason = form.Text("reason");
        var answer = form["act"].ToString() switch
        {
            "text" => await api.Put<Api.Nothing>($"{report}/texts/{Uri.EscapeDataString(form["part"].ToString())}", new { text = form["text"].ToString().ReplaceLineEndings("\n") }, ct),
            "submission" => await api.Put<Api.Nothing>($"{report}/submission", null, ct),
            "approval" => await api.Put<Api.Nothing>($"{report}/approval", new
            {
                number = form.Number("number") ?? 0,
                issuedOn = form.Day("issuedOn"),
            }, ct),
            "return" => await api.Put<Api.Nothing>($"{report}/return", new { reason }, ct),
            "restatement" => await api.Put<Api.Nothing>($"{report}/restatements/{Uri.EscapeDataString(form["key"].ToString())}", new { reason }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(reportId, false, problem, http, api, clock, ct) : Pages.GoTo($"/portal/reports/{reportId}?done=1");
    }

    public static Task<IResult> Document(Guid reportId, HttpContext http, Api api, CancellationToken ct, string? format = null, int? version = null) =>
        Files.HandOn($"http://targets/v1/reports/{reportId}/document?format={Uri.EscapeDataString(format ?? "docx")}{(version is { } of ? $"&version={of}" : "")}", http, api, ct);

    private static async Task<IResult> Page(Guid reportId, bool done, Problem? refused, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var report = api.Get<Report>($"http://targets/v1/reports/{reportId}", ct);
        var kinds = api.Get<IReadOnlyList<ListReports.Kind>>("http://targets/v1/reports/kinds", ct);
        var shown = (await report).MustBeThere();
        var kind = (await kinds).Value?.FirstOrDefault(one => one.Code == shown.Kind);
        var user = http.User;
        return Pages.Of<ReportPage>(new View(shown, kind, clock.Today(), ListReports.Writers.Any(user.IsInRole), shown.Area is null ? user.IsInRole(Policies.Approver) : Judges.Any(user.IsInRole), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(Report Report, ListReports.Kind? Kind, DateOnly Today, bool MayWrite, bool MayJudge, bool Done, Problem? Refused)
    {
        public bool Drafted => Report.State is "draft" or "returned";
        public bool Frozen => Report.State is "accepted" or "approved";
    }

    public sealed record Report(
        Guid ReportId, string Kind, string Period, string? Area, string State, int Version, DateOnly? Due, DateOnly? LastDay, Figures Figures, string? Sha256, IReadOnlyDictionary<string, string> Texts,
        IReadOnlyList<Done> Acts, IReadOnlyList<FrozenVersion> FrozenVersions, IReadOnlyList<Restatement> Restatements);

    public sealed record Figures(DateOnly AsOf, IReadOnlyList<Line> Indicators, TaskCounts Tasks, IReadOnlyList<AreaReport> AreaReports);

    public sealed record Line(int Year, string TitleVi, string? Maturity, long? N, long? D, decimal? Share, decimal? Upper, decimal? Low, string? Unit, string State);

    public sealed record TaskCounts(int All, int Accepted, int Overdue);

    public sealed record AreaReport(string Area, string? Name, string State);

    public sealed record Done(DateTimeOffset At, int Version, string Name, string? Note);

    public sealed record FrozenVersion(int Version, string Number, DateOnly IssuedOn, string Sha256, DateTimeOffset FrozenAt);

    public sealed record Restatement(DateTimeOffset At, int Version, string Reason, IReadOnlyList<Difference> Differences);

    public sealed record Difference(string Number, string TitleVi, long? Frozen, long? Now);
}
