using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Season;

namespace CareerPlatform.Portal.Features.Public;

/// <summary>Everybody sees how the province stands against its targets, and each of them by commune; what could tell of a single person is hidden by the service that counts.</summary>
public static class ShowIndicators
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/public/indicators", Handle).AllowAnonymous();
        routes.MapGet("/portal/public/indicators.csv", File).AllowAnonymous();
        routes.MapGet("/portal/public/indicators/{code}", Areas).AllowAnonymous();
    }

    public static async Task<IResult> Handle(Api api, Offers offers, TimeProvider clock, CancellationToken ct, string? province = null, int? year = null)
    {
        var (provinces, asked) = (await offers.Provinces(ct), SeasonYear.Of(clock, year));
        var code = ShowOffers.Known(provinces, province);
        return Pages.Of<IndicatorsPage>(new View(provinces, code, asked, await Ask(api, code, asked, ct)));
    }

    public static async Task<IResult> Areas(string code, Api api, Offers offers, TimeProvider clock, CancellationToken ct, string? province = null, int? year = null, string? variant = null)
    {
        var (place, asked) = (ShowOffers.Known(await offers.Provinces(ct), province), SeasonYear.Of(clock, year));
        variant = variant == "disadvantaged" ? variant : null;
        var areas = api.Get<ShowAreas.Areas>($"http://targets/v1/public/{place}/indicators/{Uri.EscapeDataString(code)}/areas?year={asked}{(variant is null ? "" : $"&variant={variant}")}", ct);
        var title = (await Ask(api, place, asked, ct)).Value?.Items.FirstOrDefault(item => item.Code == code)?.Title.Text ?? code;
        return Pages.Of<IndicatorAreasPage>(new AreasView(place, asked, title, await areas));
    }

    public static async Task<IResult> File(Api api, Offers offers, TimeProvider clock, CancellationToken ct, string? province = null, int? year = null)
    {
        var (place, asked) = (ShowOffers.Known(await offers.Provinces(ct), province), SeasonYear.Of(clock, year));
        var answer = await Ask(api, place, asked, ct);
        var csv = new Csv("code,variant,title,maturity,reference_date,n,d,not_known,share,lower,upper,floor,aspiration,state,hidden");
        foreach (var item in answer.MustBeThere().Items) csv.Row([.. ExportDashboard.Cells(item), item.Figure?.Suppressed == true ? "yes" : "no"]);
        return csv.File($"indicators-{place}-{asked}.csv");
    }

    private static Task<Answer<Figures>> Ask(Api api, string province, int year, CancellationToken ct) => api.Get<Figures>($"http://targets/v1/public/{province}/indicators?year={year}", ct);

    public sealed record View(IReadOnlyList<Offers.Province> Provinces, string Province, int Year, Answer<Figures> Figures);

    public sealed record Figures(ShowDashboard.PlanName? Plan, int SuppressBelow, DateTimeOffset? DataAsOf, IReadOnlyList<ShowDashboard.Item> Items);

    public sealed record AreasView(string Province, int Year, string Title, Answer<ShowAreas.Areas> Areas);
}
