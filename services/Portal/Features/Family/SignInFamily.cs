using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>A family signs in with the code of its letter or message; for the minutes that its token lives the browser holds it in a cookie that no script can read.</summary>
/// <remarks>In Development messages go to a file instead of phones (`Messages__File`); the last ones are shown here, so that somebody who tries the platform gets in.</remarks>
public static class SignInFamily
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family/signin", (IConfiguration configuration, IHostEnvironment environment) => Pages.Of<FamilySignInPage>(new View(null, Unsent(configuration, environment)))).AllowAnonymous();
        routes.MapPost("/portal/family/signin", Handle).AllowAnonymous();
        routes.MapPost("/portal/family/signout", SignOut).AllowAnonymous();
    }

    public static async Task<IResult> Handle(HttpContext http, Api api, IConfiguration configuration, IHostEnvironment environment, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        using var answer = await api.Ask(HttpMethod.Post, "http://identity/session/family", JsonContent.Create(new { code = form["code"].ToString() }), null, ct);
        if (!answer.IsSuccessStatusCode)
        {
            var problem = await Api.ProblemOf(answer, ct);
            return Pages.Of<FamilySignInPage>(new View(problem, Unsent(configuration, environment)), problem.Status);
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

    /// <summary>The last messages that would have gone to phones; none outside Development.</summary>
    public static IReadOnlyList<string> Unsent(IConfiguration configuration, IHostEnvironment environment)
    {
        if (!environment.IsDevelopment() || configuration["Messages:File"] is not { Length: > 0 } file || !File.Exists(file)) return [];
        return [.. File.ReadLines(file).TakeLast(3).Reverse()];
    }

    private static CookieOptions Cookie(HttpRequest request, TimeSpan? age) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = Pages.IsSecure(request), Path = "/", MaxAge = age };

    /// <param name="Unsent">Development only.</param>
    public sealed record View(Problem? Refused, IReadOnlyList<string> Unsent);

    private sealed record Token(string access_token, int expires_in);
}
