using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Pupils;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>A person decides whose result a doubtful or unmatched row is, or that it is nobody's of this province.</summary>
public static class DecideReview
{
    public sealed record Command
    {
        public Guid? UploadId { get; init; }
        public IReadOnlyList<Decision> Decisions { get; init; } = [];

        /// <summary>After these decisions every row still unmatched is about no pupil of this province.</summary>
        public bool OtherUnmatchedAreNobodys { get; init; }
    }

    public sealed record Decision
    {
        public required int Row { get; init; }

        /// <summary>The pupil's id; null says that the row is about no pupil of this province.</summary>
        public string? PupilId { get; init; }
    }

    public sealed record Answer(int Decided, int StillInReview, int StillUnmatched);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/rounds/{roundId:guid}/review", Handle)
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid roundId, Command command, IdempotencyKey key, Person person, Database db, CancellationToken ct)
    {
        if (command.Decisions.Count > 1_000 || (command.Decisions.Count == 0 && !command.OtherUnmatchedAreNobodys)) throw new RuleBroken("value_invalid", "Số quyết định không hợp lệ", "Send 1 to 1,000 decisions, or otherUnmatchedAreNobodys.", 422);
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.RoundForChange(roundId) is not { } round || await Uploads.Of(work, round, command.UploadId) is not { } upload) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            round.StillOpen();
            foreach (var (decision, at) in command.Decisions.Select((decision, at) => (decision, at))) await Decide(work, round, upload, decision, at, person.Subject);
            var others = command.OtherUnmatchedAreNobodys
                ? await work.Query<int>("update upload_row set decided_by = @Subject where upload_id = @upload and verdict = 'unmatched' and decided_by is null returning row_no", new { upload, person.Subject })
                : [];
            foreach (var row in others) work.Append("round", roundId, new ReviewDecided { RoundId = roundId, UploadId = upload, Row = row, By = person.Subject });
            var state = await work.State(upload);
            return new Answer(command.Decisions.Count + others.Count, state.InReview, state.UnmatchedOpen);
        }));
    }

    static async Task Decide(Work work, Round round, Guid upload, Decision decision, int at, string by)
    {
        Guid? pupil = decision.PupilId is null ? null : await work.Pupil(decision.PupilId) ?? throw Refused("pupil_unknown", "pupilId");
        var decided = await work.Execute(
            """
            update upload_row set verdict = case when @pupil::uuid is null then 'unmatched' else 'matched' end, pupil_id = @pupil, matched_by = case when @pupil::uuid is null then null else 'review' end, decided_by = @by
            where upload_id = @upload and row_no = @Row and (verdict in ('review', 'unmatched') or decided_by is not null)
            """, new { upload, decision.Row, pupil, by });
        if (decided == 0) throw Refused("row_not_in_review", "row");
        work.Append("round", round.RoundId, new ReviewDecided { RoundId = round.RoundId, UploadId = upload, Row = decision.Row, PupilId = pupil, By = by });

        RuleBroken Refused(string code, string field) => new RuleBroken(code, "Quyết định không áp dụng được", $"Decision {at} cannot be applied: {code}.", 422)
            .With(new Fault($"/decisions/{at}/{field}", decision.Row, null, code, null));
    }
}
