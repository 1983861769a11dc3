using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>An institution notes that a pupil applied for one of its programmes; an application is not an enrolment.</summary>
public static class Apply
{
    public sealed record Command
    {
        public required Guid LeadId { get; init; }
        public required Guid ProgrammeId { get; init; }
        public required DateOnly AppliedOn { get; init; }
    }

    public sealed record Answer(Guid ApplicationId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/applications", Handle).RequireAuthorization(Policies.Institution).WithTags("Outreach")
        .ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(Command command, Person caller, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        if (!await work.Knows(caller, command.LeadId) || !await work.Offers(caller, command.ProgrammeId)) return TypedResults.NotFound();
        var answer = await work.Once(key, command, async () =>
        {
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            await work.LockLeads();
            var lead = await work.Hold(caller, command.LeadId, now);
            GrantState.MustAllow(lead.State, "applied");
            if (command.AppliedOn > VietnamTime.Day(now)) throw new RuleBroken("application_date_invalid", "Ngày nộp hồ sơ không hợp lệ", "appliedOn lies in the future.", 422);

            var id = Guid.CreateVersion7(now);
            var added = await work.Execute(
                """
                insert into application (tenant_id, application_id, lead_id, grant_id, institution_id, programme_id, applied_on, recorded_at)
                values (@Tenant, @Id, @LeadId, @GrantId, @Institution, @ProgrammeId, @AppliedOn, @Now) on conflict (tenant_id, grant_id, programme_id) do nothing
                """, new { work.Tenant, Id = id, lead.LeadId, lead.GrantId, Institution = caller.OwnOrganisation, command.ProgrammeId, command.AppliedOn, Now = now });
            if (added == 0) throw new RuleBroken("application_exists", "Hồ sơ đăng ký đã có", "This lead has applied for this programme already.");
            await work.Move(lead, "applied", now);
            return new Answer(id);
        });
        return TypedResults.Created($"/v1/applications/{answer.ApplicationId}", answer);
    }
}
