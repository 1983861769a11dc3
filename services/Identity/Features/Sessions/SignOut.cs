using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;

namespace CareerPlatform.Identity.Features.Sessions;

/// <summary>A person signs out: the session ends for good, also for a copy of its cookie.</summary>
public static class SignOut
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/signout", Handle).Produces(204).Produces(303).AllowAnonymous();

    public static async Task<IResult> Handle(HttpContext http, Database db, CancellationToken ct)
    {
        Session.MustComeFromHere(http.Request);
        if ((await http.AuthenticateAsync(Session.Scheme)).Principal is { } user)
        {
            await using var work = await db.Begin(user.FindFirst("tenant")!.Value, ct);
            await work.Execute("delete from session where session_id = @Id", new { Id = Session.IdOf(user) });
            await work.Commit();
        }
        await http.SignOutAsync(Session.Scheme);
        return SignIn.WantsJson(http.Request) ? TypedResults.NoContent() : SignInPage.GoTo("/signin");
    }
}
