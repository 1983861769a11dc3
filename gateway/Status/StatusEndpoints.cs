using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Gateway.Status;

/// <summary>`/status` shows how the platform stands; `/status.json` says the same to programs. Figures only, no names.</summary>
public static class StatusEndpoints
{
    private static readonly CultureInfo Vietnamese = CultureInfo.GetCultureInfo("vi-VN");

    private static readonly Dictionary<string, string> States = new() { ["up"] = "Hoạt động", ["degraded"] = "Cần chú ý", ["down"] = "Ngừng" };

    private static readonly Dictionary<string, string> Names = new()
    {
        ["identity"] = "Định danh và quyền",
        ["schools"] = "Trường và kết quả lớp 10",
        ["enrolment"] = "Tuyển sinh GDNN",
        ["destinations"] = "Hướng đi sau tốt nghiệp",
        ["targets"] = "Chỉ tiêu",
        ["portal"] = "Cổng thông tin",
    };

    public static void Map(WebApplication app)
    {
        app.MapGet("/status", Show).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/status.json", Read).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/status.css", () => TypedResults.Text(Page.Css, "text/css", Encoding.UTF8)).AllowAnonymous().ExcludeFromDescription();
    }

    public static async Task<Ok<PlatformStatus.Snapshot>> Read(PlatformStatus status, CancellationToken ct) => TypedResults.Ok(await status.Read(ct));

    public static async Task<ContentHttpResult> Show(PlatformStatus status, CancellationToken ct, int? refresh = null)
    {
        var now = await status.Read(ct);
        var page = new StringBuilder("<h1>Hướng nghiệp và phân luồng</h1>\n");
        page.Append(Vietnamese, $"<p>Tình trạng lúc <time datetime=\"{now.At:O}\">{VietnamTime.Local(now.At):HH:mm:ss dd/MM/yyyy}</time>.</p>\n");
        Season(page, now);
        Services(page, now);
        Queues(page, now);
        page.Append("<p class=\"links\"><a href=\"/\">Cổng thông tin</a> <a href=\"/status?refresh=10\">Tự làm mới</a> <a href=\"/openapi\">API</a> <a href=\"/status.json\">JSON</a></p>\n");
        return Page.Answer("Tình trạng – Hướng nghiệp và phân luồng", page.ToString(), refresh: refresh is null ? null : 10);
    }

    private static void Season(StringBuilder page, PlatformStatus.Snapshot now)
    {
        page.Append("<h2>Mùa tuyển sinh</h2>\n<dl class=\"season\">\n");
        foreach (var (name, _, title) in PlatformStatus.Counters) page.Append($"<div><dt>{Text(title)}</dt><dd>{Number(now.Season[name])}</dd></div>\n");
        page.Append("</dl>\n");
    }

    private static void Services(StringBuilder page, PlatformStatus.Snapshot now)
    {
        Table(page, "Dịch vụ", ["Dịch vụ", "Tình trạng", "Bản chạy", "Độ trễ", "Sự kiện chờ chuyển", "Sự kiện tạm giữ"], now.Services.Select(service => new[]
        {
            $"<th scope=\"row\">{Text(Names.GetValueOrDefault(service.Name, service.Name))}<br><code>{Text(service.Name)}</code></th>",
            $"<td><span class=\"state {service.State}\">{States[service.State]}</span></td>",
            $"<td class=\"n\">{service.Healthy}/{service.Replicas}</td>",
            $"<td class=\"n\">{(service.LatencyMilliseconds is { } latency ? string.Create(Vietnamese, $"{latency:0.#} ms") : "–")}</td>",
            $"<td class=\"n\">{Number(service.Log is { } log ? log.Pending + log.Lag : null)}</td>",
            $"<td class=\"n\">{Number(service.Log?.Parked)}</td>",
        }));
    }

    private static void Queues(StringBuilder page, PlatformStatus.Snapshot now)
    {
        var queues = now.Services.SelectMany(service => service.Log?.Hears ?? []).ToList();
        if (queues.Count == 0) return;

        Table(page, "Hàng đợi giữa các dịch vụ", ["Hàng đợi", "Chưa nghe", "Đang xử lý", "Tạm giữ"], queues.Select(queue => new[]
        {
            $"<th scope=\"row\"><code>{Text(queue.Name)}</code></th>", $"<td class=\"n\">{Number(queue.Lag)}</td>", $"<td class=\"n\">{Number(queue.Open)}</td>", $"<td class=\"n\">{Number(queue.Parked)}</td>",
        }));
    }

    private static void Table(StringBuilder page, string title, string[] columns, IEnumerable<string[]> rows)
    {
        page.Append($"<h2>{Text(title)}</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"{Text(title)}\" tabindex=\"0\"><table>\n<thead><tr>");
        foreach (var column in columns) page.Append($"<th scope=\"col\">{Text(column)}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows) page.Append("<tr>").AppendJoin("", row).Append("</tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    private static string Number(long? value) => value is { } known ? known.ToString("N0", Vietnamese) : "–";

    private static string Text(string value) => Encoder.Encode(value);

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);   // Vietnamese letters as they are
}
