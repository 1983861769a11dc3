using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>One target in every area of the province, with the borders of today or those before July 2025: as a map where the province has handed in its borders, and as a table, a page at a time.</summary>
public static class ShowAreas
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard/areas/{code}", Handle).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));

    public static async Task<IResult> Handle(string code, Person person, Api api, Borders borders, TimeProvider clock, CancellationToken ct, int? year = null, string? border = null, string? kind = null, string? variant = null, string? sort = null, int page = 1)
    {
        var filter = Filter.Of(clock, code, year, border, kind, variant, sort);
        var (title, areas) = await Ask(filter, api, ct);
        var shapes = borders.Of(person.Tenant, filter.Border, filter.Kind);
        return Pages.Of<AreasPage>(new View(filter, title, areas, Math.Clamp(page, 1, 10_000), ShowBorders.AddressOf(shapes, filter.Border, filter.Kind)));
    }

    /// <summary>The target's title and its figures in every area.</summary>
    public static async Task<(string Title, Answer<Areas> Areas)> Ask(Filter filter, Api api, CancellationToken ct)
    {
        var areas = api.Get<Areas>($"http://targets/v1/indicators/{Uri.EscapeDataString(filter.Code)}/areas?year={filter.Year}&border={filter.Border}&kind={filter.Kind}{(filter.Variant is null ? "" : $"&variant={filter.Variant}")}", ct);
        var titles = api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?year={filter.Year}", ct);
        return ((await titles).Value?.Items.FirstOrDefault(item => item.Code == filter.Code)?.Title.Text ?? filter.Code, await areas);
    }

    /// <summary>Rows of a page of the table.</summary>
    public const int PageSize = 25;

    /// <param name="Borders">Where the script finds the shapes; null where the province has handed in none.</param>
    public sealed record View(Filter Filter, string Title, Answer<Areas> Answer, int Page, string? Borders);

    public sealed record Filter(string Code, int Year, string Border, string Kind, string? Variant, string Sort)
    {
        public static Filter Of(TimeProvider clock, string code, int? year, string? border, string? kind, string? variant, string? sort)
        {
            var old = border == "old";
            return new(code, Season.SeasonYear.Of(clock, year), old ? "old" : "new", old && kind == "district" ? "district" : "commune", variant == "disadvantaged" ? variant : null, sort == "name" ? "name" : "share");
        }

        public string Query => $"year={Year}&border={Border}&kind={Kind}{(Variant is null ? "" : $"&variant={Variant}")}&sort={Sort}";
    }

    public sealed record Areas(string Maturity, DateOnly? ReferenceDate, bool Provisional, DateTimeOffset? DataAsOf, ShowDashboard.Figure Total, string State, IReadOnlyList<ShowDashboard.Mark> Marks, [property: System.Text.Json.Serialization.JsonPropertyName("areas")] IReadOnlyList<Row> Rows);

    public sealed record Row(string? Code, string? Name, ShowDashboard.Figure Figure, string State);
}
