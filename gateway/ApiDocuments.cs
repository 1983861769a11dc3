using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Caching.Memory;

namespace CareerPlatform.Gateway;

/// <summary>What every service offers, as it says itself, with only what is reachable from outside: `/openapi` lists, `/openapi/schools.json` is one service's document.</summary>
public static class ApiDocuments
{
    public const string Client = "documents";

    public static void Map(WebApplication app)
    {
        app.MapGet("/openapi", Index).AllowAnonymous().ExcludeFromDescription();
        foreach (var service in Routes.Apis)
        {
            app.MapGet($"/openapi/{service}.json", (IHttpClientFactory http, IMemoryCache cache, CancellationToken ct) => Read(service, http, cache, ct)).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static async Task<ContentHttpResult> Read(string service, IHttpClientFactory http, IMemoryCache cache, CancellationToken ct)
    {
        var document = await cache.GetOrCreateAsync(service, async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1);
            return await Fetch(service, http, ct);
        });
        return TypedResults.Text(document!, "application/json", Encoding.UTF8);
    }

    private static async Task<string> Fetch(string service, IHttpClientFactory http, CancellationToken ct)
    {
        try
        {
            using var client = http.CreateClient(Client);
            var document = JsonNode.Parse(await client.GetStringAsync($"http://{service}/openapi/v1.json", ct))!.AsObject();
            document["info"] = new JsonObject { ["title"] = $"CareerPlatform: {service}", ["version"] = "v1" };
            document["servers"] = new JsonArray(new JsonObject { ["url"] = "/" });
            if (document["paths"] is JsonObject paths)
            {
                foreach (var (path, item) in paths.ToList())
                {
                    foreach (var method in item!.AsObject().Select(operation => operation.Key).Where(method => Routes.Of(path, method)?.Service != service).ToList()) item.AsObject().Remove(method);
                    if (item.AsObject().Count == 0) paths.Remove(path);
                }
            }
            return document.ToJsonString(new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException or Polly.ExecutionRejectedException && !ct.IsCancellationRequested)
        {
            throw new RuleBroken("service_unavailable", "Dịch vụ tạm thời không trả lời", "The service does not answer, so its document cannot be read.", 503).After(5);
        }
    }

    private static async Task<ContentHttpResult> Index(IHttpClientFactory http, IMemoryCache cache, CancellationToken ct)
    {
        var body = new StringBuilder("<h1>API</h1>\n<p>Mỗi dịch vụ tự mô tả API của mình (OpenAPI). <span lang=\"en\">Each service describes its own API.</span></p>\n");
        foreach (var service in Routes.Apis)
        {
            body.Append($"<section>\n<h2><a href=\"/openapi/{service}.json\">{service}</a></h2>\n");
            try
            {
                body.Append(Operations(JsonNode.Parse((await Read(service, http, cache, ct)).ResponseContent!)!));
            }
            catch (RuleBroken away)
            {
                body.Append($"<p>{HtmlEncoder.Default.Encode(away.Title)}</p>\n");
            }
            body.Append("</section>\n");
        }
        return Status.Page.Answer("API – Hướng nghiệp và phân luồng", body.ToString(), refresh: null);
    }

    private static string Operations(JsonNode document)
    {
        var table = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Phương thức</th><th scope=\"col\">Đường dẫn</th></tr></thead>\n<tbody>\n");
        foreach (var (path, item) in document["paths"]?.AsObject() ?? [])
        {
            foreach (var (method, _) in item!.AsObject())
            {
                table.Append($"<tr><td>{HtmlEncoder.Default.Encode(method.ToUpperInvariant())}</td><td><code>{HtmlEncoder.Default.Encode(path)}</code></td></tr>\n");
            }
        }
        return table.Append("</tbody></table></div>\n").ToString();
    }
}
