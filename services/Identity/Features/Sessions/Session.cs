using System.Security.Claims;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace CareerPlatform.Identity.Features.Sessions;

/// <summary>A person's signed-in browser: a cookie that names a row, so that it ends everywhere at once when the row or the access ends.</summary>
public static class Session
{
    public const string Scheme = "session";

    /// <summary>A working day.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(8);

    public static readonly AuthorizationPolicy Required = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();

    public static void Add(WebApplicationBuilder builder)
    {
        var secure = TokenWriter.Issuer(builder.Configuration).StartsWith("https://", StringComparison.Ordinal);
        builder.Services.AddAuthentication().AddCookie(Scheme, options =>
        {
            Harden(options.Cookie, secure, "careerplatform");
            options.ExpireTimeSpan = Length;
            options.SlidingExpiration = false;
            options.Events = new CookieAuthenticationEvents
            {
                OnValidatePrincipal = async context =>
                {
                    if (await IsLive(context)) return;
                    context.RejectPrincipal();
                },
                OnRedirectToLogin = _ => throw new RuleBroken("session_missing", "Cần đăng nhập lại", "Sign in first: there is no session, or it has ended.", 401),
            };
        });
        builder.Services.AddAntiforgery(options =>
        {
            Harden(options.Cookie, secure, "careerplatform-form");
            options.FormFieldName = SignInPage.TokenField;
            options.SuppressXFrameOptionsHeader = true;   // the answer's Content-Security-Policy says it
        });
    }

    /// <summary>Pages are reached under the issuer's address only; TLS ends before this process, so the request is told what it was outside.</summary>
    public static void UsePagesAsSeenOutside(this WebApplication app)
    {
        var outside = new Uri(TokenWriter.Issuer(app.Configuration)).Scheme;
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/signin") || http.Request.Path.StartsWithSegments("/signout") || http.Request.Path.StartsWithSegments("/session"),
            pages => pages.Use((http, next) =>
            {
                http.Request.Scheme = outside;
                return next(http);
            }));
    }

    /// <summary>Refuses a request that another site made the browser send.</summary>
    public static void MustComeFromHere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none") return;

        throw new RuleBroken("cross_site", "Yêu cầu đến từ trang khác", "This request was made by another site.", 403);
    }

    public static Guid IdOf(ClaimsPrincipal user) => Guid.Parse(user.FindFirst("sid")!.Value);

    private static async Task<bool> IsLive(CookieValidatePrincipalContext context)
    {
        if (!Guid.TryParse(context.Principal?.FindFirst("sid")?.Value, out var session) || context.Principal.FindFirst("tenant")?.Value is not { } tenant) return false;

        var services = context.HttpContext.RequestServices;
        await using var work = await services.GetRequiredService<Database>().Begin(tenant, context.HttpContext.RequestAborted);
        return await work.Single<bool>(
            """
            select exists (
              select 1 from session join person using (person_id)
              where session_id = @session and ends_at > @Now and not exists (
                select 1 from access_stop
                where (kind = 'person' and subject = person_id::text) or (kind = 'organisation' and subject = organisation_id::text)))
            """, new { session, Now = services.GetRequiredService<TimeProvider>().GetUtcNow() });
    }

    private static void Harden(CookieBuilder cookie, bool secure, string name)
    {
        cookie.Name = secure ? $"__Host-{name}" : name;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.Path = "/";
    }
}
