using CareerPlatform.Portal.Access;
using Microsoft.AspNetCore.Localization;

namespace CareerPlatform.Portal.Features.Start;

/// <summary>The visitor chooses a language; it is kept for a year, and they are back where they were.</summary>
public static class ChooseLanguage
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/portal/language", Handle).AllowAnonymous();

    public static async Task<IResult> Handle(HttpContext http, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var culture = Texts.Cultures.FirstOrDefault(culture => culture.TwoLetterISOLanguageName == form["language"]) ?? Texts.Cultures[0];
        http.Response.Cookies.Append(Texts.Cookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = Pages.IsSecure(http.Request),
            MaxAge = TimeSpan.FromDays(365),
            Path = "/",
        });
        return Pages.GoTo(Pages.Local(form["back"]));
    }
}
