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
             <header><a href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 19V5m0 9c6 0 6-6 12-6m-3-3 4 3-4 3M4 17c7 0 8 1 12 1m-3-3 4 3-4 3" /></svg><span>Hướng nghiệp và phân luồng học sinh</span></a></header>
             <main>
             <h1>Đăng nhập <span lang="en">Sign in</span></h1>
             {content}
             </main>
             <footer><p>Gia đình có mã trong thư hoặc tin nhắn: <a href="/portal/family/signin">vào bằng mã</a></p></footer>
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

    /// <summary>The colours, sizes and parts of the portal's pages.</summary>
    private const string Css =
        """
        :root { color-scheme: light dark; --ink: #17202a; --soft: #4d5a67; --paper: #fbfcfd; --panel: #ffffff; --line: #ccd5de; --edge: #6b7a88; --accent: #0b4f8a; --on-accent: #ffffff; --bad: #a3122a; --bad-soft: #fde8ea; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e9eef2; --soft: #b4c0cb; --paper: #12171c; --panel: #1a2127; --line: #37434e; --edge: #8494a2; --accent: #8fc3f5; --on-accent: #0d1a26; --bad: #ff9fab; --bad-soft: #3b171d; }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        header { background: var(--panel); border-bottom: 1px solid var(--line); padding: .5rem 1rem; }
        header a { display: flex; align-items: center; gap: .5rem; min-height: 2.75rem; max-width: 75rem; margin: 0 auto; font-weight: 700; color: var(--ink); text-decoration: none; }
        header svg { width: 1.75rem; height: 1.75rem; padding: .125rem; border-radius: .375rem; background: var(--accent); fill: none; stroke: var(--on-accent); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none; }
        main { max-width: 26rem; margin: 2rem auto 1rem; padding: 1.25rem; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
        h1 span, label span { color: var(--soft); font-weight: 400; font-size: .9375rem; }
        label { display: block; margin-top: 1rem; font-weight: 600; }
        input, button { width: 100%; min-height: 2.75rem; margin-top: .25rem; padding: .5rem .75rem; font: inherit; border: 1px solid var(--edge); border-radius: .5rem; background: var(--panel); color: var(--ink); }
        input[aria-invalid=true] { border: 2px solid var(--bad); }
        button { margin-top: 1.5rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
        button:hover { filter: brightness(1.1); }
        a { color: var(--accent); text-underline-offset: .15em; }
        footer { max-width: 26rem; margin: 0 auto; padding: 0 1rem 2rem; color: var(--soft); font-size: .9375rem; text-align: center; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
        [role=alert] { border-left: 4px solid var(--bad); background: var(--bad-soft); border-radius: 0 .5rem .5rem 0; padding: .5rem .75rem; margin: 1rem 0 0; font-weight: 600; }
        @media (max-width: 30rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0; } footer { padding-top: 1rem; } }
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
