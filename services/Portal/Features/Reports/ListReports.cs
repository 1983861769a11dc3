using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Reports;

/// <summary>The reports of a year: which are drafted, submitted, accepted, and until when; another one is begun here.</summary>
public static class ListReports
{
    public static readonly string[] Roles = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader, Policies.AreaOffice];
    public static readonly string[] Writers = [Policies.Officer, Policies.Approver, Policies.AreaOffice];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/reports", (HttpContext http, Api api, TimeProvider clock, CancellationToken ct, int? year = null) => Page(year, null, http, api, clock, ct)).RequireAuthorization(policy => policy.RequireRole(Roles));
        routes.MapPost("/portal/reports", Begin).RequireAuthorization(policy => policy.RequireRole(Writers));
    }

    public static async Task<IResult> Begin(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var year = SeasonYear.Known(form.Number("year")) ?? clock.Today().Year;
        // What was chosen: a kind, and with it the half, the quarter or the first year.
        var (kind, part) = form["kind"].ToString().Split('|') is [var code, var number] ? (code, number) : ("", "");
        string?[] query = [$"year={year}", part.Length == 0 ? null : $"part={Uri.EscapeDataString(part)}", Given("from"), Given("area")];
        var answer = await api.Put<Drafted>($"http://targets/v1/reports/{Uri.EscapeDataString(kind)}?{string.Join('&', query.OfType<string>())}", null, ct);
        return answer.Value is { } drafted ? Pages.GoTo($"/portal/reports/{drafted.ReportId}") : await Page(year, answer.Problem, http, api, clock, ct);

        string? Given(string field) => form.Given(field) is { } value ? $"{field}={Uri.EscapeDataString(value)}" : null;
    }

    private static async Task<IResult> Page(int? year, Problem? refused, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var of = SeasonYear.Known(year) ?? clock.Today().Year;
        var reports = api.Get<IReadOnlyList<Item>>($"http://targets/v1/reports?year={of}", ct);
        var kinds = api.Get<IReadOnlyList<Kind>>("http://targets/v1/reports/kinds", ct);
        return Pages.Of<ReportsPage>(new View(of, clock.Today(), await reports, await kinds, Writers.Any(http.User.IsInRole), http.User.IsInRole(Policies.Officer), refused, Conference.ShowConference.Readers.Any(http.User.IsInRole)), refused?.Status ?? 200);
    }

    /// <summary>Tone of a report's state.</summary>
    public static string? ToneOf(string state) => state switch { "accepted" or "approved" => "good", "submitted" or "returned" => "warn", _ => null };

    public sealed record View(int Year, DateOnly Today, Answer<IReadOnlyList<Item>> Reports, Answer<IReadOnlyList<Kind>> Kinds, bool MayWrite, bool OfProvince, Problem? Refused, bool SeesConference);

    public sealed record Item(Guid ReportId, string Kind, string Period, string? Area, string State, int Version, DateOnly? Due, DateOnly? LastDay, DateTimeOffset? SubmittedAt);

    public sealed record Kind(string Code, string Level, string Period, ShowDashboard.Said Title, IReadOnlyList<Part> Parts)
    {
        /// <summary>Without its places for time and area.</summary>
        public string Name => string.Join(' ', Title.Text.Replace("trên địa bàn {area}", "", StringComparison.Ordinal).Replace("{period}", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <param name="Source">`text`, or what the system knows.</param>
    public sealed record Part(string Code, string Source, string Heading);

    private sealed record Drafted(Guid ReportId);
}
