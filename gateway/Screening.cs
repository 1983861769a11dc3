using System.Net;
using System.Text;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace CareerPlatform.Gateway;

/// <summary>What every request passes before it is routed: nothing spoofed, nothing ambiguous; and what every answer carries.</summary>
public static class Screening
{
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The portal's pages have scripts of their own, in files; nothing inline, nothing from elsewhere.</summary>
    private const string PagePolicy = $"{Policy}; script-src 'self'; connect-src 'self'";

    /// <summary>Files of the portal whose names change with their content.</summary>
    private const string Kept = "/portal/assets";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    // Headers by which something behind a proxy would believe the caller about who or where it is.
    private static readonly string[] Spoofable =
    [
        "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP", "X-Host", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override",
        "X-Rewrite-URL", "X-College-Id", "X-Institution-Id", "X-Tenant", "X-Tenant-Id", "X-Province", "X-User", "X-User-Id", "X-Role", "X-Roles", "X-Organisation", "X-Client-Id",
    ];

    private static readonly string[] SpoofablePrefixes = ["X-Forwarded-", "X-Original-", "X-Envoy-", "X-Internal-"];

    /// <summary>Headers on every answer, also on errors.</summary>
    public static void UseAnswerHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers[Correlation.Header] = Correlation.Of(http);
            headers.ContentSecurityPolicy = Proxy.RouteOf(http)?.Service == Routes.Portal ? PagePolicy : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains";
            var cacheable = http.Response.StatusCode == 200 && (http.Request.Path == "/.well-known/jwks.json" || http.Request.Path.Value!.EndsWith(".css", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments(Kept));
            if (!cacheable) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(http);
    });

    /// <summary>Refuses what is ambiguous and removes what is spoofed.</summary>
    public static void UseScreening(this WebApplication app)
    {
        var requireHttps = app.Configuration.GetValue("Gateway:RequireHttps", !app.Environment.IsDevelopment());
        var trusted = (app.Configuration["Gateway:TrustedProxies"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(IPAddress.Parse).ToHashSet();
        app.Use((http, next) =>
        {
            TrustOwnProxy(http, trusted);
            Strip(http.Request.Headers);
            if (HttpMethods.IsTrace(http.Request.Method) || HttpMethods.IsConnect(http.Request.Method))
            {
                throw new RuleBroken("method_not_allowed", "Phương thức không được hỗ trợ", "This method is not allowed anywhere.", 405);
            }
            if (!IsPlain(http.Features.Get<IHttpRequestFeature>()!.RawTarget))
            {
                throw new RuleBroken("path_invalid", "Đường dẫn không hợp lệ", "The path is empty, doubled, relative, or encodes what must not be encoded.", 400);
            }
            if (Repeated(http.Request.Query) is { } name)
            {
                throw new RuleBroken("parameter_repeated", "Tham số bị lặp", "A query parameter is given more than once.", 400).With(new Fault($"?{name}", null, null, "parameter_repeated", "Chỉ gửi mỗi tham số một lần"));
            }
            if (requireHttps && !http.Request.IsHttps && http.Request.Path.Value is not ("/health" or "/alive"))
            {
                throw new RuleBroken("https_required", "Chỉ nhận kết nối https", "Use https. Plain http is refused, not redirected, so that no token travels in clear twice.", 400);
            }
            return next(http);
        });
    }

    /// <summary>Only one of our own reverse proxies (`Gateway__TrustedProxies`) may say where a request came from.</summary>
    private static void TrustOwnProxy(HttpContext http, HashSet<IPAddress> trusted)
    {
        if (http.Connection.RemoteIpAddress is not { } remote || !trusted.Contains(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote)) return;

        if (http.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim() is { Length: > 0 } last && IPAddress.TryParse(last, out var address)) http.Connection.RemoteIpAddress = address;
        if (http.Request.Headers["X-Forwarded-Proto"] == "https") http.Request.Scheme = "https";
    }

    private static void Strip(IHeaderDictionary headers)
    {
        foreach (var name in headers.Keys.Where(IsSpoofable).ToList()) headers.Remove(name);
    }

    private static bool IsSpoofable(string name) =>
        Spoofable.Contains(name, StringComparer.OrdinalIgnoreCase) || SpoofablePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || name.Contains('_', StringComparison.Ordinal);   // CGI-like servers read `X_Tenant` as `X-Tenant`

    private static string? Repeated(IQueryCollection query) => query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key;

    /// <summary>One spelling per path: begins with one slash, no empty or dot segments, and percent signs only for letters that need them.</summary>
    internal static bool IsPlain(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.Length == 0 || path[0] != '/' || path.Contains("//", StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal)) return false;

        var bytes = new List<byte>(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is <= ' ' or >= '\x7f') return false;
            if (path[i] != '%')
            {
                bytes.Add((byte)path[i]);
                continue;
            }
            if (i + 2 >= path.Length || !byte.TryParse(path.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var one)) return false;
            if (one is < 0x20 or 0x7f || one is (byte)'/' or (byte)'\\' or (byte)'.' or (byte)'%') return false;
            bytes.Add(one);
            i += 2;
        }
        try
        {
            var text = StrictUtf8.GetString([.. bytes]);
            return !text.Split('/').Any(segment => segment is "." or "..") && !text.Any(char.IsControl);
        }
        catch (DecoderFallbackException)
        {
            return false;   // overlong or broken UTF-8
        }
    }
}
