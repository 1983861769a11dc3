using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Pupils;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>After a round is final, results change one pupil at a time, each for a reason; the frozen version stays, the amendments are a version of their own.</summary>
/// <remarks>Publishes Grade10AdmissionAmended in the stream of the pupil's area, so it is heard after the finalisation.</remarks>
public static class AmendResults
{
    static readonly string[] Reasons = ["review_upheld", "extra_round", "private_school", "error", "opted_out"];

    public sealed record Change
    {
        /// <summary>The platform's, the ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        public required string Reason { get; init; }

        /// <summary>`admitted`, `without_place` or `absent`; may be left out when the family opted out.</summary>
        public string? Outcome { get; init; }

        /// <summary>Code or id of the school that admitted the pupil.</summary>
        public string? AdmittedTo { get; init; }
    }

    public sealed record Answer(int Version, int Changed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/rounds/{roundId:guid}/amendments", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver))
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid roundId, IReadOnlyList<Change> changes, IdempotencyKey key, Person person, Database db, ContactSeal seal, PupilKeys keys, TimeProvider clock, CancellationToken ct)
    {
        if (changes.Count is 0 or > 1_000) throw new RuleBroken("value_invalid", "Số thay đổi không hợp lệ", "Send 1 to 1,000 changes.", 422);
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.RoundForChange(roundId) is not { } round) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, changes, async () =>
        {
            round.Amend();
            var now = clock.GetUtcNow();
            var (areas, schools) = (await work.AreaRegister(), await work.SchoolRegister(clock.Today()));
            var amended = new List<(string Area, AmendedResult Result)>();
            foreach (var (change, at) in changes.Select((change, at) => (change, at))) amended.Add(await Amend(work, round, change, at, areas, schools, clock.Today(), seal, keys, now));
            foreach (var area in amended.GroupBy(change => change.Area, change => change.Result))
            {
                foreach (var part in Parts.Of(area, change => 300 + (change.WithoutPlace is { } pupil ? Parts.SizeOf(pupil) : 0)))
                {
                    work.Append("admission", StreamIds.Of("admission", roundId, area.Key), new Grade10AdmissionAmended
                    {
                        RoundId = roundId,
                        RoundVersion = round.Version,
                        Province = work.Tenant,
                        SchoolYear = round.SchoolYear,
                        Area = area.Key,
                        Changes = part,
                        AmendedAt = now,
                    });
                }
            }
            await work.Save(round);
            return new Answer(round.Version, amended.Count);
        }));
    }

    static async Task<(string Area, AmendedResult Result)> Amend(
        Work work, Round round, Change change, int at, AreaRegister areas, SchoolRegister schools, DateOnly day, ContactSeal seal, PupilKeys keys, DateTimeOffset now)
    {
        if (!Reasons.Contains(change.Reason)) throw Refused("reason_unknown", "reason");
        var pupil = await work.Pupil(change.PupilId) ?? throw Refused("pupil_unknown", "pupilId");
        var current = await work.Single<Current>(
            "select outcome, admitted_to, programme, school_id, area, residence_area, version from result where round_id = @RoundId and pupil_id = @pupil order by version desc limit 1", new { round.RoundId, pupil })
            ?? await OnRoster(work, round, pupil, areas, schools, day) ?? throw Refused("pupil_unknown", "pupilId");
        if (current.Version == round.Version) throw Refused("duplicate_row", "pupilId");

        var outcome = change.Outcome ?? (change.Reason == "opted_out" ? current.Outcome : null);
        if (outcome is not ("admitted" or "without_place" or "absent")) throw Refused("outcome_invalid", "outcome");
        var admittedTo = change.AdmittedTo is null ? null : schools.Read(change.AdmittedTo) ?? throw Refused("school_unknown", "admittedTo");
        if (admittedTo is not null && outcome != "admitted") throw Refused("outcome_invalid", "admittedTo");
        var (toSchool, programme) = outcome != "admitted" ? (null, null)
            : admittedTo is not null ? (admittedTo.SchoolId, admittedTo.Programme)
            : current.Outcome == "admitted" ? (current.AdmittedTo, current.Programme ?? "upper_secondary") : ((Guid?)null, "upper_secondary");

        await work.Execute(
            """
            insert into result (tenant_id, round_id, pupil_id, version, outcome, admitted_to, programme, school_id, area, residence_area, reason, at)
            values (@Tenant, @RoundId, @pupil, @Version, @outcome, @toSchool, @programme, @SchoolId, @Area, @ResidenceArea, @Reason, @now)
            """, new { work.Tenant, round.RoundId, pupil, round.Version, outcome, toSchool, programme, current.SchoolId, current.Area, current.ResidenceArea, change.Reason, now });
        var withoutPlace = outcome != "without_place" ? null
            : await (await work.Single<WithoutPlaceRow>($"{WithoutPlaceRow.Select} where r.round_id = @RoundId and r.pupil_id = @pupil and r.version = @Version", new { round.RoundId, pupil, round.Version }))!.Announced(work, seal, keys);
        return (current.Area, new AmendedResult { PupilId = pupil, Reason = change.Reason, Outcome = outcome, AdmittedTo = toSchool, Programme = programme, WithoutPlace = withoutPlace });

        RuleBroken Refused(string code, string field) => new RuleBroken(code, "Thay đổi không hợp lệ, chưa lưu gì", $"Change {at} is refused: {code}. Nothing was stored.", 422)
            .With(new Fault($"/{at}/{field}", null, null, code, null));
    }

    /// <summary>A pupil who had no result in the round yet, from the roster.</summary>
    static async Task<Current?> OnRoster(Work work, Round round, Guid pupil, AreaRegister areas, SchoolRegister schools, DateOnly day)
    {
        var roster = await work.Single<RosterEntry>("select school_id, commune, commune_on from roster where pupil_id = @pupil and school_year <= @SchoolYear order by school_year desc limit 1", new { pupil, round.SchoolYear });
        if (roster is null || schools.ById(roster.SchoolId) is not { } school) return null;
        return new Current("", null, null, school.SchoolId, areas.Follow("commune", school.Commune, school.CommuneOn, day)?.Code ?? school.Commune,
            areas.Follow("commune", roster.Commune, roster.CommuneOn, day)?.Code ?? roster.Commune, 0);
    }

    sealed record Current(string Outcome, Guid? AdmittedTo, string? Programme, Guid SchoolId, string Area, string ResidenceArea, int Version);

    sealed record RosterEntry(Guid SchoolId, string Commune, DateOnly CommuneOn);
}
