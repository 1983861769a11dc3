using System.Text.Encodings.Web;
using System.Text.Unicode;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Sessions;

/// <summary>The sign-in page: Vietnamese first, no scripts, readable by a screen reader, light and dark.</summary>
public static class SignInPage
{
    public const string TokenField = "formToken";

    public static ContentHttpResult Answer(string token, string returnUrl, bool signedIn, RuleBroken? refusal, int status)
    {
        var content = signedIn
            ? $"""
               <p>Bạn đang đăng nhập trên trình duyệt này.</p>
               <form method="post" action="/signout"><button type="submit">Đăng xuất</button></form>
               """
            : $"""
               {Alert(refusal)}
               <form method="post" action="/signin">
                 <input type="hidden" name="{TokenField}" value="{Text(token)}">
                 <input type="hidden" name="returnUrl" value="{Text(returnUrl)}">
                 <label for="username">Tên đăng nhập <span lang="en">Username</span></label>
                 <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100" autofocus{Described(refusal)}>
                 <label for="password">Mật khẩu <span lang="en">Password</span></label>
                 <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128"{Described(refusal)}>
                 <button type="submit">Đăng nhập</button>
               </form>
               """;
        return TypedResults.Content(
            $"""
             <!doctype html>
             <html lang="vi">
             <head>
               <meta charset="utf-8">
               <meta name="viewport" content="width=device-width, initial-scale=1">
               <title>{(refusal is null ? "" : "Lỗi: ")}Đăng nhập – Hướng nghiệp và phân luồng</title>
               <link rel="stylesheet" href="/signin/style.css">
             </head>
             <body>
             <main>
             <h1>Đăng nhập</h1>
             <p>Hướng nghiệp và phân luồng học sinh</p>
             {content}
             </main>
             </body>
             </html>
             """, "text/html; charset=utf-8", statusCode: status);
    }

    /// <summary>303, so that reloading the next page does not send the password again.</summary>
    public static IResult GoTo(string path) => new SeeOther(path);

    public static ContentHttpResult Style() => TypedResults.Content(Css, "text/css; charset=utf-8");

    private static string Alert(RuleBroken? refusal)
    {
        if (refusal is null) return "";
        var wait = refusal.RetryAfter is { } seconds ? $" ({seconds} giây)" : "";
        return $"""<p id="error" role="alert">{Text(refusal.Title)}{wait}</p>""";
    }

    private static string Described(RuleBroken? refusal) => refusal is null ? "" : " aria-invalid=\"true\" aria-describedby=\"error\"";

    private static string Text(string value) => Encoder.Encode(value);

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);   // Vietnamese letters as they are

    private const string Css =
        """
        :root { color-scheme: light dark; --ink: #1a1f24; --paper: #ffffff; --line: #5c6670; --accent: #0b5cad; --on-accent: #ffffff; --bad: #b00020; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8ecef; --paper: #14181c; --line: #98a3ad; --accent: #8cc2ff; --on-accent: #10151a; --bad: #ff9aa5; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 24rem; margin: 0 auto; padding: 2rem 1rem; }
        h1 { font-size: 1.5rem; margin: 0; }
        label { display: block; margin-top: 1rem; font-weight: 600; }
        label span { font-weight: 400; }
        input, button { width: 100%; min-height: 2.75rem; margin-top: .25rem; padding: .5rem .75rem; font: inherit; border: 1px solid var(--line); border-radius: .375rem; background: var(--paper); color: var(--ink); }
        button { margin-top: 1.5rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        [role=alert] { border-left: 4px solid var(--bad); padding: .5rem .75rem; color: var(--bad); font-weight: 600; }
        """;

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
