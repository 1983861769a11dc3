using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>A second person signs off a grade-10 round: its version is frozen, and the pupils without a place are announced, each area by itself.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, III.7.2. Publishes Grade10AdmissionFinalized and Grade10PupilsAdmitted, one or more parts per area, and ExamParticipationCounted. All of it commits, or nothing.</remarks>
public static class FinalizeRound
{
    public sealed record Command
    {
        /// <summary>The number of results the signer counted independently.</summary>
        public required int ControlTotal { get; init; }

        public required bool ResultsAreFinal { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/rounds/{roundId:guid}/finalization", Handle)
        .RequireAuthorization(Policies.Approver)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid roundId, Command command, Person signer, Database db, ContactSeal seal, PupilKeys keys, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(signer.Tenant, ct);
        if (await work.RoundForChange(roundId) is not { } round) return TypedResults.NotFound();

        var now = clock.GetUtcNow();
        var state = await work.State(round.AcceptedUpload);
        round.Finalize(command.ControlTotal, command.ResultsAreFinal, state, by: signer.Subject, now);
        var frozen = await FreezeResults.Write(work, round, clock.Today(), now, ct);
        Round.AllFrozen(state, frozen.Pupils);
        await work.Save(round);
        work.Append("round", roundId, new RoundFrozen
        {
            RoundId = roundId,
            Version = round.Version,
            Results = round.ResultCount!.Value,
            Admitted = frozen.Admitted,
            WithoutPlace = frozen.WithoutPlace,
            Absent = frozen.Absent,
            By = signer.Subject,
        });
        await AnnounceWithoutPlace(work, round, seal, keys, now, ct);
        await AnnounceAdmitted(work, round, now, ct);
        await CountParticipation.Announce(work, round, now, ct);
        await work.Commit();
        return TypedResults.NoContent();
    }

    static async Task AnnounceWithoutPlace(Work work, Round round, ContactSeal seal, PupilKeys keys, DateTimeOffset now, CancellationToken ct)
    {
        var rows = work.Groups<WithoutPlaceRow>(
            $"{WithoutPlaceRow.Select} where r.round_id = @RoundId and r.version = @Version and r.outcome = 'without_place' order by r.area, r.pupil_id", new { round.RoundId, round.Version }, row => row.Area, ct);
        await foreach (var pupils in rows)
        {
            var area = pupils[0].Area;
            var announced = new List<PupilWithoutPlace>(pupils.Count);
            foreach (var pupil in pupils) announced.Add(await pupil.Announced(work, seal, keys));
            var parts = Parts.Of(announced, Parts.SizeOf);
            foreach (var (part, number) in parts.Select((part, at) => (part, at + 1)))
            {
                work.Append("admission", StreamIds.Of("admission", round.RoundId, area), new Grade10AdmissionFinalized
                {
                    RoundId = round.RoundId,
                    RoundVersion = round.Version,
                    Province = work.Tenant,
                    SchoolYear = round.SchoolYear,
                    Area = area,
                    Part = number,
                    Parts = parts.Count,
                    Pupils = part,
                    FinalizedAt = now,
                });
            }
            await work.Flush();
        }
    }

    static async Task AnnounceAdmitted(Work work, Round round, DateTimeOffset now, CancellationToken ct)
    {
        var rows = work.Groups<AdmittedRow>(
            "select area, pupil_id, admitted_to, programme from result where round_id = @RoundId and version = @Version and outcome = 'admitted' order by area, pupil_id", new { round.RoundId, round.Version }, row => row.Area, ct);
        await foreach (var pupils in rows)
        {
            var area = pupils[0].Area;
            var parts = pupils.Select(pupil => new AdmittedPupil { PupilId = pupil.PupilId, AdmittedTo = pupil.AdmittedTo, Programme = pupil.Programme }).Chunk(500).ToList();
            foreach (var (part, number) in parts.Select((part, at) => (part, at + 1)))
            {
                work.Append("admission", StreamIds.Of("admission", round.RoundId, area), new Grade10PupilsAdmitted
                {
                    RoundId = round.RoundId,
                    RoundVersion = round.Version,
                    Province = work.Tenant,
                    SchoolYear = round.SchoolYear,
                    Area = area,
                    Part = number,
                    Parts = parts.Count,
                    Pupils = part,
                    FinalizedAt = now,
                });
            }
            await work.Flush();
        }
    }

    sealed record AdmittedRow(string Area, Guid PupilId, Guid? AdmittedTo, string Programme);
}
