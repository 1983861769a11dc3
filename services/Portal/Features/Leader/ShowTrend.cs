using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>One target over the years: the sure rate, how far it may be higher, and what the plan of each year asked for.</summary>
public static class ShowTrend
{
    /// <summary>Years shown, the asked one last.</summary>
    public const int Years = 6;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard/trend", Handle).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, string? code = null, string? variant = null, int? year = null, string? maturity = null)
    {
        var filter = ShowDashboard.Filter.Of(clock, year, maturity, null);
        var answers = await Task.WhenAll(Enumerable.Range(filter.Year - Years + 1, Years).Select(async one =>
            (Year: one, Answer: await api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?{(filter with { Year = one }).Query}", ct))));
        var choices = answers[^1].Answer.Value?.Items.Where(item => item.IsRate && item.Figure is not null).ToList() ?? [];
        var chosen = choices.FirstOrDefault(item => item.Code == code && item.Variant == (variant ?? item.Variant)) ?? choices.FirstOrDefault();
        return Pages.Of<TrendPage>(new View(filter, choices, chosen,
            [.. answers.Select(one => new Point(one.Year, one.Answer.Value?.Items.FirstOrDefault(item => item.Code == chosen?.Code && item.Variant == chosen.Variant)))], answers[^1].Answer.Problem));
    }

    /// <param name="Choices">Targets that can be counted.</param>
    /// <param name="Chosen">Null where there is none.</param>
    public sealed record View(ShowDashboard.Filter Filter, IReadOnlyList<ShowDashboard.Item> Choices, ShowDashboard.Item? Chosen, IReadOnlyList<Point> Points, Problem? Problem);

    public sealed record Point(int Year, ShowDashboard.Item? Item)
    {
        /// <summary>Null in a year of which nothing is known.</summary>
        public ShowDashboard.Figure? Figure => Item?.Figure is { D: > 0 } figure ? figure : null;
    }
}
