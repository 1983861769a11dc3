using System.Security.Claims;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Sessions;

/// <summary>A signed-in person replaces their password; every other session of theirs ends.</summary>
public static class ChangePassword
{
    public sealed record Command(string Current, string Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/session/password", Handle).ProducesProblem(401).ProducesProblem(422).RequireAuthorization(Session.Required);

    public static async Task<NoContent> Handle(Command command, ClaimsPrincipal user, HttpRequest request, Throttle throttle, Database db, CancellationToken ct)
    {
        Session.MustComeFromHere(request);
        var person = Guid.Parse(user.FindFirst("sub")!.Value);
        await using var work = await db.Begin(user.FindFirst("tenant")!.Value, ct);
        var account = (await work.Single<Account>("select username, password_hash from person where person_id = @person", new { person }))!;
        await throttle.MustNotBePaused(account.username, ct);
        if (command.Current.Length > 128 || !Password.Matches(account.password_hash, command.Current))
        {
            await throttle.Failed(account.username, ct);
            throw new RuleBroken("sign_in_failed", "Mật khẩu hiện tại không đúng", "The current password is wrong.", 401);
        }
        Password.MustBeGood(command.Next, account.username);

        await work.Execute("update person set password_hash = @Hash where person_id = @person", new { person, Hash = Password.Hash(command.Next) });
        await work.Execute("delete from session where person_id = @person and session_id <> @Id", new { person, Id = Session.IdOf(user) });
        await work.Commit();
        return TypedResults.NoContent();
    }

    private sealed record Account(string username, string password_hash);
}
