using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Families;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.LegalBases;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>An institution logs that it contacted, or tried to contact, a family: in permitted hours, and never more than three attempts a week over all institutions.</summary>
/// <remarks>
/// Publishes <see cref="ContactLogged"/>, and <see cref="ContactNumberFoundWrong"/> when the number is not the family's. Who is asked to stop objects on the family's behalf:
/// everybody loses the lead in the same commit (<see cref="LeadWithdrawn"/>).
/// </remarks>
public static class LogContact
{
    public sealed record Command
    {
        public required Guid LeadId { get; init; }

        /// <summary>`call`, `message`, `visit` or `letter`.</summary>
        public required string Channel { get; init; }

        /// <summary>`reached`, `no_answer`, `wrong_number`, `refused`, `interested`, `will_enrol`, or `asked_to_stop`: then the lead is withdrawn from everybody in this commit.</summary>
        public required string Outcome { get; init; }

        public required DateTimeOffset ContactedAt { get; init; }
        public string? NextStep { get; init; }

        /// <summary>What the family answered in its own words, at most 500 characters; looked through for words that ask to stop (`GET /v1/contact-rules`) and not kept.</summary>
        public string? Reply { get; init; }
    }

    public sealed record Answer(Guid ContactId, string State);

    private static readonly string[] Channels = ["call", "message", "visit", "letter"];
    private static readonly string[] Outcomes = ["reached", "no_answer", "wrong_number", "refused", "interested", "will_enrol", StopWords.Outcome];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/contacts", Handle).RequireAuthorization(Policies.Institution).WithTags("Outreach")
        .ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Command command, Person caller, IdempotencyKey key, Database db, ContactRules rules, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        if (!Channels.Contains(command.Channel) || !Outcomes.Contains(command.Outcome) || command.NextStep?.Length > 500 || command.Reply?.Length > 500)
            throw new RuleBroken("contact_invalid", "Thông tin liên hệ không hợp lệ", $"Channels: {string.Join(", ", Channels)}. Outcomes: {string.Join(", ", Outcomes)}. nextStep and reply: at most 500 characters.", 422);

        var outcome = rules.Stop.AreIn(command.Reply) ? StopWords.Outcome : command.Outcome;
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        if (!await work.Knows(caller, command.LeadId)) return TypedResults.NotFound();
        var answer = await work.Once(key, command, async () =>
        {
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            if (outcome is "refused" or StopWords.Outcome) await work.LockLeads();   // both free the offer, so they take their turn with the allocation
            var lead = await work.Hold(caller, command.LeadId, now);
            lead.MustAllow(command.Channel);
            if (outcome == StopWords.Outcome && lead.State is not ("enrolled" or "left")) ContactRules.MustBeTrue(command.ContactedAt, lead.GrantedAt, now);   // a family's stop is heard at any hour
            else
            {
                GrantState.MustAllow(lead.State, outcome == "refused" ? "refused" : "contacted");
                await work.MustNotRest(lead.PupilId, command.ContactedAt);
                if (lead.Relay) ContactRules.MustBeTrue(command.ContactedAt, lead.GrantedAt, now);   // the message itself was counted
                else rules.MustAllow(command.Channel, command.ContactedAt, lead.GrantedAt, now, await work.Attempts(lead.LeadId, rules.Since(command.ContactedAt), caller.OwnOrganisation));
            }

            var id = Guid.CreateVersion7(now);
            var state = await work.Note(id, caller, lead, command.Channel, outcome, command.NextStep, command.ContactedAt, now);
            if (command.Channel == "call") await work.Called(lead, command.ContactedAt);
            if (!lead.Decoy && outcome == "wrong_number" && await work.IsNewlyWrong(lead, now))
            {
                work.Append("lead", lead.LeadId, new ContactNumberFoundWrong { Province = work.Tenant, LeadId = lead.LeadId, PupilId = lead.PupilId, SchoolYear = lead.SchoolYear, FoundAt = now });
            }
            if (outcome != StopWords.Outcome) return new Answer(id, state);

            await work.NoteFamilies(lead.SchoolYear, [FamilySays.Objects(lead.PupilId, "contact", now)], ledger);
            await work.Withdraw([(lead.PupilId, "opted_out")], now, lead.SchoolYear);
            return new Answer(id, "withdrawn");
        });
        return TypedResults.Created($"/v1/contacts/{answer.ContactId}", answer);
    }

    /// <summary>Notes an attempt and announces it; says how far the institution is with the family now.</summary>
    internal static async Task<string> Note(this Work work, Guid id, Person caller, HeldLead lead, string channel, string outcome, string? nextStep, DateTimeOffset at, DateTimeOffset now)
    {
        await work.Execute(
            """
            insert into contact_log (tenant_id, contact_id, lead_id, grant_id, institution_id, channel, outcome, next_step, contacted_at, logged_at)
            values (@Tenant, @id, @LeadId, @GrantId, @Institution, @channel, @outcome, @nextStep, @at, @now)
            """, new { work.Tenant, id, lead.LeadId, lead.GrantId, Institution = caller.OwnOrganisation, channel, outcome, nextStep, at, now });
        var state = GrantState.After(outcome, lead.State);
        await work.Move(lead, state, at);
        if (!lead.Decoy)
        {
            work.Append("lead", lead.LeadId, new ContactLogged
            {
                Province = work.Tenant,
                LeadId = lead.LeadId,
                PupilId = lead.PupilId,
                SchoolYear = lead.SchoolYear,
                Institution = caller.OwnOrganisation,
                Channel = channel,
                Outcome = outcome,
                ContactedAt = at,
            });
        }
        return state;
    }

    /// <summary>The announced call was made: its code is used up.</summary>
    private static Task Called(this Work work, HeldLead lead, DateTimeOffset at) => work.Execute(
        "update announced_call set called_at = @At where tenant_id = @Tenant and grant_id = @GrantId and called_at is null and announced_at <= @At and valid_until >= @At", new { work.Tenant, lead.GrantId, At = at.ToUniversalTime() });

    /// <summary>The school is asked once for each number.</summary>
    private static async Task<bool> IsNewlyWrong(this Work work, HeldLead lead, DateTimeOffset now) => await work.Execute(
        "update candidate set number_wrong_at = @Now where tenant_id = @Tenant and school_year = @SchoolYear and pupil_id = @PupilId and number_wrong_at is null", new { work.Tenant, lead.SchoolYear, lead.PupilId, Now = now }) > 0;
}
