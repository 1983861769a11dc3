using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>A family signs in with the code of its letter or message; for the minutes that its token lives the browser holds it in a cookie that no script can read.</summary>
public static class SignInFamily
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family/signin", () => Pages.Of<FamilySignInPage>(new View(null))).AllowAnonymous();
        routes.MapPost("/portal/family/signin", Handle).AllowAnonymous();
        routes.MapPost("/portal/family/signout", SignOut).AllowAnonymous();
    }

    public static async Task<IResult> Handle(HttpContext http, Api api, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        using var answer = await api.Ask(HttpMethod.Post, "http://identity/session/family", JsonContent.Create(new { code = form["code"].ToString() }), null, ct);
        if (!answer.IsSuccessStatusCode)
        {
            var problem = await Api.ProblemOf(answer, ct);
            return Pages.Of<FamilySignInPage>(new View(problem), problem.Status);
        }
        var token = (await answer.Content.ReadFromJsonAsync<Token>(ct))!;
        http.Response.Cookies.Append(SessionTokens.Family, token.access_token, Cookie(http.Request, TimeSpan.FromSeconds(token.expires_in)));
        return Pages.GoTo("/portal/family");
    }

    public static IResult SignOut(HttpContext http)
    {
        http.Response.Cookies.Delete(SessionTokens.Family, Cookie(http.Request, null));
        return Pages.GoTo("/");
    }

    private static CookieOptions Cookie(HttpRequest request, TimeSpan? age) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = Pages.IsSecure(request), Path = "/", MaxAge = age };

    public sealed record View(Problem? Refused);

    private sealed record Token(string access_token, int expires_in);
}
