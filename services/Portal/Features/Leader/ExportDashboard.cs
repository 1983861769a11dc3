using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>The figures of the dashboard as a file that a spreadsheet opens: the counts first, then the rates, bounds and marks.</summary>
public static class ExportDashboard
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard.csv", Handle).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? maturity = null)
    {
        var filter = ShowDashboard.Filter.Of(clock, year, maturity, null);
        var answer = await api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?{filter.Query}", ct);
        var csv = new Csv("code,variant,title,maturity,reference_date,n,d,not_known,share,lower,upper,floor,aspiration,state,clause,data_as_of");
        foreach (var item in answer.MustBeThere().Items) csv.Row([.. Cells(item), item.Target?.Clause, answer.Value!.DataAsOf]);
        return csv.File($"targets-{filter.Year}.csv");
    }

    /// <summary>What everybody may know of a target as well.</summary>
    public static IEnumerable<object?> Cells(ShowDashboard.Item item)
    {
        var figure = item.Figure;
        return [item.Code, item.Variant, item.Title.Text, figure?.Maturity, figure?.ReferenceDate, figure?.N, figure?.D, figure?.NotKnown, figure?.Share, figure?.Lower, figure?.Upper, item.Floor, item.High, item.State];
    }
}
