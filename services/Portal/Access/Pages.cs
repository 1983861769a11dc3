using System.IO.Compression;
using CareerPlatform.Portal.Design;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Primitives;

namespace CareerPlatform.Portal.Access;

/// <summary>What every page has: the visitor's token and language, refusals as pages, and no act that another site made the browser send.</summary>
public static class Pages
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddMemoryCache();
        builder.Services.AddRazorComponents();
        builder.Services.AddSingleton<SessionTokens>();
        builder.Services.AddScoped<Api>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, SignInFirst>();
        // One visitor's cookies are never kept for another's requests.
        foreach (var client in new[] { Api.Client, SessionTokens.Client })
            builder.Services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 256 });
        // Pages hold no secret beside what the visitor may see, and the session's cookie is not sent from other sites, so compression tells nobody anything.
        builder.Services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        builder.Services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Texts.Cultures[0].Name);
            options.SupportedCultures = options.SupportedUICultures = [.. Texts.Cultures];
            options.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Texts.Cookie }, new CustomRequestCultureProvider(http => Task.FromResult(Preferred(http.Request)))];
        });
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseRequestLocalization();
        app.UseRefusalPages();   // also of what comes before the endpoints
        app.Use(async (http, next) =>
        {
            MustComeFromHere(http);
            LeaveOutEmpty(http.Request);
            http.Response.Headers.CacheControl = "no-store";
            if (IsPage(http) && await http.RequestServices.GetRequiredService<SessionTokens>().Of(http.Request, http.RequestAborted) is { } token)
                http.Request.Headers.Authorization = $"Bearer {token}";
            await next(http);
        });
    }

    /// <summary>Refusals of the endpoints become pages before the defaults make problem details of them.</summary>
    public static void UseRefusalPages(this WebApplication app) => app.Use(RefusalsAsPages);

    /// <summary>A page made of one component.</summary>
    public static RazorComponentResult Of<TPage>(object model, int status = 200) where TPage : IComponent =>
        new RazorComponentResult<TPage>(new { Model = model }) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>The page on which to go on after an act, so that reloading it does not act again.</summary>
    public static IResult GoTo(string path) => new SeeOther(path);

    /// <summary>Whether the visitor came by https; TLS ends at the gateway.</summary>
    public static bool IsSecure(HttpRequest request) => request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https";

    /// <summary>Only a path of this site; anything else would let a form send people elsewhere.</summary>
    public static string Local(string? path) => path is ['/', not '/' and not '\\', ..] && !path.Any(char.IsControl) ? path : "/";

    private static bool IsPage(HttpContext http) => (http.Request.Path == "/" || http.Request.Path.StartsWithSegments("/portal")) && !http.Request.Path.StartsWithSegments(AssetFiles.Folder.TrimEnd('/'));

    /// <summary>The first of the browser's languages that we have.</summary>
    private static ProviderCultureResult? Preferred(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1)
        .Select(language => Texts.Cultures.FirstOrDefault(culture => language.Value.StartsWith(culture.TwoLetterISOLanguageName, StringComparison.OrdinalIgnoreCase)))
        .OfType<System.Globalization.CultureInfo>().FirstOrDefault() is { } found ? new ProviderCultureResult(found.Name) : null;

    /// <summary>Cookies of ours are SameSite=Strict; this holds also for a browser that does not know it.</summary>
    private static void MustComeFromHere(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return;
        if (IsPage(http) && !request.HasFormContentType) throw new RuleBroken("form_missing", "Yêu cầu không đến từ biểu mẫu", "An act is a form.", 415);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        if (site is "same-origin" or "none" || (site.Length == 0 && Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value)) return;
        throw new RuleBroken("cross_site", "Yêu cầu đến từ trang khác", "This request was made by another site.", 403);
    }

    /// <summary>An empty filter is no filter: `?within=` says nothing, whatever would have to stand there.</summary>
    private static void LeaveOutEmpty(HttpRequest request)
    {
        if (!request.Query.Any(one => one.Value.Any(string.IsNullOrWhiteSpace))) return;
        request.Query = new QueryCollection(request.Query.Select(one => (one.Key, Value: new StringValues([.. one.Value.Where(value => !string.IsNullOrWhiteSpace(value))])))
            .Where(one => one.Value.Count > 0).ToDictionary(one => one.Key, one => one.Value));
    }

    private static async Task RefusalsAsPages(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (RuleBroken refusal) when (!http.Response.HasStarted && IsPage(http))
        {
            http.Response.Clear();
            if (refusal.Status == 401) await SignInFirst.Send(http);
            else await Of<RefusalPage>(new Problem(refusal.Status, refusal.Code, refusal.Title, refusal.Message), refusal.Status).ExecuteAsync(http);
        }
        catch (Exception wrong) when (wrong is BadHttpRequestException or InvalidDataException && !http.Response.HasStarted && IsPage(http))
        {
            var status = (wrong as BadHttpRequestException)?.StatusCode ?? 400;
            http.Response.Clear();
            await Of<RefusalPage>(new Problem(status, "parameter_invalid", "Địa chỉ hoặc biểu mẫu có giá trị không hợp lệ", "The address or the form holds a value that this page does not know."), status).ExecuteAsync(http);
        }
        catch (Exception fault) when (fault is not (RuleBroken or OperationCanceledException) && !http.Response.HasStarted && IsPage(http))
        {
            // The message may hold values that were entered, so only the kind and the place are logged.
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Portal").LogError("Unhandled {Exception} at {Place}", fault.GetType().FullName, fault.StackTrace);
            http.Response.Clear();
            await Of<RefusalPage>(new Problem(500, "internal_error", "Lỗi hệ thống, đã được ghi nhận", "Something went wrong here; it has been noted."), 500).ExecuteAsync(http);
        }
        if (http.Response is { HasStarted: false, StatusCode: 404, ContentLength: null } && IsPage(http))
            await Of<RefusalPage>(new Problem(404, "not_found", "Không có trang này", "There is no such page."), 404).ExecuteAsync(http);
    }

    /// <summary>Who is not signed in is sent to sign in and comes back; who may not see a page is told so in words.</summary>
    private sealed class SignInFirst : IAuthorizationMiddlewareResultHandler
    {
        public async Task HandleAsync(RequestDelegate next, HttpContext http, AuthorizationPolicy policy, PolicyAuthorizationResult result)
        {
            if (result.Succeeded) await next(http);
            else if (!IsPage(http)) await new AuthorizationMiddlewareResultHandler().HandleAsync(next, http, policy, result);
            else if (result.Challenged) await Send(http);
            else await Of<RefusalPage>(new Problem(403, "forbidden", "Không có quyền xem trang này", "Your role does not include this page."), 403).ExecuteAsync(http);
        }

        public static Task Send(HttpContext http) => http.Request.Path.StartsWithSegments("/portal/family") ? new SeeOther("/portal/family/signin").ExecuteAsync(http)
            : new SeeOther($"/signin?returnUrl={Uri.EscapeDataString(HttpMethods.IsGet(http.Request.Method) ? $"{http.Request.Path}{http.Request.QueryString}" : "/portal")}").ExecuteAsync(http);
    }

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
