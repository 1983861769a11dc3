using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.LegalBases;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>A family writes to an institution that holds its lead: the institution's feed says so. Words that ask to stop are an objection, and everybody loses the lead in that commit.</summary>
/// <remarks>Publishes <see cref="Contracts.Enrolment.LeadWithdrawn"/> in that case.</remarks>
public static class AnswerInstitution
{
    public sealed record Command(Guid Institution, string Text);

    /// <param name="Stopped">The family asked to stop, and nobody contacts it any more.</param>
    public sealed record Answer(Guid MessageId, bool Stopped);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/families/{pupilId:guid}/messages", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Family)).WithTags("Families")
        .ProducesProblem(403).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Guid pupilId, Command command, Person person, IdempotencyKey key, Database db, ContactRules rules, SecretSeal seal, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        person.MustSpeakFor(pupilId);
        Relay.MustBeMessage(command.Text);
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(person, ct);
        await work.AsProvince();
        if (await work.HeldBy(pupilId, command.Institution) is not { } held) return TypedResults.NotFound();
        var answer = await work.Once(key, (pupilId, command), async () =>
        {
            var stop = rules.Stop.AreIn(command.Text);
            if (stop) await work.LockLeads();
            var year = await work.Single<int>("select school_year from lead where tenant_id = @Tenant and lead_id = @Lead for update", new { work.Tenant, held.Lead });
            var id = Guid.CreateVersion7(now);
            await work.Keep(seal, id, held.Lead, held.Grant, command.Institution, fromFamily: true, command.Text, now);
            if (stop)
            {
                await work.NoteFamilies(year, [FamilySays.Objects(pupilId, "web", now)], ledger);
                await work.Withdraw([(pupilId, "opted_out")], now, year);
            }
            else await work.Tell([held], now);
            return new Answer(id, stop);
        });
        return TypedResults.Created($"/v1/families/{pupilId}/messages", answer);
    }
}
