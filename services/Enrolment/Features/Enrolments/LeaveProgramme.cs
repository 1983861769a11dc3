using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Enrolments;

/// <summary>An institution reports that a person left a programme, or that the enrolment was an error; the seat is free again.</summary>
/// <remarks>Publishes <see cref="StudentLeftProgramme"/>. One leg of a dual track may end while the other goes on.</remarks>
public static class LeaveProgramme
{
    public sealed record Command
    {
        /// <summary>`left`, `transferred`, `expelled` or `error`.</summary>
        public required string Reason { get; init; }

        /// <summary>First day no longer on the roll.</summary>
        public required DateOnly LeftOn { get; init; }
    }

    public sealed record Answer(Guid EnrolmentId, string Reason, DateOnly LeftOn);

    private static readonly string[] Reasons = ["left", "transferred", "expelled", "error"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/enrolments/{enrolmentId:guid}/departure", Handle).RequireAuthorization(Policies.Institution).WithTags("Enrolments")
        .ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid enrolmentId, Command command, Person caller, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (!Reasons.Contains(command.Reason)) throw new RuleBroken("reason_unknown", "Lý do không hợp lệ", $"Reasons: {string.Join(", ", Reasons)}.", 422);

        await using var work = await db.BeginFor(caller, ct);
        if (await work.Single<Guid?>(Mine, new { work.Tenant, Id = enrolmentId, Institution = caller.OwnOrganisation }) is null) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            await work.LockLeads();
            var enrolment = (await work.Single<Row>(
                "select pupil_id, lead_id, programme_id, track, started_on, left_on from enrolment where tenant_id = @Tenant and enrolment_id = @Id for update", new { work.Tenant, Id = enrolmentId }))!;
            if (enrolment.LeftOn is not null) GrantState.MustAllow("left", "left");
            if (command.LeftOn < enrolment.StartedOn || command.LeftOn > VietnamTime.Day(now))
                throw new RuleBroken("departure_date_invalid", "Ngày thôi học không hợp lệ", "leftOn lies before the start or in the future: report it when the person has left.", 422);

            await work.Execute("update enrolment set left_on = @LeftOn, left_reason = @Reason where tenant_id = @Tenant and enrolment_id = @Id", new { work.Tenant, Id = enrolmentId, command.LeftOn, command.Reason });
            if (enrolment.Track == "trade")
            {
                await work.Execute("update programme set taken = taken - 1 where tenant_id = @Tenant and programme_id = @ProgrammeId", new { work.Tenant, enrolment.ProgrammeId });
                var grants = await work.Query<Guid>(
                    "select grant_id from lead_grant where tenant_id = @Tenant and lead_id = @LeadId and institution_id = @Institution and state = 'enrolled'",
                    new { work.Tenant, enrolment.LeadId, Institution = caller.OwnOrganisation });
                await work.EndGrants([.. grants.Select(grant => (grant, command.Reason))], "left", now);
            }
            work.Append("enrolment", enrolmentId, new StudentLeftProgramme
            {
                Province = work.Tenant,
                EnrolmentId = enrolmentId,
                PupilId = enrolment.PupilId,
                Institution = caller.OwnOrganisation,
                Reason = command.Reason,
                LeftOn = command.LeftOn,
                RecordedAt = now,
            });
            return new Answer(enrolmentId, command.Reason, command.LeftOn);
        }));
    }

    private const string Mine = "select enrolment_id from enrolment where tenant_id = @Tenant and enrolment_id = @Id and institution_id = @Institution";

    private sealed record Row(Guid PupilId, Guid? LeadId, Guid? ProgrammeId, string Track, DateOnly StartedOn, DateOnly? LeftOn);
}
