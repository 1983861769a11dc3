using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Decoys;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Enrolments;

/// <summary>An institution confirms a person's first attendance, by lead or as a walk-in; a dual track is two linked enrolments in one act.</summary>
/// <remarks>
/// Publishes <see cref="StudentEnrolled"/> per leg. The seat is taken, and every other institution loses the lead, in the same commit. Publishes <see cref="LeadWithdrawn"/> for those.
/// </remarks>
public static class ConfirmEnrolment
{
    public sealed record Command
    {
        /// <summary>The lead, or <see cref="PupilId"/> for somebody who came by themselves.</summary>
        public Guid? LeadId { get; init; }
        public Guid? PupilId { get; init; }
        public required Guid ProgrammeId { get; init; }
        public required string Level { get; init; }
        public required DateOnly StartedOn { get; init; }
        public CultureLeg? DualTrack { get; init; }
    }

    /// <summary>The culture programme beside the trade.</summary>
    public sealed record CultureLeg
    {
        /// <summary>`continuing_education` or `upper_secondary`.</summary>
        public required string Level { get; init; }

        /// <summary>As the trade leg when absent.</summary>
        public DateOnly? StartedOn { get; init; }
    }

    public sealed record Answer(Guid EnrolmentId, Guid? CultureEnrolmentId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/enrolments", Handle).RequireAuthorization(Policies.Institution).WithTags("Enrolments")
        .ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(Command command, Person caller, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        MustBeComplete(command, VietnamTime.Day(now));
        await using var work = await db.BeginFor(caller, ct);
        if (command.LeadId is { } known && !await work.Knows(caller, known)) return TypedResults.NotFound();
        if (!await work.Offers(caller, command.ProgrammeId)) return TypedResults.NotFound();
        if (command.LeadId is { } lead) await db.CatchEnrolment(caller, lead, now, ct);

        var answer = await work.Once(key, command, async () =>
        {
            await work.LockLeads();
            var held = command.LeadId is { } id ? await work.Hold(caller, id, now) : null;
            if (held is not null) GrantState.MustAllow(held.State, "enrolled");
            var pupil = held?.PupilId ?? command.PupilId!.Value;
            var programme = await TakeSeat(work, command);
            var own = held is null ? await OwnGrant(work, caller, pupil) : (held.GrantId, held.LeadId);

            var trade = new Leg(Guid.CreateVersion7(now), "trade", programme.Level, command.ProgrammeId, programme.TrainingCode, command.StartedOn);
            var culture = command.DualTrack is { } dual ? new Leg(Guid.CreateVersion7(now), "culture", dual.Level, null, null, dual.StartedOn ?? command.StartedOn) : null;
            await Enrol(work, caller, pupil, own?.LeadId, trade, culture?.Id, programme.OutOfProvince, now);
            if (culture is not null) await Enrol(work, caller, pupil, own?.LeadId, culture, trade.Id, programme.OutOfProvince, now);

            if (own is { } grant) await work.Execute("update lead_grant set state = 'enrolled', ended_at = null where tenant_id = @Tenant and grant_id = @GrantId", new { work.Tenant, grant.GrantId });
            await work.Withdraw([(pupil, "enrolled")], now, keptBy: caller.OwnOrganisation);
            return new Answer(trade.Id, culture?.Id);
        });
        return TypedResults.Created($"/v1/enrolments/{answer.EnrolmentId}", answer);
    }

    private sealed record Leg(Guid Id, string Track, string Level, Guid? Programme, string? TrainingCode, DateOnly StartedOn);

    private sealed record Taken(string TrainingCode, string Level, bool OutOfProvince);

    private static void MustBeComplete(Command command, DateOnly today)
    {
        if (command.LeadId is null == command.PupilId is null) throw new RuleBroken("person_missing", "Cần đúng một trong leadId hoặc pupilId", "Name either the lead or the pupil.", 422);
        if (command.StartedOn > today || command.DualTrack?.StartedOn > today)
            throw new RuleBroken("start_invalid", "Ngày nhập học không hợp lệ", "startedOn is the first day attended; it lies in the future.", 422);
        if (command.DualTrack is { } dual && !Programme.CultureLevels.Contains(dual.Level))
            throw new RuleBroken("level_mismatch", "Trình độ không phù hợp", $"The culture leg is one of: {string.Join(", ", Programme.CultureLevels)}.", 422);
    }

    /// <summary>Never beyond the seats: the row is counted up under its own lock, and the database refuses more.</summary>
    private static async Task<Taken> TakeSeat(Work work, Command command)
    {
        var programme = await work.Single<Taken>(
            """
            update programme p set taken = taken + 1 from institution i
            where p.tenant_id = @Tenant and p.programme_id = @ProgrammeId and p.taken < p.seats and i.tenant_id = p.tenant_id and i.institution_id = p.institution_id
            returning p.training_code, p.level, i.out_of_province
            """, new { work.Tenant, command.ProgrammeId })
            ?? throw new RuleBroken("no_free_seat", "Ngành nghề đã đủ chỉ tiêu", "All seats of this programme are taken.");
        if (programme.Level != command.Level) throw new RuleBroken("level_mismatch", "Trình độ không phù hợp với ngành nghề", $"The programme is at level {programme.Level}.", 422);
        return programme;
    }

    /// <summary>A walk-in may have a lead of this institution all the same.</summary>
    private static async Task<(Guid GrantId, Guid LeadId)?> OwnGrant(Work work, Person caller, Guid pupil)
    {
        var rows = await work.Query<(Guid, Guid)>(
            """
            select g.grant_id, g.lead_id from lead l join lead_grant g using (tenant_id, lead_id)
            where l.tenant_id = @Tenant and l.pupil_id = @Pupil and g.institution_id = @Institution and l.status = 'open' and g.state not in ('withdrawn', 'expired', 'left')
            """, new { work.Tenant, Pupil = pupil, Institution = caller.OwnOrganisation });
        return rows.Count > 0 ? rows[0] : null;
    }

    private static async Task Enrol(Work work, Person caller, Guid pupil, Guid? lead, Leg leg, Guid? linked, bool outOfProvince, DateTimeOffset now)
    {
        var added = await work.Execute(
            """
            insert into enrolment (tenant_id, enrolment_id, pupil_id, lead_id, institution_id, programme_id, track, level, linked, out_of_province, started_on, confirmed_at)
            values (@Tenant, @Id, @Pupil, @Lead, @Institution, @Programme, @Track, @Level, @Linked, @OutOfProvince, @StartedOn, @Now)
            on conflict (tenant_id, pupil_id, institution_id, track, level) where left_on is null do nothing
            """,
            new { work.Tenant, leg.Id, Pupil = pupil, Lead = lead, Institution = caller.OwnOrganisation, leg.Programme, leg.Track, leg.Level, Linked = linked, OutOfProvince = outOfProvince, leg.StartedOn, Now = now });
        if (added == 0) throw new RuleBroken("already_enrolled", "Người học đã được ghi nhận nhập học", "This person is on the roll of your institution at this level already.");

        work.Append("enrolment", leg.Id, new StudentEnrolled
        {
            Province = work.Tenant,
            EnrolmentId = leg.Id,
            PupilId = pupil,
            Institution = caller.OwnOrganisation,
            TrainingCode = leg.TrainingCode,
            Track = leg.Track,
            Level = leg.Level,
            LinkedEnrolment = linked,
            OutOfProvince = outOfProvince,
            StartedOn = leg.StartedOn,
            ConfirmedAt = now,
        });
    }
}
