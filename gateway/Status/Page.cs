using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Gateway.Status;

/// <summary>The frame of the gateway's few pages: Vietnamese, no scripts, light and dark, one column on a phone.</summary>
public static class Page
{
    public static ContentHttpResult Answer(string title, string body, int? refresh) => TypedResults.Text(
        $"""
         <!doctype html>
         <html lang="vi">
         <head>
           <meta charset="utf-8">
           <meta name="viewport" content="width=device-width, initial-scale=1">
           {(refresh is { } seconds ? $"<meta http-equiv=\"refresh\" content=\"{seconds}\">" : "")}
           <title>{title}</title>
           <link rel="stylesheet" href="/status.css">
         </head>
         <body>
         <main>
         {body}
         </main>
         </body>
         </html>
         """, "text/html", Encoding.UTF8);

    public const string Css =
        """
        :root { color-scheme: light dark; --ink: #1a1f24; --soft: #4a545e; --paper: #ffffff; --panel: #f3f5f7; --line: #c9d0d6; --accent: #0b5cad; --up: #0a6b36; --degraded: #8a5200; --down: #b00020; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8ecef; --soft: #b3bdc6; --paper: #14181c; --panel: #1e242a; --line: #3b444c; --accent: #8cc2ff; --up: #6ddb9b; --degraded: #ffc46b; --down: #ff9aa5; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; margin: .5rem 0 0; }
        h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
        p { margin: .25rem 0; color: var(--soft); }
        a { color: var(--accent); }
        .links a { display: inline-block; padding: .625rem .75rem .625rem 0; }
        .season { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .5rem; margin: 0; }
        .season div { background: var(--panel); border-radius: .375rem; padding: .75rem; display: flex; flex-direction: column; justify-content: space-between; }
        .season dt { color: var(--soft); font-size: .875rem; }
        .season dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
        thead th { color: var(--soft); font-size: .875rem; }
        .n { font-variant-numeric: tabular-nums; white-space: nowrap; }
        code { font-size: .875rem; color: var(--soft); }
        .state { font-weight: 600; white-space: nowrap; }
        .state::before { content: ""; display: inline-block; width: .75rem; height: .75rem; margin-right: .375rem; border-radius: 50%; background: currentColor; }
        .state.up { color: var(--up); }
        .state.degraded { color: var(--degraded); }
        .state.degraded::before { border-radius: 0; }
        .state.down { color: var(--down); }
        .state.down::before { border-radius: 0; transform: rotate(45deg); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        """;
}
