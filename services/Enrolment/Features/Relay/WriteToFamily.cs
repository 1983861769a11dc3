using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Families;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>An institution writes to a family through the platform: in permitted hours and within the attempts of the week, unless it answers what the family wrote.</summary>
/// <remarks>The only way to a family that chose mode B; open for the others too. Publishes <see cref="ContactLogged"/>, channel `message`, for an attempt.</remarks>
public static class WriteToFamily
{
    /// <param name="Text">At most 1,000 characters; the family reads it on its page.</param>
    public sealed record Command(string Text);

    public sealed record Answer(Guid MessageId, string State);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/leads/{leadId:guid}/messages", Handle).RequireAuthorization(Policies.Institution).WithTags("Outreach")
        .ProducesProblem(403).ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Guid leadId, Command command, Person caller, IdempotencyKey key, Database db, ContactRules rules, SecretSeal seal, TimeProvider clock, CancellationToken ct)
    {
        Relay.MustBeMessage(command.Text);
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        if (!await work.Knows(caller, leadId)) return TypedResults.NotFound();
        var answer = await work.Once(key, (leadId, command), async () =>
        {
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            var lead = await work.Hold(caller, leadId, now);
            await work.MustNotRest(lead.PupilId, now);
            var answers = await work.FamilyWroteLast(lead);
            if (!answers)
            {
                GrantState.MustAllow(lead.State, "contacted");
                rules.MustAllow("message", now, lead.GrantedAt, now, await work.Attempts(lead.LeadId, rules.Since(now), caller.OwnOrganisation));
            }

            var id = Guid.CreateVersion7(now);
            await work.Keep(seal, id, lead.LeadId, lead.GrantId, caller.OwnOrganisation, fromFamily: false, command.Text, now);
            if (answers) return new Answer(id, lead.State);

            return new Answer(id, await work.Note(id, caller, lead, "message", "no_answer", null, now, now));
        });
        return TypedResults.Created($"/v1/leads/{leadId}/messages", answer);
    }
}
