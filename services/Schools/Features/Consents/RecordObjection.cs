using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Consents;

/// <summary>A family does not want to be contacted: whatever it agreed to before, nobody may see it from now on, and no later roster changes that.</summary>
/// <remarks>Law 91/2025/QH15: withdrawal takes effect at once. Publishes ContactConsentChanged with the scope `none`.</remarks>
public static class RecordObjection
{
    public sealed record Command
    {
        /// <summary>The platform's, the ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        /// <summary>How the family said so: `paper`, `web` or `phone_desk`.</summary>
        public string Evidence { get; init; } = "phone_desk";
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/consents/objections", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School, Policies.Family));

    public static async Task<Results<Ok<ChangeConsent.Answer>, NotFound>> Handle(Command command, IdempotencyKey key, Person person, Database db, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        if (command.Evidence is not ("paper" or "web" or "phone_desk")) throw new RuleBroken("value_invalid", "Giá trị không hợp lệ", "Evidence is paper, web or phone_desk.", 422);
        await using var work = await db.Begin(person.Tenant, ct);
        if (await Family.Of(work, command.PupilId, person) is not { } family) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            return new ChangeConsent.Answer(family.PupilId, "none", await Store(work, ledger, family, command.Evidence, clock.GetUtcNow()));
        }));
    }

    internal static Task<bool> Store(Work work, WithdrawalLedger ledger, Family family, string evidence, DateTimeOffset now) => ChangeConsent.Store(
        work, ledger, family,
        new() { PupilId = family.PupilId.ToString(), Scope = "none", ChildAgreed = false, GuardianAgreed = false, TextVersion = "objection", Evidence = evidence }, objected: true, now);
}
