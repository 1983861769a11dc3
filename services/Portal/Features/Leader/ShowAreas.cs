using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>One target in every area of the province, with the borders of today or those before July 2025.</summary>
public static class ShowAreas
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard/areas/{code}", Handle).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));

    public static async Task<IResult> Handle(string code, Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? border = null, string? kind = null, string? variant = null, string? sort = null)
    {
        var old = border == "old";
        var filter = new Filter(code, year ?? Season.SeasonYear.Of(clock), old ? "old" : "new", old && kind == "district" ? "district" : "commune", variant == "disadvantaged" ? variant : null, sort == "name" ? "name" : "share");
        var query = $"year={filter.Year}&border={filter.Border}&kind={filter.Kind}{(filter.Variant is null ? "" : $"&variant={filter.Variant}")}";
        var areas = api.Get<Areas>($"http://targets/v1/indicators/{Uri.EscapeDataString(code)}/areas?{query}", ct);
        var titles = api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?year={filter.Year}", ct);
        var title = (await titles).Value?.Items.FirstOrDefault(item => item.Code == code)?.Title.Text ?? code;
        return Pages.Of<AreasPage>(new View(filter, title, await areas));
    }

    public sealed record View(Filter Filter, string Title, Answer<Areas> Answer);

    public sealed record Filter(string Code, int Year, string Border, string Kind, string? Variant, string Sort);

    public sealed record Areas(string Maturity, DateOnly? ReferenceDate, bool Provisional, DateTimeOffset? DataAsOf, ShowDashboard.Figure Total, string State, IReadOnlyList<ShowDashboard.Mark> Marks, [property: System.Text.Json.Serialization.JsonPropertyName("areas")] IReadOnlyList<Row> Rows);

    public sealed record Row(string? Code, string? Name, ShowDashboard.Figure Figure, string State);
}
