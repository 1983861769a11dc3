using System.Security.Claims;
using System.Text;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace CareerPlatform.Identity.Features.Sessions;

/// <summary>A person signs in with username and password and gets the session cookie.</summary>
/// <remarks>A program does the same with `Accept: application/json`: GET for the form's token, then POST the same fields.</remarks>
public static class SignIn
{
    public sealed record FormToken(string Field, string Token);

    public sealed record Form(string Username, string Password, string? ReturnUrl);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", Show).Produces<FormToken>().AllowAnonymous();
        routes.MapGet("/signin/style.css", SignInPage.Style).Produces<string>(200, "text/css").AllowAnonymous();
        routes.MapPost("/signin", Handle).Accepts<Form>("application/x-www-form-urlencoded")
            .Produces(204).Produces(303).ProducesProblem(401).ProducesProblem(429)
            .WithMetadata(new RequestSizeLimitAttribute(16 * 1024)).AllowAnonymous();
    }

    public static async Task<IResult> Show(HttpContext http, IAntiforgery forms, string? returnUrl)
    {
        var token = forms.GetAndStoreTokens(http).RequestToken!;
        if (WantsJson(http.Request)) return TypedResults.Ok(new FormToken(SignInPage.TokenField, token));

        var signedIn = (await http.AuthenticateAsync(Session.Scheme)).Succeeded;
        return SignInPage.Answer(token, Local(returnUrl), signedIn, null, 200);
    }

    public static async Task<IResult> Handle(HttpContext http, IAntiforgery forms, Throttle throttle, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType) throw new RuleBroken("content_type_mismatch", "Định dạng không được hỗ trợ", "Send the fields as application/x-www-form-urlencoded.", 415);
        var form = await http.Request.ReadFormAsync(ct);
        var returnUrl = Local(form["returnUrl"]);
        http.Response.Headers.CacheControl = "no-cache, no-store";
        try
        {
            if (!await forms.IsRequestValidAsync(http)) throw new RuleBroken("form_expired", "Biểu mẫu đã hết hạn, hãy thử lại", "GET /signin again for a fresh form token and cookie.", 400);

            await http.SignInAsync(Session.Scheme, await Check(form["username"].ToString(), form["password"].ToString(), throttle, db, clock, ct));
            return WantsJson(http.Request) ? TypedResults.NoContent() : SignInPage.GoTo(returnUrl);
        }
        catch (RuleBroken refusal) when (!WantsJson(http.Request))
        {
            if (refusal.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = $"{seconds}";
            return SignInPage.Answer(forms.GetAndStoreTokens(http).RequestToken!, returnUrl, false, refusal, refusal.Status);
        }
    }

    private static async Task<ClaimsPrincipal> Check(string username, string password, Throttle throttle, Database db, TimeProvider clock, CancellationToken ct)
    {
        username = username.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        if (username.Length is 0 or > 100 || password.Length is 0 or > 128) throw Failed();
        await throttle.MustNotBePaused(username, ct);

        Account? account;
        await using (var look = await db.Begin("*", ct))   // the province is known only once the person is
        {
            account = await look.Single<Account>(
                """
                select person_id, tenant_id, password_hash, exists (
                  select 1 from access_stop where (kind = 'person' and subject = person_id::text) or (kind = 'organisation' and subject = organisation_id::text)) as stopped
                from person where username = @username
                """, new { username });
        }
        if (!Password.Matches(account?.password_hash, password) || account!.stopped)
        {
            await throttle.Failed(username, ct);
            throw Failed();
        }
        await throttle.Succeeded(username, ct);

        var session = Guid.CreateVersion7();
        await using var work = await db.Begin(account.tenant_id, ct);
        await work.Execute(
            "insert into session (session_id, tenant_id, person_id, started_at, ends_at) values (@session, @tenant_id, @person_id, @Now, @Ends)",
            new { session, account.tenant_id, account.person_id, Now = clock.GetUtcNow(), Ends = clock.GetUtcNow() + Session.Length });
        await work.Commit();
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new("sub", account.person_id.ToString()), new("tenant", account.tenant_id), new("sid", session.ToString())], Session.Scheme));
    }

    public static bool WantsJson(HttpRequest request) => request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Only a path of this site; anything else would let a link send people elsewhere after signing in.</summary>
    private static string Local(string? url) => url is ['/', not '/' and not '\\', ..] && !url.Any(char.IsControl) ? url : "/";

    private static RuleBroken Failed() => new("sign_in_failed", "Tên đăng nhập hoặc mật khẩu không đúng", "The username or the password is wrong, or access was revoked.", 401);

    private sealed record Account(Guid person_id, string tenant_id, string password_hash, bool stopped);
}
