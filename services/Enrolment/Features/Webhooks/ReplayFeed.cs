using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>An institution lets itself be told again from a position of its feed on, at most 90 days back: the cursor moves, nothing is copied. Withdrawals come one by one again.</summary>
public static class ReplayFeed
{
    private const int Days = 90;

    public sealed record Command
    {
        /// <summary>First position to hear of again.</summary>
        public required long FromPosition { get; init; }
    }

    /// <param name="After">Read the feed from here: `GET /v1/feed?after=`.</param>
    public sealed record Answer(long FromPosition, string After);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/subscriptions/{subscriptionId:guid}/replays", Handle).RequireAuthorization(Policies.Institution).WithTags("Webhooks").ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid subscriptionId, Command command, Person caller, IdempotencyKey key, Database db, FeedCursors cursors, NoteRestore restore, TimeProvider clock, CancellationToken ct)
    {
        await restore.Look(ct);
        await using var work = await db.BeginFor(caller, ct);
        var row = await work.Lock(subscriptionId);
        if (row is null) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            if (row.State is "pending" or "closed") throw new RuleBroken("transition_not_allowed", "Trạng thái hiện tại không cho phép bước này", $"A subscription that is {row.State} has nothing to replay.");
            if (command.FromPosition < 1 || command.FromPosition > row.ToldPos) throw new RuleBroken("position_invalid", "Vị trí không hợp lệ", $"fromPosition is 1 to {row.ToldPos}, what was told so far.", 422);
            if (!await work.Single<bool>("select exists (select from institution_feed where tenant_id = @Tenant and institution_id = @Institution and pos = @Position and at > @Since)",
                new { work.Tenant, Institution = row.InstitutionId, Position = command.FromPosition, Since = now.AddDays(-Days) }))
                throw new RuleBroken("position_expired", "Vị trí đã quá hạn phát lại", $"Only the last {Days} days are replayed; the feed itself can be read from further back.", 410);

            await work.Execute("update subscription set told_pos = @Before, withdrawn_pos = least(withdrawn_pos, @Before), replays = replays + 1 where tenant_id = @Tenant and subscription_id = @Id",
                new { work.Tenant, Id = subscriptionId, Before = command.FromPosition - 1 });
            await work.Note(subscriptionId, row.InstitutionId, caller.Subject, "replayed", $"from {command.FromPosition} to {row.ToldPos}", now);
            return new Answer(command.FromPosition, cursors.At(row.InstitutionId, command.FromPosition - 1));
        }));
    }
}
