using System.Text.Json;
using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Rounds;

/// <summary>An officer sends the results file; it is handed on as it comes in, however large, with what was said about its columns.</summary>
public static class UploadFile
{
    /// <summary>What a column of a results file may mean, in the order in which people look for it.</summary>
    public static readonly string[] Fields =
    [
        "candidate_number", "ministry_id", "citizen_id", "full_name", "birth_date", "school", "council", "literature", "mathematics", "foreign_language", "total", "outcome", "admitted_to", "ignored",
    ];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/portal/rounds/{roundId:guid}/file", Handle).RequireAuthorization(Policies.Officer);

    public static async Task<IResult> Handle(Guid roundId, HttpContext http, Api api, Sending sending, CancellationToken ct)
    {
        var (said, file) = await SentFile.Read(http, ct);
        using var answer = await sending.Put("schools", $"/v1/rounds/{roundId}/file{Query(said)}", file, http.Request.Headers.Authorization.ToString(), ct);
        var read = await Api.Read<ShowRound.Report>(answer, ct);
        if ((read.Value?.UploadId ?? UploadOf(read.Raw)) is { } upload) return Pages.GoTo($"/portal/rounds/{roundId}?upload={upload}");
        return await ShowRound.Page(roundId, null, read.Problem, http, api, ct);
    }

    /// <summary>The corrections as the service reads them: `columns=3:total,5:ignored`.</summary>
    public static string Query(IReadOnlyDictionary<string, string> said)
    {
        var columns = said.Where(one => one.Key.StartsWith("column-", StringComparison.Ordinal) && int.TryParse(one.Key.AsSpan(7), out _) && Fields.Contains(one.Value))
            .Select(one => $"{one.Key[7..]}:{one.Value.Replace("_", "", StringComparison.Ordinal)}").ToList();
        List<string> query = [];
        if (columns.Count > 0) query.Add($"columns={Uri.EscapeDataString(string.Join(',', columns))}");
        if (said.GetValueOrDefault("dateOrder") is { Length: > 0 } order) query.Add($"dateOrder={Uri.EscapeDataString(order)}");
        return query.Count == 0 ? "" : $"?{string.Join('&', query)}";
    }

    /// <summary>Where rows cannot be read the file is kept all the same, and the refusal says under which id.</summary>
    private static Guid? UploadOf(string? problem)
    {
        if (problem is null) return null;
        using var json = JsonDocument.Parse(problem);
        return json.RootElement.TryGetProperty("report", out var report) && report.TryGetProperty("uploadId", out var id) ? id.GetGuid() : null;
    }

    /// <summary>Sends what may be large and take long: once, without the ten seconds that other calls have.</summary>
    public sealed class Sending(ServiceDiscovery services) : IDisposable
    {
        private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(15) };

        public Task<HttpResponseMessage> Put(string service, string path, Stream body, string token, CancellationToken ct) => Send(HttpMethod.Put, service, path, body, token, null, ct);

        public Task<HttpResponseMessage> Post(string service, string path, Stream body, string token, string? key, CancellationToken ct) => Send(HttpMethod.Post, service, path, body, token, key, ct);

        private Task<HttpResponseMessage> Send(HttpMethod method, string service, string path, Stream body, string token, string? key, CancellationToken ct) => Away.Asking(() =>
        {
            var ask = new HttpRequestMessage(method, new Uri(services.Endpoints(service)[0], path)) { Content = new StreamContent(body) };
            ask.Headers.TryAddWithoutValidation("Authorization", token);
            if (key is not null) ask.Headers.Add("Idempotency-Key", key);
            ask.Content.Headers.ContentType = new("application/octet-stream");
            return http.SendAsync(ask, ct);
        }, ct);

        public void Dispose() => http.Dispose();
    }
}
