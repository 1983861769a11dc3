using System.Text;
using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>The figures of the dashboard as a file that a spreadsheet opens: the counts first, then the rates, bounds and marks.</summary>
public static class ExportDashboard
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard.csv", Handle).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? maturity = null)
    {
        var filter = ShowDashboard.Filter.Of(clock, year, maturity, null);
        var answer = await api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?{filter.Query}", ct);
        if (answer.Problem is { } problem) throw new RuleBroken(problem.Code, problem.Title, problem.Detail ?? problem.Title, problem.Status);

        var csv = new StringBuilder("code,variant,title,maturity,reference_date,n,d,not_known,share,lower,upper,floor,aspiration,state,clause,data_as_of\r\n");
        foreach (var item in answer.Value!.Items)
        {
            var figure = item.Figure;
            csv.AppendJoin(',', Cell(item.Code), Cell(item.Variant), Cell(item.Title.Text), Cell(figure?.Maturity), Cell(figure?.ReferenceDate?.ToString("O")), figure?.N, figure?.D, figure?.NotKnown,
                Plain(figure?.Share), Plain(figure?.Lower), Plain(figure?.Upper), Plain(item.Floor), Plain(item.High), Cell(item.State), Cell(item.Target?.Clause), Cell(answer.Value.DataAsOf?.ToString("O"))).Append("\r\n");
        }
        return TypedResults.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())], "text/csv; charset=utf-8", $"targets-{filter.Year}.csv");
    }

    private static string Plain(decimal? value) => value is { } known ? Show.Plain(known) : "";

    /// <summary>Quoted where needed; what a spreadsheet would take for a formula is made text.</summary>
    public static string Cell(string? value)
    {
        value ??= "";
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) value = $"'{value}";
        return value.AsSpan().ContainsAny(',', '"', '\n') || value.Contains('\r') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}
