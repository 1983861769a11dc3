using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Families;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>An institution logs that it contacted, or tried to contact, a family: in permitted hours, and never more than three attempts a week over all institutions.</summary>
/// <remarks>Publishes <see cref="ContactLogged"/>.</remarks>
public static class LogContact
{
    public sealed record Command
    {
        public required Guid LeadId { get; init; }

        /// <summary>`call`, `message`, `visit` or `letter`.</summary>
        public required string Channel { get; init; }

        /// <summary>`reached`, `no_answer`, `wrong_number`, `refused`, `interested` or `will_enrol`.</summary>
        public required string Outcome { get; init; }

        public required DateTimeOffset ContactedAt { get; init; }
        public string? NextStep { get; init; }
    }

    public sealed record Answer(Guid ContactId, string State);

    private static readonly string[] Channels = ["call", "message", "visit", "letter"];
    private static readonly string[] Outcomes = ["reached", "no_answer", "wrong_number", "refused", "interested", "will_enrol"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/contacts", Handle).RequireAuthorization(Policies.Institution).WithTags("Outreach")
        .ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Command command, Person caller, IdempotencyKey key, Database db, ContactRules rules, TimeProvider clock, CancellationToken ct)
    {
        if (!Channels.Contains(command.Channel) || !Outcomes.Contains(command.Outcome) || command.NextStep?.Length > 500)
            throw new RuleBroken("contact_invalid", "Thông tin liên hệ không hợp lệ", $"Channels: {string.Join(", ", Channels)}. Outcomes: {string.Join(", ", Outcomes)}. nextStep: at most 500 characters.", 422);

        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        if (!await work.Knows(caller, command.LeadId)) return TypedResults.NotFound();
        var answer = await work.Once(key, command, async () =>
        {
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            if (command.Outcome == "refused") await work.LockLeads();   // a refusal frees the offer, so it takes its turn with the allocation
            var lead = await work.Hold(caller, command.LeadId, now);
            GrantState.MustAllow(lead.State, command.Outcome == "refused" ? "refused" : "contacted");
            await work.MustNotRest(lead.PupilId, command.ContactedAt);
            var earlier = await work.Query<(DateTime, string, Guid)>(
                "select contacted_at, outcome, institution_id from contact_log where tenant_id = @Tenant and lead_id = @LeadId and contacted_at > @Since",
                new { work.Tenant, lead.LeadId, Since = rules.Since(command.ContactedAt) });
            rules.MustAllow(command.Channel, command.ContactedAt, lead.GrantedAt, now, Attempt.From(earlier, caller.OwnOrganisation));

            var id = Guid.CreateVersion7(now);
            await work.Execute(
                """
                insert into contact_log (tenant_id, contact_id, lead_id, grant_id, institution_id, channel, outcome, next_step, contacted_at, logged_at)
                values (@Tenant, @Id, @LeadId, @GrantId, @Institution, @Channel, @Outcome, @NextStep, @ContactedAt, @Now)
                """,
                new { work.Tenant, Id = id, lead.LeadId, lead.GrantId, Institution = caller.OwnOrganisation, command.Channel, command.Outcome, command.NextStep, command.ContactedAt, Now = now });
            var state = GrantState.After(command.Outcome, lead.State);
            await work.Move(lead, state, command.ContactedAt);
            work.Append("lead", lead.LeadId, new ContactLogged
            {
                Province = work.Tenant,
                LeadId = lead.LeadId,
                PupilId = lead.PupilId,
                SchoolYear = lead.SchoolYear,
                Institution = caller.OwnOrganisation,
                Channel = command.Channel,
                Outcome = command.Outcome,
                ContactedAt = command.ContactedAt,
            });
            return new Answer(id, state);
        });
        return TypedResults.Created($"/v1/contacts/{answer.ContactId}", answer);
    }
}
