using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>The desk of the department, an area office or a school takes down a family's objection: in the same commit no institution can read the lead any more.</summary>
/// <remarks>Publishes <see cref="Contracts.Enrolment.LeadWithdrawn"/>. A newer agreement of the family opens the lead again; an older one that comes late does not.</remarks>
public static class ObjectToContact
{
    public sealed record Command
    {
        public Guid? PupilId { get; init; }
        public Guid? LeadId { get; init; }

        /// <summary>How the family said it: `paper`, `web`, `phone_desk` or `school_record`.</summary>
        public string Channel { get; init; } = "phone_desk";
    }

    public sealed record Answer(int LeadsWithdrawn);

    private static readonly string[] Channels = ["paper", "web", "phone_desk", "school_record"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/objections", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.AreaOffice, Policies.School)).WithTags("Legal bases")
        .ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Command command, Person desk, IdempotencyKey key, Database db, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        if (command.LeadId is null == command.PupilId is null) throw new RuleBroken("person_missing", "Cần đúng một trong leadId hoặc pupilId", "Name either the lead or the pupil.", 422);
        if (!Channels.Contains(command.Channel)) throw new RuleBroken("channel_unknown", "Hình thức tiếp nhận không hợp lệ", $"Channels: {string.Join(", ", Channels)}.", 422);

        await using var work = await db.BeginFor(desk, ct);
        await work.AsProvince();
        var seasons = await work.Query<(Guid Pupil, int Year)>(
            """
            select c.pupil_id, c.school_year from candidate c left join lead l using (tenant_id, school_year, pupil_id)
            where c.tenant_id = @Tenant and (c.pupil_id = @PupilId or l.lead_id = @LeadId)
            union select pupil_id, school_year from consent where tenant_id = @Tenant and pupil_id = @PupilId
            """, new { work.Tenant, command.PupilId, command.LeadId });
        if (seasons.Count == 0) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            await work.LockLeads();
            var withdrawn = 0;
            foreach (var (pupil, year) in seasons)
            {
                await work.NoteFamilies(year, [FamilySays.Objects(pupil, command.Channel, now)], ledger);
                withdrawn += await work.Withdraw([(pupil, "opted_out")], now, year);
            }
            return new Answer(withdrawn);
        }));
    }
}
