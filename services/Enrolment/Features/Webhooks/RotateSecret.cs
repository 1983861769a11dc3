using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>An institution takes a new signing secret; during the grace deliveries are signed with the old one too. Grace 0 is the emergency: every old secret ends at once.</summary>
public static class RotateSecret
{
    private const int OldSecrets = 2;
    private const int LongestGrace = 7 * 24 * 3600;

    public sealed record Command
    {
        /// <summary>How long the old secret still signs: 0 to 7 days, a day unless said.</summary>
        public int GraceSeconds { get; init; } = 24 * 3600;
    }

    public sealed record Rotated(DateTimeOffset OldUntil);

    /// <param name="Secret">Shown now and never again; null when the same request is answered again.</param>
    public sealed record Answer(string? Secret, DateTimeOffset OldUntil);

    public sealed record Shown(string Secret);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/subscriptions/{subscriptionId:guid}/secrets", Handle).RequireAuthorization(Policies.Institution).WithTags("Webhooks").ProducesProblem(409).ProducesProblem(422);
        routes.MapPost("/v1/subscriptions/{subscriptionId:guid}/secrets/reveal", Reveal).RequireAuthorization(Policies.Institution).WithTags("Webhooks").ProducesProblem(409);
    }

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid subscriptionId, Command command, Person caller, IdempotencyKey key, Database db, SecretSeal seal, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (command.GraceSeconds is < 0 or > LongestGrace) throw new RuleBroken("grace_invalid", "Thời gian chuyển tiếp không hợp lệ", "graceSeconds is 0 to 604800 (7 days).", 422);

        await using var work = await db.BeginFor(caller, ct);
        var row = await work.Lock(subscriptionId);
        if (row is null) return TypedResults.NotFound();

        string? secret = null;
        var answer = await work.Once(key, command, async () =>
        {
            MustHaveEndpoint(row);
            var now = clock.GetUtcNow();
            if (command.GraceSeconds == 0)
            {
                await work.Execute("update subscription_secret set expires_at = @Now where tenant_id = @Tenant and subscription_id = @Id and expires_at > @Now", new { work.Tenant, Id = subscriptionId, Now = now });
            }
            else if (await work.Single<int>("select count(*)::int from subscription_secret where tenant_id = @Tenant and subscription_id = @Id and expires_at > @Now", new { work.Tenant, Id = subscriptionId, Now = now }) >= OldSecrets)
            {
                throw new RuleBroken("too_many_secrets", "Còn quá nhiều khoá cũ đang hiệu lực", "Two old secrets still sign: wait until one ends, or rotate with graceSeconds 0.");
            }
            var until = now.AddSeconds(command.GraceSeconds);
            secret = await work.NewSecret(seal, subscriptionId, row.InstitutionId, now, until);
            await work.Note(subscriptionId, row.InstitutionId, caller.Subject, "rotated", $"grace {command.GraceSeconds} s", now);
            return new Rotated(until);
        });
        return TypedResults.Ok(new Answer(secret, answer.OldUntil));
    }

    /// <summary>Shows the current secret again; who asked is journaled.</summary>
    public static async Task<Results<Ok<Shown>, NotFound>> Reveal(Guid subscriptionId, Person caller, Database db, SecretSeal seal, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(caller, ct);
        var row = await work.Lock(subscriptionId);
        if (row is null) return TypedResults.NotFound();

        MustHaveEndpoint(row);
        var secrets = await work.Secrets(seal, subscriptionId, clock.GetUtcNow());
        await work.Note(subscriptionId, row.InstitutionId, caller.Subject, "revealed", null, clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Shown(secrets[0]));
    }

    private static void MustHaveEndpoint(Subscriptions.Subscriptions.Row row)
    {
        if (row.Endpoint is null || row.State == "closed") throw new RuleBroken("no_endpoint", "Đăng ký không có địa chỉ nhận", "The subscription is pull-only or closed.");
    }
}
