using System.Globalization;
using System.Text;

namespace CareerPlatform.Careerctl.Simulation;

/// <summary>The comparison as one page that needs nothing from outside: a table, bars and one chart over time. The same outcomes give the same page.</summary>
static class SimulationPage
{
    static readonly (string Name, string Vi, string En, string Colour)[] Ways =
    [
        ("rule", "Quy tắc", "the rule", "#0b6e4f"), ("first_come", "Ai đến trước", "first come, first served", "#b3541e"), ("equal_split", "Chia đều", "equal split", "#33658a"),
    ];

    /// <summary>What is compared, in the order of the table.</summary>
    public static readonly IReadOnlyList<(string Vi, string En, Func<Outcome, double> Of, string Unit)> Measures =
    [
        ("Gia đình bị từ 2 cơ sở gọi trong một tuần", "families tried by 2 or more institutions in a week", one => one.DoubleContacts, ""),
        ("Gia đình bị từ 3 cơ sở gọi trong một tuần", "families tried by 3 or more institutions in a week", one => one.ManyContacts, ""),
        ("Cuộc gọi sau khi em đã nhập học nơi khác", "attempts after the pupil had enrolled", one => one.CallsAfterEnrolment, ""),
        ("Tổng số lần liên hệ", "attempts in all", one => one.Attempts, ""),
        ("Gia đình được nói chuyện", "families spoken to", one => one.Reached, ""),
        ("Ngày chờ liên hệ đầu tiên (trung vị)", "days to the first contact (median)", one => one.MedianDays, ""),
        ("Nhập học", "enrolled", one => one.Enrolled, ""),
        ("Chỉ tiêu bỏ trống", "unfilled seats", one => one.UnfilledSeats, ""),
        ("Đúng ngành mong muốn", "trade as wished, of those with a wish", one => one.WishMet, " %"),
        ("Học cùng xã hoặc huyện cũ", "in the own commune or former district", one => one.Near, " %"),
        ("Đi xa, không nội trú", "farther without boarding", one => one.Far, " %"),
    ];

    public static string NameOf(Outcome outcome) => Ways.Single(way => way.Name == outcome.Name).En;

    public static string Text(double value, string unit) => value.ToString(unit.Length > 0 ? "0.0" : "#,0", CultureInfo.InvariantCulture) + unit;

    public static string Write(int seed, int pupils, IReadOnlyList<Outcome> outcomes)
    {
        var page = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="vi">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>So sánh ba cách phân bổ</title>
            <style>
              :root { color-scheme: light dark; }
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
              table { border-collapse: collapse; width: 100%; } th, td { padding: .35rem .6rem; border-bottom: 1px solid #8886; text-align: right; } th:first-child { text-align: left; font-weight: normal; }
              thead th { font-weight: 600; } small { opacity: .75; display: block; } svg { width: 100%; height: auto; } text { font: 13px system-ui, sans-serif; fill: currentColor; }
              .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1rem 2rem; } h2 { margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 1rem 0 .2rem; }
            </style>
            <h1>Ba cách phân bổ học sinh cho cơ sở GDNN<small>Three ways of giving leads to vocational institutions</small></h1>
            <p>Tỉnh minh hoạ (hư cấu): {{pupils:#,0}} học sinh lớp 9, hạt giống {{seed}}, {{outcomes[0].Leads:#,0}} gia đình đồng ý được liên hệ, {{SimulatedSeason.Days}} ngày.
            <small>Demo province (invented): {{pupils:#,0}} pupils, seed {{seed}}, {{outcomes[0].Leads:#,0}} families that may be contacted, {{SimulatedSeason.Days}} days. Families and institutions behave alike under all three; how they behave is assumed, so the page compares the rules and forecasts nothing.</small></p>
            <table><thead><tr><th scope="col"></th>
            """));
        foreach (var outcome in outcomes) page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Way(outcome).Vi}<small>{Way(outcome).En}</small></th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var (vi, en, of, unit) in Measures)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{vi}<small>{en}</small></th>");
            foreach (var outcome in outcomes) page.Append(CultureInfo.InvariantCulture, $"<td>{Text(of(outcome), unit)}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table>\n<h2>Biểu đồ<small>Charts</small></h2>\n<div class=\"charts\">\n");
        foreach (var (vi, en, of, unit) in Measures) Bars(page, vi, en, outcomes, of, unit);
        page.Append("</div>\n");
        Lines(page, outcomes);
        return page.Append("</html>\n").ToString();
    }

    static (string Name, string Vi, string En, string Colour) Way(Outcome outcome) => Ways.Single(way => way.Name == outcome.Name);

    static void Bars(StringBuilder page, string vi, string en, IReadOnlyList<Outcome> outcomes, Func<Outcome, double> of, string unit)
    {
        var most = Math.Max(1, outcomes.Max(of));
        page.Append(CultureInfo.InvariantCulture, $"<section><h3>{vi}<small>{en}</small></h3><svg viewBox=\"0 0 320 {outcomes.Count * 30}\" role=\"img\" aria-label=\"{vi}\">");
        for (var n = 0; n < outcomes.Count; n++)
        {
            var (value, width, y) = (of(outcomes[n]), 140 * of(outcomes[n]) / most, n * 30);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 19}\">{Way(outcomes[n]).Vi}</text><rect x=\"100\" y=\"{y + 5}\" width=\"{width:0.#}\" height=\"20\" fill=\"{Way(outcomes[n]).Colour}\"/><text x=\"{104 + width:0.#}\" y=\"{y + 19}\">{Text(value, unit)}</text>");
        }
        page.Append("</svg></section>\n");
    }

    static void Lines(StringBuilder page, IReadOnlyList<Outcome> outcomes)
    {
        page.Append("<h2>Gia đình đã được liên hệ theo ngày<small>Share of families tried, by day</small></h2>\n<svg viewBox=\"0 0 720 270\" role=\"img\" aria-label=\"Gia đình đã được liên hệ theo ngày\">");
        for (var share = 0; share <= 100; share += 25)
            page.Append(CultureInfo.InvariantCulture, $"<line x1=\"40\" x2=\"560\" y1=\"{230 - 2 * share}\" y2=\"{230 - 2 * share}\" stroke=\"#8886\"/><text x=\"0\" y=\"{234 - 2 * share}\">{share} %</text>");
        for (var day = 0; day < SimulatedSeason.Days; day += 14)
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{40 + 520.0 * day / (SimulatedSeason.Days - 1):0.#}\" y=\"252\">{day}</text>");
        for (var n = 0; n < outcomes.Count; n++)
        {
            var points = outcomes[n].TriedByDay.Select((share, day) => string.Create(CultureInfo.InvariantCulture, $"{40 + 520.0 * day / (SimulatedSeason.Days - 1):0.#},{230 - 2 * share:0.#}"));
            page.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{Way(outcomes[n]).Colour}\" stroke-width=\"3\" points=\"{string.Join(' ', points)}\"/><rect x=\"590\" y=\"{34 + n * 26}\" width=\"14\" height=\"14\" fill=\"{Way(outcomes[n]).Colour}\"/><text x=\"612\" y=\"{46 + n * 26}\">{Way(outcomes[n]).Vi}</text>");
        }
        page.Append("</svg>\n");
    }
}
