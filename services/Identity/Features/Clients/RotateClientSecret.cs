using CareerPlatform.Contracts;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Clients;

/// <summary>A client gets a new secret; the one before stays good for a while so that nothing stops while it is changed over.</summary>
public static class RotateClientSecret
{
    /// <param name="GraceSeconds">How long the old secret stays good: a day when absent, 0 after a leak, 7 days at most.</param>
    public sealed record Command(int? GraceSeconds = null);

    public sealed record Answer(string ClientId, string Secret, DateTimeOffset OldGoodUntil);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/access/clients/{clientId}/secrets", Handle).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<Ok<Answer>> Handle(string clientId, Command command, Person actor, HttpResponse response, Database db, TimeProvider clock, CancellationToken ct)
    {
        var grace = command.GraceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Secret.Grace;
        if (grace < TimeSpan.Zero || grace > Secret.LongestGrace) throw new RuleBroken("grace_invalid", "Thời gian chuyển tiếp không hợp lệ", "graceSeconds is 0 to 604800.", 422);

        await using var work = await db.Begin(actor.Tenant, ct);
        var organisation = await work.Single<Guid?>("select organisation_id from client where client_id = @clientId for update", new { clientId })
            ?? throw new RuleBroken("not_found", "Không tìm thấy hệ thống", "There is no such client in this province.", 404);
        Organisation.MustNotBeOneself(actor, clientId);
        (await work.Find(organisation))!.MustBeManagedFromAbove(actor);

        var now = clock.GetUtcNow();
        var until = now + grace;
        // The newest live one gets the grace; anything older ends now, so that two are good at most.
        await work.Execute(
            $"""
            with live as (
              select secret_id, row_number() over (order by created_at desc, secret_id desc) as age
              from client_secret where client_id = @clientId and (expires_at is null or expires_at > @now))
            update client_secret s set expires_at = case when live.age < {Secret.Active} then least(s.expires_at, @until) else @now end
            from live where live.secret_id = s.secret_id
            """, new { clientId, now, until });
        var secret = await work.AddSecret(clientId, now);
        work.Append("client", StreamIds.Of("client", clientId), new ClientSecretRotated { ClientId = clientId, OldGoodUntil = until, By = actor.Subject });
        await work.Commit();
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Answer(clientId, secret, until));
    }
}
